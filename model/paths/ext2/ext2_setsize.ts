/**
 * truncate(2) on ext2: the fault lock (dax_sem) first, and under it i_size, the page cache and the blocks. A truncate to the
 * size that the file has does nothing. fs/ext2/inode.c ext2_setattr(), ext2_setsize()
 */
import { chart, otherwise, type StateConfig, step, when } from '../../../explorer/chart.ts';
import { inode, iSize } from '../../entries/inode.ts';
import { faultLock, inodeLock } from '../../entries/rwsem.ts';
import type { Here } from '../../here.ts';
import { mark } from '../../marks.ts';
import type { MmParts, Returns } from '../../parts.ts';
import { LOCAL, SLEEP } from '../../sections.ts';
import type { V414 } from '../../sources.ts';
import { callOf } from '../call.ts';
import { freeSpace } from '../free_blocks.ts';
import { down, up } from '../locks.ts';
import { behind, truncatePagecache } from '../truncate_pagecache.ts';

/** @param tree the tree that the layer was read from */
export const ext2Truncate =
  (tree: typeof V414) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const { truncate: excludesFaults } = d.fault_lock;
    const fn = 'ext2_setsize';
    const src = tree.ext2Inode;
    const range = { pages: behind(here) };
    const { begin, end } = callOf(here, range.pages);
    const size = here.pageFacts.index;
    return chart(here, {
      ...down(here, 'i_rwsem', { lock: inodeLock, mode: 'write', fn: 'do_truncate', src, to: 'check_size', begin }),
      check_size: step(
        LOCAL,
        'ext2_setattr',
        src,
        when((s) => s.read(inode, iSize) === size, 'i_rwsem_up', 'i_size is that already: nothing to do'),
        otherwise(excludesFaults ? 'dax_sem' : 'i_size_write', 'i_size changes'),
      ),
      ...(excludesFaults && down(here, 'dax_sem', { lock: faultLock, mode: 'write', fn, src, to: 'i_size_write' })),
      i_size_write: step(
        SLEEP,
        'truncate_setsize',
        tree.truncate,
        otherwise('unmap_mapping_range', `i_size = ${size}`, (s) => {
          s.send(inode, { type: 'I_SIZE_WRITE', size });
          s.mark(mark({ type: 'removed', op: here.op.token, pages: range.pages }));
        }),
      ),
      ...truncatePagecache(d, here, range, 'ext2_truncate_blocks'),
      ext2_truncate_blocks: freeSpace(here, range, excludesFaults ? 'up_write' : 'i_mtime', {
        fn,
        src,
        line: '__ext2_truncate_blocks()',
        mtime: false,
      }),
      ...(excludesFaults && { up_write: up(here, faultLock, fn, src, 'i_mtime') }),
      i_mtime: step(
        SLEEP,
        fn,
        src,
        otherwise('i_rwsem_up', 'i_mtime = now', (s) => s.send(inode, { type: 'FILE_UPDATE_TIME' })),
      ),
      i_rwsem_up: up(here, inodeLock, 'do_truncate', src, ret.RETURN, end),
    });
  };
