/** v4.9, whose XFS has no ->pfn_mkwrite(), as before 4.4. */
import { defineDesign } from '../../model/design.ts';
import v49 from '../../model/designs/v4.9.ts';

const { ext2, xfs } = v49.filesystems!;

export default defineDesign({
  ...v49,
  id: 'v4.9-xfs-no-pfn_mkwrite',
  title: 'v4.9, XFS without ->pfn_mkwrite()',
  source: 'before "xfs: add ->pfn_mkwrite support for DAX" (4.4)',
  filesystems: { ext2: ext2!, xfs: { ...xfs, pfn_mkwrite: null } },
  expects: {},
});
