/** The source files that the paths were read from. A step's `fn` names the function in it. */
import type { Source } from '../explorer/chart.ts';

/** A function of the kernel, and the file it is in: what paths that are alike but for it are told. */
export interface KernelFunction {
  readonly fn: string;
  readonly src: Source;
}

const tree = (version: string) => {
  const file = (name: string): Source => ({ tree: `linux ${version}`, file: name });
  return {
    memory: file('mm/memory.c'),
    hugeMemory: file('mm/huge_memory.c'),
    pgtable: file('mm/pgtable-generic.c'),
    gup: file('mm/gup.c'),
    filemap: file('mm/filemap.c'),
    truncate: file('mm/truncate.c'),
    mmap: file('mm/mmap.c'),
    vma: file('mm/vma.c'),
    rmap: file('mm/rmap.c'),
    madvise: file('mm/madvise.c'),
    mprotect: file('mm/mprotect.c'),
    mremap: file('mm/mremap.c'),
    mm: file('include/linux/mm.h'),
    mmapLock: file('include/linux/mmap_lock.h'),
    mmapLockC: file('mm/mmap_lock.c'),
    fork: file('kernel/fork.c'),
    exit: file('kernel/exit.c'),
    dropCaches: file('fs/drop_caches.c'),
    vmscan: file('mm/vmscan.c'),
    entry: file('arch/x86/kernel/entry_64.S'),
    msync: file('mm/msync.c'),
    super: file('fs/super.c'),
    pageWriteback: file('mm/page-writeback.c'),
    buffer: file('fs/buffer.c'),
    fsWriteback: file('fs/fs-writeback.c'),
    dax: file('fs/dax.c'),
    ext4File: file('fs/ext4/file.c'),
    ext4Inode: file('fs/ext4/inode.c'),
    ext4Extents: file('fs/ext4/extents.c'),
    ext4Fsync: file('fs/ext4/fsync.c'),
    jbd2Commit: file('fs/jbd2/commit.c'),
    jbd2Journal: file('fs/jbd2/journal.c'),
    ext2File: file('fs/ext2/file.c'),
    ext2Inode: file('fs/ext2/inode.c'),
    xfsFile: file('fs/xfs/xfs_file.c'),
    xfsIops: file('fs/xfs/xfs_iops.c'),
    xfsIomap: file('fs/xfs/xfs_iomap.c'),
    xfsBmapUtil: file('fs/xfs/xfs_bmap_util.c'),
    xfsLogCil: file('fs/xfs/xfs_log_cil.c'),
    libfs: file('fs/libfs.c'),
    fault: file('arch/x86/mm/fault.c'),
    rwsem: file('kernel/locking/rwsem.c'),
  };
};

/** Read as v4.0 with the three patches of December 2014 taken back. */
export const V318 = tree('v3.18');
/** v3.18 with the first of the three patches: 2d6d7f982846. */
export const V319 = tree('v3.19 + 2d6d7f982846');
export const V40 = tree('v4.0');
export const V41 = tree('v4.1');
export const V45 = tree('v4.5');
export const V49 = tree('v4.9');
export const V413 = tree('v4.13');
export const V414 = tree('v4.14');
export const V510 = tree('v5.10');
export const V61 = tree('v6.1');
export const V612 = tree('v6.12');
export const V72 = tree('v7.2');
/** The zero-page series as posted on 2017-06-14 (v2) and 2017-06-28 (v3), on top of 4.12-rc. */
export const ZERO_PAGE_V2 = tree('v4.12-rc + zero-page v2');
export const ZERO_PAGE_V3 = tree('v4.12-rc + zero-page v3');

/** The load or store instruction itself. */
export const MMU: Source = { tree: 'x86', file: 'Intel SDM vol. 3A, chapter 4 (paging)' };
