/** C10: a PMD fault asks the filesystem before it locks the entry. */
import { defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import type { IomapParts } from '../../model/parts.ts';
import { iomapPmdFault } from '../../model/paths/thp/dax_iomap_pmd_fault.ts';
import { V414 } from '../../model/sources.ts';

const dax_iomap_pmd_fault = iomapPmdFault({
  src: V414.dax,
  entry: 'dax_insert_mapping_entry',
  unlock: 'put_locked_mapping_entry',
  grabsFirst: false,
});

export default defineDesign<IomapParts>({
  id: 'v4.14-pmd-iomap-before-grab',
  title: 'v4.14, dax_iomap_pmd_fault() with iomap_begin before grab_mapping_entry',
  source: 'before 876f29460cbd "dax: fix PMD data corruption when fault races with write"',
  facts: v414.facts,
  parts: { ...v414.parts, dax_iomap_pmd_fault },
  expects: {},
});
