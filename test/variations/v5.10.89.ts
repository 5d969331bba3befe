/**
 * v5.10 as it was up to 5.10.112 (ext4) and 5.10.175 (XFS): fallocate(2) has no file_modified(). On ext4 preallocation sets ctime alone, and
 * zero-range its times before it asks for blocks; on XFS a transaction of its own sets them in the end. And a write(2) that fails behind the end
 * of the file (up to 5.10.198) does not move that.
 */
import { defineDesign } from '../../model/design.ts';
import v510 from '../../model/designs/v5.10.ts';
import type { IomapParts } from '../../model/parts.ts';
import { CANNOT_FAIL, filemap_write_and_wait_range } from '../../model/paths/v5/dax_writeback.ts';
import { fallocateOf, zeroOf } from '../../model/paths/v5/ext4_fallocate.ts';
import { punchOf } from '../../model/paths/v5/ext4_truncate.ts';
import { writeOf } from '../../model/paths/v5/ext4_write.ts';
import { xfs_v510 } from '../../model/paths/v5/filesystems.ts';
import { xfsFallocate, xfsPunch } from '../../model/paths/xfs/xfs_free_file_space.ts';
import { V510 } from '../../model/sources.ts';

const ext4 = { timesFirst: false, tree: V510 };
const xfs = { writeBack: filemap_write_and_wait_range, cannotFail: CANNOT_FAIL, tree: V510, timesFirst: false };

export default defineDesign<IomapParts>({
  id: 'v5.10.89',
  title: 'v5.10, fallocate(2) without file_modified()',
  source: 'linux 5.10.89: fs/ext4/extents.c, fs/ext4/inode.c, fs/xfs/xfs_file.c',
  facts: v510.facts,
  parts: {
    ...v510.parts,
    write: writeOf(V510, 'dax_iomap_actor', false),
    fallocate: fallocateOf(ext4),
    zero: zeroOf(ext4),
    punch: punchOf(V510, { updatesTimes: false }),
  },
  filesystems: {
    ...v510.filesystems,
    xfs: {
      ...xfs_v510,
      punch: xfsPunch(xfs),
      fallocate: xfsFallocate(xfs),
      zero: xfsPunch({ ...xfs, allocates: true }),
    },
  },
  expects: v510.expects,
});
