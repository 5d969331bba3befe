/**
 * fallocate(PUNCH_HOLE) on XFS: under IOLOCK and the fault lock (MMAPLOCK) the range is written back, unmapped, emptied and
 * freed; i_size is not asked, and the times are set by file_modified(), or, once, by a transaction of their own. fs/xfs/xfs_file.c,
 * xfs_bmap_util.c
 */
import {
  type Act,
  chart,
  dispatch,
  otherwise,
  type Source,
  type StateConfig,
  step,
  unreachedIf,
  when,
} from '../../../explorer/chart.ts';
import { inode } from '../../entries/inode.ts';
import { faultLock, inodeLock } from '../../entries/rwsem.ts';
import type { Here } from '../../here.ts';
import { startJournal } from '../../journal.ts';
import type { Fallocate, IomapParts, MmParts, Returns } from '../../parts.ts';
import { ioError } from '../../registers.ts';
import { LOCAL, SLEEP } from '../../sections.ts';
import { V414, V510 } from '../../sources.ts';
import { hasExceptional } from '../address_space.ts';
import { callOf } from '../call.ts';
import { fileUpdateTime } from '../ext4_dax_fault.ts';
import type { LayoutEra } from '../ext4_truncate.ts';
import { freeSpace } from '../free_blocks.ts';
import { down, up } from '../locks.ts';
import { truncatePagecacheRange } from '../truncate_pagecache.ts';
import { preallocate } from '../v5/ext4_fallocate.ts';

/** What an era does under the locks. */
interface Era extends LayoutEra {
  /** The tree that it was read from, where that is not 4.14. */
  readonly tree?: typeof V414;
  /** Whether file_modified() comes before the blocks are freed (5.18, and 5.10 since 5.10.176), in place of a transaction for the times after. */
  readonly timesFirst?: boolean;
  /** Whether it comes before anything is written back, even (6.12). */
  readonly timesBeforeFlush?: boolean;
  /** FALLOC_FL_ZERO_RANGE: what was freed is allocated again, unwritten. */
  readonly allocates?: boolean;
}

export const xfsPunch =
  (era: Era) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const dax = d as IomapParts;
    const { truncate: excludesFaults } = d.fault_lock;
    const fn = 'xfs_file_fallocate';
    const tree = era.tree ?? V414;
    const src = tree.xfsFile;
    const range = { pages: [here.page] };
    const { begin, endWithError } = callOf(here, range.pages);
    const written = era.writeBack ? 'xfs_flush_unmap_range' : 'nrexceptional';
    const flush = era.timesBeforeFlush ? 'file_modified' : written;
    const timesLate = era.timesFirst && !era.timesBeforeFlush;
    const last = era.timesFirst ? 'i_rwsem_up' : 'xfs_update_prealloc_flags';
    const first = d.break_layouts ? 'xfs_break_layouts' : flush;
    return chart(here, {
      ...down(here, 'i_rwsem', {
        lock: inodeLock,
        mode: 'write',
        fn,
        src,
        to: excludesFaults ? 'mmaplock' : first,
        begin,
      }),
      ...(excludesFaults && down(here, 'mmaplock', { lock: faultLock, mode: 'write', fn, src, to: first })),
      ...(d.break_layouts && {
        xfs_break_layouts: d.break_layouts(d, here.at('xfs_break_layouts'), { RETURN: here.to(flush) }),
      }),
      ...(!era.writeBack && {
        nrexceptional: step(
          LOCAL,
          'filemap_write_and_wait_range',
          V414.filemap,
          when(hasExceptional(here), 'xfs_flush_unmap_range', 'nrexceptional > 0'),
          otherwise('unmap_mapping_range', 'nrexceptional == 0'),
        ),
      }),
      xfs_flush_unmap_range: (era.writeBack ?? dax.dax_writeback_mapping_range)(
        dax,
        here.at('xfs_flush_unmap_range'),
        { RETURN: here.to('written') },
        range,
      ),
      written: dispatch(
        'xfs_flush_unmap_range',
        tree.xfsBmapUtil,
        unreachedIf(
          !d.fault_returns_locked,
          era.cannotFail ?? 'whoever could change an entry between its lookup and its lock is locked out',
          when((s) => s.get(ioError), 'i_rwsem_up', 'returns -EIO'),
        ),
        otherwise('unmap_mapping_range', ''),
      ),
      ...truncatePagecacheRange(d, here, { RETURN: here.to(timesLate ? 'file_modified' : 'xfs_unmap_extent') }, range),
      ...(era.timesFirst && {
        file_modified: fileUpdateTime(here, 'file_modified', src, timesLate ? 'xfs_unmap_extent' : written),
      }),
      xfs_unmap_extent: freeSpace(here, range, era.allocates ? 'xfs_alloc_file_space' : last, {
        fn: 'xfs_free_file_space',
        src: tree.xfsBmapUtil,
        line: 'xfs_unmap_extent()',
        mtime: false,
      }),
      ...(era.allocates && { xfs_alloc_file_space: xfs_alloc_file_space(here, last) }),
      ...(!era.timesFirst && {
        xfs_update_prealloc_flags: xfs_update_prealloc_flags(here, 'i_rwsem_up'),
      }),
      ...xfs_iunlock(here, src, excludesFaults, ret, endWithError),
    });
  };

