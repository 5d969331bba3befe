/** v4.14 without 99baac21e458: who finds a PTE cleared flushes nothing, though the one who cleared it has not flushed yet. */
import { defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import type { IomapParts } from '../../model/parts.ts';

export default defineDesign<IomapParts>({
  id: 'v4.14-no-nested-flush',
  title: 'v4.14, tlb_finish_mmu() knows nothing of the flushes of others',
  source: 'before 99baac21e458 "mm: fix MADV_[FREE|DONTNEED] TLB flush miss problem"',
  facts: v414.facts,
  parts: { ...v414.parts, tlb_flush_nested: 'no' },
  expects: {},
});
