/**
 * truncate(2) on XFS: IOLOCK and the fault lock (MMAPLOCK) are both held before anything changes; the blocks are freed by a
 * transaction after i_size and the page cache. fs/xfs/xfs_iops.c, the same steps in 4.9, 4.13 and 4.14
 */
import { chart, dispatch, otherwise, type StateConfig, step, unreached, when } from '../../../explorer/chart.ts';
import { extent } from '../../entries/extent.ts';
import { inode, iSize } from '../../entries/inode.ts';
import { faultLock, inodeLock } from '../../entries/rwsem.ts';
import type { Here } from '../../here.ts';
import { startJournal } from '../../journal.ts';
import { mark } from '../../marks.ts';
import type { IomapParts, MmParts, Returns } from '../../parts.ts';
import { ioError } from '../../registers.ts';
import { SLEEP } from '../../sections.ts';
import { V414 } from '../../sources.ts';
import { callOf } from '../call.ts';
import type { LayoutEra } from '../ext4_truncate.ts';
import { freeSpace, logInode } from '../free_blocks.ts';
import { down, up } from '../locks.ts';
import { behind, growing, truncatePagecache, unlessGrown } from '../truncate_pagecache.ts';

/** @param era.writeBack of the first page behind the new end, where the file does not grow */
export const xfsTruncate =
  (era: LayoutEra) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const { truncate: excludesFaults } = d.fault_lock;
    const fn = 'xfs_setattr_size';
    const src = V414.xfsIops;
    const range = { pages: behind(here) };
    const { begin, end, endWithError } = callOf(here, range.pages);
    const size = here.pageFacts.index;
    const out = excludesFaults ? 'up_write' : 'i_rwsem_up';
    const first = d.break_layouts ? 'xfs_break_layouts' : 'check_size';
    return chart(here, {
      ...down(here, 'i_rwsem', {
        lock: inodeLock,
        mode: 'write',
        fn: 'do_truncate',
        src,
        to: excludesFaults ? 'mmaplock' : first,
        begin,
      }),
      ...(excludesFaults &&
        down(here, 'mmaplock', { lock: faultLock, mode: 'write', fn: 'xfs_vn_setattr', src, to: first })),
      ...(d.break_layouts && {
        xfs_break_layouts: d.break_layouts(d, here.at('xfs_break_layouts'), { RETURN: here.to('check_size') }),
      }),
      check_size: step(
        SLEEP,
        fn,
        src,
        ...(size === 0
          ? [
              when(
                (s) =>
                  s.read(inode, iSize) === 0 && here.scene.pages.every((p) => s.read(extent(p.name)).state === 'HOLE'),
                out,
                'empty already: nothing to do',
              ),
            ]
          : []),
        ...(era.writeBack && size > 0
          ? [when((s) => s.read(inode, iSize) < size, 'i_size_write', 'the file grows')]
          : []),
        otherwise(era.writeBack ? 'filemap_write_and_wait_range' : 'i_size_write', 'inode_dio_wait()'),
      ),
      ...(era.writeBack && {
        filemap_write_and_wait_range: era.writeBack(
          d as IomapParts,
          here.at('filemap_write_and_wait_range'),
          { RETURN: here.to('written') },
          { pages: [here.page] },
        ),
        written: dispatch(
          fn,
          src,
          unreached(
            era.cannotFail,
            when((s) => s.get(ioError), out, 'returns -EIO'),
          ),
          otherwise('i_size_write', ''),
        ),
      }),
      i_size_write: step(
        SLEEP,
        'truncate_setsize',
        V414.truncate,
        ...growing(here, size, 'unmap_mapping_range'),
        otherwise('unmap_mapping_range', `i_size = ${size}`, (s) => {
          s.send(inode, { type: 'I_SIZE_WRITE', size });
          s.mark(mark({ type: 'removed', op: here.op.token, pages: range.pages }));
        }),
      ),
      ...truncatePagecache(d, here, range, size > 0 ? 'oldsize' : 'xfs_itruncate_extents'),
      ...(size > 0 && {
        oldsize: unlessGrown(fn, src, 'xfs_itruncate_extents', 'xfs_trans_log_inode'),
        xfs_trans_log_inode: step(
          SLEEP,
          fn,
          src,
          otherwise(out, 'a longer i_size is logged', (s) => {
            s.send(inode, { type: 'FILE_UPDATE_TIME' });
            startJournal(s, here);
            logInode(s, here);
          }),
        ),
      }),
      xfs_itruncate_extents: freeSpace(here, range, out, {
        fn,
        src,
        line: 'xfs_itruncate_extents()',
        mtime: true,
        logs: true,
      }),
      ...(excludesFaults && { up_write: up(here, faultLock, 'xfs_vn_setattr', src, 'i_rwsem_up') }),
      i_rwsem_up: up(here, inodeLock, 'do_truncate', src, ret.RETURN, era.writeBack ? endWithError : end),
    });
  };

export const xfs_setattr_size = xfsTruncate({});
