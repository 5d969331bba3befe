/**
 * v4.14, where a store of 2 MiB leaves the huge zero page in other address spaces: before (4.3) "dax: ensure that zero pages are removed from other
 * processes", which unmapped it only where it was in the storing one's own PMD.
 */
import { defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import type { IomapParts } from '../../model/parts.ts';
import { leaveOut } from './edit.ts';

const { dax_insert_mapping_entry } = v414.parts as IomapParts;

/** Of stores whose own PMD is none, with thp=on. */
export default defineDesign<IomapParts>({
  ...v414,
  id: 'v4.14-zero-pmd-stays',
  title: 'v4.14, a store of 2 MiB does not unmap the huge zero page elsewhere',
  source: 'before "dax: ensure that zero pages are removed from other processes" (4.3)',
  parts: {
    ...v414.parts,
    dax_insert_mapping_entry: (d, here, ret, slot, kind) => {
      const part =
        kind === 'blk' ? leaveOut(dax_insert_mapping_entry, { unmap_range: 'replace' }) : dax_insert_mapping_entry;
      return part(d, here, ret, slot, kind);
    },
  },
  expects: {},
});
