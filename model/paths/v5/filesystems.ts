/**
 * ext2 and XFS in 5.10 and 6.1: as in 4.14, but for private stores, which leave the times alone now, and on XFS for layouts, which are
 * broken before a truncation (the whole file is unmapped), and the write-back of the first page behind the new end.
 * fs/ext2/file.c, fs/xfs/{xfs_file,xfs_iops,xfs_iomap}.c
 */
import type { IomapParts } from '../../parts.ts';
import { V510, V612 } from '../../sources.ts';
import { ext2_zero_page } from '../ext2/layers.ts';
import { pfn_mkwrite_is_fault } from '../pfn_mkwrite.ts';
import { xfs_v414 } from '../xfs/layers.ts';
import { xfsFallocate, xfsPunch } from '../xfs/xfs_free_file_space.ts';
import { xfsTruncate } from '../xfs/xfs_setattr_size.ts';
import { CANNOT_FAIL, filemap_write_and_wait_range, fsyncOf, sync_filesystem } from './dax_writeback.ts';

export const ext2_v510: Partial<IomapParts> = {
  ...ext2_zero_page,
  cow_updates_times: false,
  fsync: fsyncOf({ fn: '__generic_file_fsync', src: V510.libfs, locksInode: true }),
  sync_filesystem,
};

/** xfs_break_dax_layouts() is ext4_break_layouts() by another name. */
const era = { writeBack: filemap_write_and_wait_range, cannotFail: CANNOT_FAIL };
/** file_modified() comes behind the layouts, inode_dio_wait() and xfs_flush_unmap_range(). */
const falloc = { ...era, tree: V510, timesFirst: true };

export const xfs_v510: Partial<IomapParts> = {
  ...xfs_v414,
  cow_updates_times: false,
  pfn_mkwrite: pfn_mkwrite_is_fault,
  fsync: fsyncOf({ fn: 'xfs_file_fsync', src: V510.xfsFile }),
  truncate: xfsTruncate(era),
  punch: xfsPunch(falloc),
  fallocate: xfsFallocate(falloc),
  zero: xfsPunch({ ...falloc, allocates: true }),
};

/** 6.12: the times come before anything is written back; a truncation writes nothing back. Faults run under their VMA's lock. */
export const xfs_v612: Partial<IomapParts> = {
  ...xfs_v510,
  map_pages: true,
  truncate: xfsTruncate({}),
  punch: xfsPunch({ ...falloc, tree: V612, timesBeforeFlush: true }),
  fallocate: xfsFallocate({ ...falloc, tree: V612 }),
  zero: xfsPunch({ ...falloc, tree: V612, timesBeforeFlush: true, allocates: true }),
};
