/** ext2 with DAX: what it has in place of ext4's functions. Its files have no fallocate(2), so no punch. fs/ext2/file.c */
import type { IomapParts } from '../../parts.ts';
import { V49, V413, V414 } from '../../sources.ts';
import { daxFsync } from '../dax_writeback.ts';
import { faultHandler, mkwriteHandler, mkwriteUnderEntryLock } from '../ext4_dax_fault.ts';
import { type DaxWriteCall, daxRead, daxWrite, daxWritePages } from '../ext4_write.ts';
import { ext2_iomap_begin_pages } from '../iomap_begin_pages.ts';
import { pfn_mkwrite_is_fault } from '../pfn_mkwrite.ts';
import { mkwriteTags } from '../v49/dax_fault.ts';
import { iomapDaxRead, iomapDaxWrite } from '../v49/iomap_dax_rw.ts';
import { ext2_iomap_begin } from './ext2_iomap_begin.ts';
import { ext2Truncate } from './ext2_setsize.ts';

const ext2_dax_fault = faultHandler({ fn: 'ext2_dax_fault', src: V414.ext2File });
const iomap_begin = { fn: 'ext2_iomap_begin', src: V414.ext2Inode };
const WRITE: DaxWriteCall = {
  fn: 'ext2_dax_write_iter',
  src: V414.ext2File,
  iomap_begin,
  iSize: { fn: 'ext2_dax_write_iter', src: V414.ext2File, journal: 'if it moves' },
};
/** __generic_file_fsync() writes the data back and then takes i_rwsem for the metadata. */
const fsync = { fn: '__generic_file_fsync', src: V414.libfs };

export const ext2_v412: Partial<IomapParts> = {
  // Every store's fault: ext2 never tests VM_SHARED.
  cow_updates_times: true,
  fault: ext2_dax_fault,
  page_mkwrite: ext2_dax_fault,
  pfn_mkwrite: mkwriteHandler({ fn: 'ext2_dax_pfn_mkwrite', src: V413.ext2File }, mkwriteUnderEntryLock),
  iomap_begin: ext2_iomap_begin,
  iomap_begin_pages: ext2_iomap_begin_pages,
  write: daxWrite(WRITE),
  write_pages: daxWritePages(WRITE),
  read: daxRead({ fn: 'ext2_dax_read_iter', src: V414.ext2File, iomap_begin }),
  fsync: daxFsync({ ...fsync, locksInode: true }),
  sync_filesystem: daxFsync(fsync),
  truncate: ext2Truncate(V414),
};

const V49_IOMAP = { fn: 'ext2_iomap_begin', src: V49.ext2Inode };

export const ext2_v49: Partial<IomapParts> = {
  ...ext2_v412,
  pfn_mkwrite: mkwriteHandler({ fn: 'ext2_dax_pfn_mkwrite', src: V49.ext2File }, mkwriteTags),
  write_pages: null,
  write: iomapDaxWrite({ fn: 'ext2_dax_write_iter', src: V49.ext2File, iomap_begin: V49_IOMAP }),
  read: iomapDaxRead({ fn: 'ext2_dax_read_iter', src: V49.ext2File, iomap_begin: V49_IOMAP }),
};

/** Since the zero-page series: .pfn_mkwrite = ext2_dax_fault. */
export const ext2_zero_page: Partial<IomapParts> = { ...ext2_v412, pfn_mkwrite: pfn_mkwrite_is_fault };
