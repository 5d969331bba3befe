/**
 * truncate(2) and fallocate(PUNCH_HOLE) on ext4 in 5.10 and 6.1. Both begin, under the fault lock, with breaking layouts:
 * the whole file is unmapped, wherever the truncated range is. i_size changes under the fault lock, so a fault that has
 * it sees an i_size that stays. fs/ext4/inode.c ext4_setattr(), ext4_punch_hole(); fs/dax.c dax_layout_busy_page()
 */
import {
  chart,
  dispatch,
  otherwise,
  type Source,
  type StateConfig,
  step,
  type Target,
  unreached,
  when,
} from '../../../explorer/chart.ts';
import { entry, isValueEntry } from '../../entries/entry.ts';
import { inode, iSize } from '../../entries/inode.ts';
import { faultLock, inodeLock } from '../../entries/rwsem.ts';
import type { Here } from '../../here.ts';
import { mark } from '../../marks.ts';
import type { IomapParts, MmParts, Returns } from '../../parts.ts';
import { grows, ioError } from '../../registers.ts';
import { LOCAL, SLEEP, TL } from '../../sections.ts';
import { type V61, V510 } from '../../sources.ts';
import { hasDirty, isBehindEof } from '../address_space.ts';
import { callOf } from '../call.ts';
import { wakeNext } from '../entry_lock.ts';
import { fileUpdateTime } from '../ext4_dax_fault.ts';
import { behind, freeBlocks } from '../ext4_truncate.ts';
import { down, up } from '../locks.ts';
import { inCall, mayFail } from '../may_fail.ts';
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
  const unmap = (name: string, to: Target) =>
    d.unmap_mapping_range(d, here.at(name), { RETURN: to }, { ...range, even_cows: true });
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
                s.mark(mark({ type: 'journal-start' }));
                s.set(grows, true);
              },
            ),
          ]
        : []),
      otherwise('unmap_mapping_range', `i_size = ${size}`, (s) => {
        s.send(inode, { type: 'I_SIZE_WRITE', size });
        s.mark(mark({ type: 'journal-start' }));
        s.mark(mark({ type: 'removed', op: here.op.token, pages: range.pages }));
      }),
    ),
    unmap_mapping_range: unmap('unmap_mapping_range', here.to('truncate_inode_pages')),
    truncate_inode_pages: d.truncate_inode_pages_range(
      d,
      here.at('truncate_inode_pages'),
      { RETURN: here.to('unmap_again') },
      range,
    ),
    unmap_again: unmap('unmap_again', here.to('oldsize')),
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

/** @param updatesTimes whether it begins with file_modified() (since 5.18); the times are set at its end anyway */
export const punchOf =
  (tree: typeof V510 | typeof V61, { updatesTimes }: { updatesTimes: boolean }) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const fn = 'ext4_punch_hole';
    const src: Source = tree.ext4Inode;
    const range = { pages: [here.page] };
    const { begin, end, endEio } = callOf(here, range.pages);
    return chart(here, {
      // The range is written back first, before any lock. (The tag test is of the whole mapping, and lockless.)
      mapping_tagged: step(
        LOCAL,
        fn,
        src,
        when(hasDirty(here), 'filemap_write_and_wait_range', 'mapping has DIRTY', begin),
        otherwise('i_rwsem', 'nothing DIRTY', begin),
      ),
      filemap_write_and_wait_range: filemap_write_and_wait_range(
        d as IomapParts,
        here.at('filemap_write_and_wait_range'),
        { RETURN: here.to('written') },
        range,
      ),
      written: dispatch(
        fn,
        src,
        unreached(
          CANNOT_FAIL,
          when((s) => s.get(ioError), 'eio', ''),
        ),
        otherwise('i_rwsem', ''),
      ),
      eio: step(LOCAL, fn, src, unreached(CANNOT_FAIL, otherwise(ret.RETURN, 'returns -EIO', endEio))),
      ...down(here, 'i_rwsem', { lock: inodeLock, mode: 'write', fn, src, to: 'check_size' }),
      check_size: step(
        LOCAL,
        fn,
        src,
        when(isBehindEof(here), 'i_rwsem_up', 'beyond i_size: nothing to do'),
        otherwise(updatesTimes ? 'file_modified' : 'i_mmap_sem', 'offset < i_size'),
      ),
      ...(updatesTimes && { file_modified: fileUpdateTime(here, 'file_modified', src, 'i_mmap_sem') }),
      ...down(here, 'i_mmap_sem', { lock: faultLock, mode: 'write', fn, src, to: 'ext4_break_layouts' }),
      ext4_break_layouts: ext4_break_layouts(d, here.at('ext4_break_layouts'), {
        RETURN: here.to('unmap_mapping_range'),
      }),
      unmap_mapping_range: d.unmap_mapping_range(
        d,
        here.at('unmap_mapping_range'),
        { RETURN: here.to('truncate_inode_pages_range') },
        range,
      ),
      truncate_inode_pages_range: d.truncate_inode_pages_range(
        d,
        here.at('truncate_inode_pages_range'),
        { RETURN: here.to('ext4_ext_remove_space') },
        range,
      ),
      ext4_ext_remove_space: freeBlocks(here, fn, range, 'up_write', { tree, failed: inCall('up_write') }),
      up_write: up(here, faultLock, fn, src, 'i_rwsem_up'),
      i_rwsem_up: up(here, inodeLock, fn, src, ret.RETURN, end),
    });
  };
