/** C18: neither fault handler looks at the PMD when it has locked the entry. */
import { defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import type { IomapParts } from '../../model/parts.ts';
import { iomapPteFault } from '../../model/paths/dax_iomap_pte_fault.ts';
import { iomapPmdFault } from '../../model/paths/thp/dax_iomap_pmd_fault.ts';
import { V414 } from '../../model/sources.ts';

const names = { src: V414.dax, unlock: 'put_locked_mapping_entry', looksAtPmd: false };
const dax_iomap_pte_fault = iomapPteFault({ ...names, insert: 'dax_insert_mapping', copy: 'copy_user_dax' });
const dax_iomap_pmd_fault = iomapPmdFault({ ...names, entry: 'dax_insert_mapping_entry' });

export default defineDesign<IomapParts>({
  id: 'v4.14-pmd-not-looked-at',
  title: 'v4.14 without the looks at the PMD under the entry lock',
  source: 'before e2093926a098 "dax: fix race between colliding PMD & PTE entries"',
  facts: v414.facts,
  parts: { ...v414.parts, dax_iomap_pte_fault, dax_iomap_pmd_fault },
  expects: {},
});
