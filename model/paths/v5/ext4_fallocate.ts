/**
 * fallocate(2) on ext4: FALLOC_FL_KEEP_SIZE and FALLOC_FL_ZERO_RANGE in all versions; and PUNCH_HOLE in 6.12.101 and later (6.12.19 is as 6.1): ext4_fallocate() takes the locks, updates the times and breaks
 * layouts, whatever the range; nothing is written back first (data=ordered). fs/ext4/extents.c, inode.c
 */
import {
  type Act,
  type Alternative,
  chart,
  type Look,
  otherwise,
  type StateConfig,
  step,
  when,
} from '../../../explorer/chart.ts';
import { extent } from '../../entries/extent.ts';
import { inode } from '../../entries/inode.ts';
import { faultLock, inodeLock } from '../../entries/rwsem.ts';
import { mapsBlocks } from '../../es-cache.ts';
import type { Here } from '../../here.ts';
import { startJournal, underHandle } from '../../journal.ts';
import { mark } from '../../marks.ts';
import type { Fallocate, MmParts, Returns } from '../../parts.ts';
import { LOCAL, SLEEP } from '../../sections.ts';
import { type KernelFunction, V612 } from '../../sources.ts';
import { isBehindEof } from '../address_space.ts';
import { callOf } from '../call.ts';
import { fileUpdateTime } from '../ext4_dax_fault.ts';
import { allocate } from '../ext4_iomap_begin.ts';
import { freeSpace, logInode } from '../free_blocks.ts';
import { down, up } from '../locks.ts';
import { inCall, mayFail, type OnError } from '../may_fail.ts';
import { truncatePagecacheRange } from '../truncate_pagecache.ts';
import { breakLayouts } from './ext4_truncate.ts';

/** The call's first step, i_rwsem, and file_modified() where that comes first, behind inode_dio_wait(). */
const takeInode = (
  here: Here,
  { fn, src }: KernelFunction,
  timesFirst: boolean,
  to: string,
): Record<string, StateConfig> => {
  const { begin } = callOf(here);
  return {
    ...down(here, 'i_rwsem', {
      lock: inodeLock,
      mode: 'write',
      fn,
      src,
      to: timesFirst ? 'file_modified' : to,
      begin,
    }),
    ...(timesFirst && { file_modified: fileUpdateTime(here, 'file_modified', src, to) }),
  };
};

export function punch_v612(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const fn = 'ext4_fallocate';
  const src = V612.ext4Extents;
  const range = { pages: [here.page] };
  const { end } = callOf(here, range.pages);
  const { truncate: excludesFaults } = d.fault_lock;
  const first = 'ext4_break_layouts';
  const out = excludesFaults ? 'up_write' : 'i_rwsem_up';
  return chart(here, {
    ...takeInode(here, { fn, src }, true, excludesFaults ? 'i_mmap_sem' : first),
    ...(excludesFaults && down(here, 'i_mmap_sem', { lock: faultLock, mode: 'write', fn, src, to: first })),
    ext4_break_layouts: breakLayouts(d, here.at('ext4_break_layouts'), { RETURN: here.to('check_size') }),
    check_size: step(
      LOCAL,
      'ext4_punch_hole',
      V612.ext4Inode,
      when(isBehindEof(here), out, 'beyond i_size: nothing to do'),
      otherwise('unmap_mapping_range', 'offset < i_size'),
    ),
    ...truncatePagecacheRange(d, here, { RETURN: here.to('ext4_ext_remove_space') }, range),
    // What fails here fails after the PTEs and the entries are gone.
    ext4_ext_remove_space: freeSpace(here, range, out, {
      fn: 'ext4_punch_hole',
      src: V612.ext4Extents,
      line: 'ext4_ext_remove_space()',
      mtime: false,
      logs: true,
      cachesHole: true,
      failed: inCall(out),
    }),
    ...(excludesFaults && { up_write: up(here, faultLock, fn, src, 'i_rwsem_up') }),
    i_rwsem_up: up(here, inodeLock, fn, src, ret.RETURN, end),
  });
}

/** A hole becomes unwritten: somebody's block, with what it holds. A handle is started and the inode logged whatever was there. */
export function preallocate(s: Act, here: Here): void {
  const at = extent(here.page);
  startJournal(s, here);
  logInode(s, here);
  if (s.read(at).state !== 'HOLE') return;
  s.send(at, { type: 'MAP', block: allocate(s, here, here.page), state: 'UNWRITTEN' });
}