/** IOLOCK is given back first, MMAPLOCK after it: in between others can read and write, but nobody can fault. fs/xfs/xfs_inode.c */
const xfs_iunlock = (
  here: Here,
  src: Source,
  excludesFaults: boolean,
  ret: Returns<'RETURN'>,
  end: (s: Act) => void,
): Record<string, StateConfig> => {
  const fn = 'xfs_file_fallocate';
  if (!excludesFaults) return { i_rwsem_up: up(here, inodeLock, fn, src, ret.RETURN, end) };
  return {
    i_rwsem_up: up(here, inodeLock, fn, src, 'up_write'),
    up_write: up(here, faultLock, fn, src, ret.RETURN, end),
  };
};

/** A hole becomes unwritten. */
const xfs_alloc_file_space = (here: Here, to: string): StateConfig =>
  step(
    SLEEP,
    'xfs_alloc_file_space',
    V510.xfsBmapUtil,
    otherwise(to, 'xfs_bmapi_write(PREALLOC)', (s) => preallocate(s, here)),
  );

/** The times, by a transaction of their own. */
const xfs_update_prealloc_flags = (here: Here, to: string): StateConfig =>
  step(
    SLEEP,
    'xfs_update_prealloc_flags',
    V414.xfsFile,
    otherwise(to, 'i_mtime = now', (s) => {
      s.send(inode, { type: 'FILE_UPDATE_TIME' });
      startJournal(s, here);
    }),
  );

/** Preallocation: both locks are held, and from 5.10 on layouts are broken for it as well: all of the file is unmapped. */
export const xfsFallocate =
  ({ timesFirst, tree = V510 }: Pick<Era, 'timesFirst' | 'tree'>): Fallocate =>
  (d, here, ret) => {
    const fn = 'xfs_file_fallocate';
    const src = tree.xfsFile;
    const { begin, end } = callOf(here);
    const last = timesFirst ? 'i_rwsem_up' : 'xfs_update_prealloc_flags';
    const first = timesFirst ? 'file_modified' : 'xfs_alloc_file_space';
    return chart(here, {
      ...down(here, 'i_rwsem', { lock: inodeLock, mode: 'write', fn, src, to: 'mmaplock', begin }),
      ...down(here, 'mmaplock', {
        lock: faultLock,
        mode: 'write',
        fn,
        src,
        to: d.break_layouts ? 'xfs_break_layouts' : first,
      }),
      ...(d.break_layouts && {
        xfs_break_layouts: d.break_layouts(d, here.at('xfs_break_layouts'), { RETURN: here.to(first) }),
      }),
      ...(timesFirst && { file_modified: fileUpdateTime(here, 'file_modified', src, 'xfs_alloc_file_space') }),
      xfs_alloc_file_space: xfs_alloc_file_space(here, last),
      ...(!timesFirst && { xfs_update_prealloc_flags: xfs_update_prealloc_flags(here, 'i_rwsem_up') }),
      ...xfs_iunlock(here, src, true, ret, end),
    });
  };

export const xfs_punch = xfsPunch({});
