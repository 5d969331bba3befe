/**
 * truncate(2) and fallocate(PUNCH_HOLE) on ext4 in 5.10 and 6.1. Both begin, under the fault lock, with breaking layouts:
 * the whole file is unmapped, wherever the truncated range is. i_size changes under the fault lock, so a fault that has
 * it sees an i_size that stays. fs/ext4/inode.c ext4_setattr(), ext4_punch_hole(); fs/dax.c dax_layout_busy_page()
 */
import { chart, dispatch, otherwise, type StateConfig, step, when } from '../../../explorer/chart.ts';
import { entry, isValueEntry } from '../../entries/entry.ts';
import { inode, iSize } from '../../entries/inode.ts';
import { faultLock, inodeLock } from '../../entries/rwsem.ts';
import type { Here } from '../../here.ts';
import { startJournal } from '../../journal.ts';
import { mark } from '../../marks.ts';
import type { MmParts, Returns } from '../../parts.ts';
import { grows } from '../../registers.ts';
import { SLEEP, TL } from '../../sections.ts';
import { type V61, V510 } from '../../sources.ts';
import { callOf } from '../call.ts';
import { wakeNext } from '../entry_lock.ts';
import { punchOf as punchFrom } from '../ext4_truncate.ts';
import { freeBlocks } from '../free_blocks.ts';
import { down, up } from '../locks.ts';
import { inCall, mayFail } from '../may_fail.ts';
import { behind, truncatePagecache } from '../truncate_pagecache.ts';
import { CANNOT_FAIL, filemap_write_and_wait_range } from './dax_writeback.ts';

/** Entered and left with i_rwsem and the fault lock held for writing. */
export function ext4_break_layouts(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const pages = here.allPages;
  return chart(here, {
    unmap_mapping_pages: d.unmap_mapping_range(
      d,
      here.at('unmap_mapping_pages'),
      { RETURN: here.to('dax_layout_busy_page') },
      { pages },
    ),
    // One section over all entries. A locked one is not looked at, as in fsync; for the others a waiter is woken.
    dax_layout_busy_page: step(
      TL,
      'dax_layout_busy_page',
      V510.dax,
      otherwise(ret.RETURN, 'no page is pinned; wake next', (s) => {
        for (const p of pages) {
          const e = s.read(entry(p));
          if (isValueEntry(e) && e.lockedBy === null) wakeNext(s, p);
        }
      }),
    ),
  });
}

export function truncate(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const fn = 'ext4_setattr';
  const src = V510.ext4Inode;
  const range = { pages: behind(here) };
  const size = here.pageFacts.index;
  const { begin, end } = callOf(here, range.pages);
  return chart(here, {
    ...down(here, 'i_rwsem', { lock: inodeLock, mode: 'write', fn: 'do_truncate', src, to: 'i_mmap_sem', begin }),
    ...down(here, 'i_mmap_sem', { lock: faultLock, mode: 'write', fn, src, to: 'ext4_break_layouts' }),
    ext4_break_layouts: ext4_break_layouts(d, here.at('ext4_break_layouts'), { RETURN: here.to('i_size_write') }),
    i_size_write: step(
      SLEEP,
      fn,
      src,
      when((s) => s.read(inode, iSize) === size, 'unmap_mapping_range', 'i_size is that already'),
      ...mayFail(here, 'ext4_journal_start()', { EIO: true }, inCall('up_write')),
      // Nothing is shorter than an empty file.
      ...(size > 0
        ? [
            when(
              (s) => s.read(inode, iSize) < size,
              'unmap_mapping_range',
              `i_size = ${size}: the file grows`,
              (s) => {
                s.send(inode, { type: 'I_SIZE_WRITE', size });
                s.send(inode, { type: 'FILE_UPDATE_TIME' });
                startJournal(s, here);
                s.set(grows, true);
              },
            ),
          ]
        : []),
      otherwise('unmap_mapping_range', `i_size = ${size}`, (s) => {
        s.send(inode, { type: 'I_SIZE_WRITE', size });
        startJournal(s, here);
        s.mark(mark({ type: 'removed', op: here.op.token, pages: range.pages }));
      }),
    ),
    ...truncatePagecache(d, here, range, 'oldsize'),
    oldsize: dispatch(
      fn,
      src,
      when(
        (s) => s.get(grows),
        'up_write',
        '',
        (s) => s.set(grows, false),
      ),
      otherwise('ext4_truncate', ''),
    ),
    ext4_truncate: freeBlocks(here, 'ext4_truncate', range, 'up_write', {
      tree: V510,
      failed: inCall('up_write'),
    }),
    up_write: up(here, faultLock, fn, src, 'i_rwsem_up'),
    i_rwsem_up: up(here, inodeLock, 'do_truncate', src, ret.RETURN, end),
  });
}

export const punchOf = (tree: typeof V510 | typeof V61, { updatesTimes }: { updatesTimes: boolean }) =>
  punchFrom({
    tree,
    updatesTimes,
    writeBack: filemap_write_and_wait_range,
    cannotFail: CANNOT_FAIL,
    breakLayouts: ext4_break_layouts,
  });
