/** v2 with its handlers, and without `mkwrite`: what a fault inserts is read-only, as before the series. */
import { defineDesign } from '../../model/design.ts';
import v412 from '../../model/designs/v4.12.ts';
import v2 from '../../model/designs/zero-page-v2.ts';
import type { IomapParts } from '../../model/parts.ts';
import { dax_insert_mapping_v412 } from '../../model/paths/dax_iomap_pte_fault.ts';

export default defineDesign<IomapParts>({
  id: 'zero-page-without-mkwrite',
  title: 'v2, but insert_pfn() knows no mkwrite',
  source: 'patches 2/3 and 3/3 of the series without 1/3',
  facts: v2.facts,
  parts: { ...v2.parts, insert_pfn: v412.parts.insert_pfn, dax_insert_mapping: dax_insert_mapping_v412 },
  expects: {},
});