interface FallocateEra {
  /** Whether file_modified() comes first (5.18, and 5.10 since 5.10.113); before, the times of FALLOC_FL_ZERO_RANGE alone are updated. */
  readonly timesFirst: boolean;
  /** The tree that it was read from, where that is not 6.12. */
  readonly tree?: typeof V612;
}

/** A handle or the extents cannot be had, or, for a hole, no block. */
const mapBlocksFails = (here: Here, on: OnError): Alternative[] => {
  const isHole = (s: Look): boolean => s.read(extent(here.page)).state === 'HOLE';
  return mayFail(here, 'ext4_map_blocks()', { EIO: true, ENOSPC: isHole }, on);
};

/** Preallocation, within i_size or not: i_rwsem alone. Nothing is unmapped. */
export const fallocateOf =
  ({ timesFirst, tree = V612 }: FallocateEra): Fallocate =>
  (_d, here, ret) => {
    const fn = 'ext4_fallocate';
    const src = tree.ext4Extents;
    const { end } = callOf(here);
    return chart(here, {
      ...takeInode(here, { fn, src }, timesFirst, 'ext4_alloc_file_blocks'),
      ext4_alloc_file_blocks: underHandle(
        here,
        step(
          SLEEP,
          'ext4_alloc_file_blocks',
          src,
          ...mapBlocksFails(here, inCall('i_rwsem_up')),
          ...mapsBlocks(
            here,
            { asked: [here.page] },
            otherwise('i_rwsem_up', 'holes become unwritten', (s) => preallocate(s, here)),
          ),
        ),
      ),
      i_rwsem_up: up(here, inodeLock, fn, src, ret.RETURN, end),
    });
  };

/**
 * FALLOC_FL_ZERO_RANGE: under the fault lock too, where there is one (4.5), the range is unmapped and emptied; then its blocks become
 * unwritten. Nothing is written back: in 4.0 and 4.1 what is dirty is, but no mapping of DAX is there.
 */
export const zeroOf =
  ({ timesFirst, tree = V612 }: FallocateEra): Fallocate =>
  (d, here, ret) => {
    const fn = 'ext4_zero_range';
    const src = tree.ext4Extents;
    const range = { pages: [here.page] };
    const { end } = callOf(here, range.pages);
    const { truncate: excludesFaults } = d.fault_lock;
    const out = excludesFaults ? 'up_write' : 'i_rwsem_up';
    const failed = inCall(out);
    const unmap = 'unmap_mapping_range';
    const first = d.break_layouts ? 'ext4_break_layouts' : unmap;
    /** Without file_modified() they are set before the blocks are asked for. */
    const times = (s: Act): void => {
      if (!timesFirst) s.send(inode, { type: 'FILE_UPDATE_TIME' });
    };
    return chart(here, {
      ...takeInode(here, { fn, src }, timesFirst, excludesFaults ? 'i_mmap_sem' : first),
      ...(excludesFaults && down(here, 'i_mmap_sem', { lock: faultLock, mode: 'write', fn, src, to: first })),
      ...(d.break_layouts && {
        ext4_break_layouts: d.break_layouts(d, here.at('ext4_break_layouts'), { RETURN: here.to(unmap) }),
      }),
      ...truncatePagecacheRange(d, here, { RETURN: here.to('ext4_alloc_file_blocks') }, range),
      // The one handle of the call: i_rwsem and the fault lock are held, and nothing is locked under it.
      ext4_alloc_file_blocks: underHandle(
        here,
        step(
          SLEEP,
          'ext4_alloc_file_blocks',
          src,
          // The PTEs and the entries are gone by then.
          ...mapBlocksFails(here, {
            ...failed,
            leave: (s, error) => {
              failed.leave?.(s, error);
              times(s);
            },
          }),
          ...mapsBlocks(
            here,
            { asked: [here.page], nocache: true },
            otherwise(out, 'all becomes unwritten', (s) => {
              preallocate(s, here);
              if (s.read(extent(here.page)).state === 'WRITTEN') s.send(extent(here.page), { type: 'UNWRITE' });
              s.mark(mark({ type: 'removed', op: here.op.token, pages: range.pages }));
              times(s);
            }),
          ),
        ),
      ),
      ...(excludesFaults && { up_write: up(here, faultLock, fn, src, 'i_rwsem_up') }),
      i_rwsem_up: up(here, inodeLock, fn, src, ret.RETURN, end),
    });
  };
