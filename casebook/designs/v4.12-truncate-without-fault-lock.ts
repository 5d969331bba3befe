/** v4.12 with truncate not taking i_mmap_sem. */
import { defineDesign } from '../../model/design.ts';
import v412 from '../../model/designs/v4.12.ts';
import type { IomapParts } from '../../model/parts.ts';

export default defineDesign<IomapParts>({
  id: 'v4.12-truncate-without-fault-lock',
  title: 'v4.12, truncate does not exclude faults',
  source: 'variation',
  facts: v412.facts,
  parts: { ...v412.parts, fault_lock: { faults: true, truncate: false } },
  expects: {},
});
