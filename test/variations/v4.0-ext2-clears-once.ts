/** v4.0 with "ext2: Avoid DAX zeroing to corrupt data" (4.7): ext2 does not answer as new what it has cleared, so that dax_insert_mapping() does not clear it once more. */
import { defineDesign } from '../../model/design.ts';
import v40 from '../../model/designs/v4.0.ts';
import type { GetBlockParts } from '../../model/parts.ts';
import { leaveOut } from './edit.ts';

const base = v40.parts as GetBlockParts;

export default defineDesign<GetBlockParts>({
  ...v40,
  id: 'v4.0-ext2-clears-once',
  title: 'v4.0, ext2 does not answer as new what it has cleared',
  source: '"ext2: Avoid DAX zeroing to corrupt data" (4.7)',
  filesystems: {
    ext2: {
      ...(v40.filesystems!.ext2 as Partial<GetBlockParts>),
      dax_insert_mapping: leaveOut(base.dax_insert_mapping, { clear_page: 'vm_insert_mixed' }),
    },
  },
  expects: {},
});
