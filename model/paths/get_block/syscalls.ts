/**
 * System calls on a DAX file in 4.0 and 4.1: i_mutex orders write, read, truncate and punch among themselves; nothing
 * keeps faults away but i_size (truncate) and the unmap after the fact (punch). fs/ext4, mm/filemap.c, mm/truncate.c
 */
import { type Act, chart, dispatch, otherwise, type StateConfig, step, when } from '../../../explorer/chart.ts';
import { entry } from '../../entries/entry.ts';
import { faultLock, iMmapRwsem, inodeLock } from '../../entries/rwsem.ts';
import type { Here } from '../../here.ts';
import { journalOn, startHandle, startJournal, stopHandle, underHandle } from '../../journal.ts';
import { mark } from '../../marks.ts';
import type { FsyncRange, MmParts, Range, Returns } from '../../parts.ts';
import { mapping } from '../../registers.ts';
import { LOCAL, SLEEP } from '../../sections.ts';
import { V40 } from '../../sources.ts';
import { extendISize, invalidateIfPages, isBehindEof } from '../address_space.ts';
import { callOf } from '../call.ts';
import { copyFromIter, copying, copySome, endsShort, pretendsToCopy, readCopy } from '../dax_copy.ts';
import { eachPage } from '../each_page.ts';
import { fileUpdateTime } from '../ext4_dax_fault.ts';
import { truncateFailedWrite } from '../ext4_write.ts';
import { freeBlocks, logInode } from '../free_blocks.ts';
import { removeHolePage } from '../hole_page.ts';
import { committedThen, completeTransaction } from '../jbd2_complete_transaction.ts';
import { down, up } from '../locks.ts';
import { inCall, mayFail } from '../may_fail.ts';
import { truncatePagecacheRange } from '../truncate_pagecache.ts';
import { walkBegins, zapWalk } from '../unmap_mapping_range.ts';
import { convertUnwritten, getBlock, getBlockCreate, getBlockWrite } from './ext4_get_block.ts';

/** Up to 4.4 unmap_mapping_range() takes i_mmap_rwsem for writing: "DAX uses it to serialise truncate vs page fault". */
export function unmap_mapping_range_v40(d: MmParts, here: Here, ret: Returns<'RETURN'>, range: Range): StateConfig {
  const fn = 'unmap_mapping_range';
  return chart(here, {
    ...down(here, 'i_mmap_rwsem', {
      lock: iMmapRwsem,
      mode: 'write',
      fn,
      src: V40.memory,
      to: walkBegins(here),
    }),
    ...zapWalk(d, here, range, 'up_write'),
    up_write: up(here, iMmapRwsem, fn, V40.memory, ret.RETURN),
  });
}

/** fsync: a journal commit; nothing flushes the CPU cache, nothing is write-protected. */
export function fsync(
  _d: MmParts,
  here: Here,
  ret: Returns<'RETURN'>,
  { pages, datasync = false }: FsyncRange = { pages: here.allPages },
): StateConfig {
  const { begin, end, endEio } = callOf(here, pages);
  return chart(here, {
    ext4_sync_file: step(
      LOCAL,
      'ext4_sync_file',
      V40.ext4Fsync,
      otherwise(committedThen(here, 'commit'), 'nothing tagged DIRTY', begin),
    ),
    ...completeTransaction(here, 'commit', { datasync }),
    commit: step(
      SLEEP,
      'jbd2_complete_transaction',
      V40.ext4Fsync,
      ...mayFail(here, 'jbd2_complete_transaction()', { EIO: true }, { to: ret.RETURN, leave: endEio }),
      otherwise(ret.RETURN, 'returns 0', end),
    ),
  });
}

/** i_mutex is the call's first step, unless it has begun before. */
export const takeMutex = (here: Here, fn: string, to: string, begun = false): Record<string, StateConfig> =>
  down(here, 'i_mutex', {
    lock: inodeLock,
    mode: 'write',
    fn,
    src: V40.ext4File,
    to,
    ...(!begun && { begin: callOf(here).begin }),
  });
export const dropMutex = (here: Here, fn: string, ret: string): StateConfig =>
  up(here, inodeLock, fn, V40.ext4File, ret, callOf(here).endWithError);

/**
 * @param era.writeBack from 4.5 on: states that write the page back before anything else of the call, beginning with `name`
 * @param era.copy the copy into the block: through the CPU cache, or round it (4.5)
 * @param era.copySome the same of a part of the page
 * @param era.efault whether dax_io() returns -EFAULT where nothing is copied (4.5; in 4.1.5 not yet). Before, it returns what dax_get_addr() has
 * answered: how many bytes there are room for, so that the call goes on, and returns, as if they all were copied
 */
export const writeOf =
  (era: {
    writeBack?: (d: MmParts, here: Here, name: string, to: string) => Record<string, StateConfig>;
    copy: (s: Act, here: Here) => void;
    copySome: (s: Act, here: Here) => void;
    copies: string;
    efault: boolean;
  }) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const fn = 'generic_file_direct_write';
    const invalidate = (name: string, to: string): Record<string, StateConfig> =>
      invalidateIfPages(d, here, name, { fn, src: V40.filemap, to });
    // What allocated blocks behind i_size and then fails frees them.
    const failedInside = inCall('invalidate_again_nrpages');
    const failedBehind = inCall('ext4_truncate_failed_write');
    const copy = (to: string, failed = failedInside): StateConfig =>
      step(
        SLEEP,
        'dax_io',
        V40.dax,
        ...mayFail(here, 'dax_get_addr()', { EIO: true }, failed),
        ...endsShort(here, {
          to,
          ...(failed === failedInside && { copy: (s) => era.copySome(s, here) }),
          none: era.efault ? failed : { to, leave: (s) => pretendsToCopy(s, here) },
        }),
        otherwise(to, era.copies, (s) => era.copy(s, here)),
      );
    return chart(here, {
      ...takeMutex(here, 'ext4_file_write_iter', 'file_update_time'),
      file_update_time: fileUpdateTime(
        here,
        '__generic_file_write_iter',
        V40.filemap,
        era.writeBack ? 'write_back' : 'invalidate_nrpages',
      ),
      ...era.writeBack?.(d, here, 'write_back', 'invalidate_nrpages'),
      ...invalidate('invalidate', 'ext4_direct_IO'),
      ext4_direct_IO: step(
        LOCAL,
        'ext4_direct_IO',
        V40.ext4Inode,
        when(isBehindEof(here), 'get_block_create', 'beyond i_size'),
        otherwise('get_block_write', 'inside i_size'),
      ),
      get_block_write: getBlockWrite(here, 'dax_io', 'copy', failedInside),
      ...copying(d, here, 'copy', copy('completed')),
      completed: dispatch(
        'ext4_ext_direct_IO',
        V40.ext4Inode,
        when((s) => s.get(mapping)!.type === 'UNWRITTEN', 'convert', ''),
        otherwise('invalidate_again_nrpages', '', (s) => s.set(mapping, null)),
      ),
      convert: convertUnwritten(here, 'ext4_convert_unwritten_extents', 'invalidate_again_nrpages', {
        excluded: 'i_mutex keeps out who could free the block',
        failed: failedInside,
      }),
      get_block_create: getBlockCreate(here, 'dax_io', 'copy_extending', {
        // The fault lock keeps faults from allocating behind i_size.
        hole: d.fault_lock.truncate,
        failed: failedBehind,
      }),
      ...copying(d, here, 'copy_extending', copy('i_size_write', failedBehind)),
      ...truncateFailedWrite(d, here, 'ext4_truncate_failed_write', 'invalidate_again_nrpages', V40),
      i_size_write: underHandle(
        here,
        step(
          SLEEP,
          'ext4_ind_direct_IO',
          V40.ext4Inode,
          ...mayFail(here, 'ext4_journal_start()', { EIO: true }, failedInside),
          otherwise('invalidate_again_nrpages', 'i_size_write()', (s) => {
            extendISize(s, here);
            s.set(mapping, null);
            startJournal(s, here);
            logInode(s, here);
          }),
        ),
      ),
      ...invalidate('invalidate_again', 'mutex_unlock'),
      mutex_unlock: dropMutex(here, 'ext4_file_write_iter', ret.RETURN),
      ...(era.writeBack && {
        eio: dispatch(fn, V40.filemap, otherwise('mutex_unlock', 'returns -EIO')),
      }),
    });
  };

export const write = writeOf({
  copy: copyFromIter,
  copySome,
  copies: 'copy_from_iter(), through the cache',
  efault: false,
});

/** read(2): unwritten reads as zeros; the page cache is not looked at. i_mutex is exclusive for readers, too. */
export const read = (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig =>
  chart(here, { ...takeMutex(here, 'dax_do_io', 'check_size'), ...readUnderMutex(d, here, ret.RETURN) });

/** States from `check_size` on: dax_io() and the end of the call. */
export const readUnderMutex = (d: MmParts, here: Here, to: string, lookup = getBlock): Record<string, StateConfig> => ({
  get_block: lookup(here, 'dax_io', { HOLE: 'zero', BLOCK: 'written' }, inCall('mutex_unlock')),
  written: dispatch(
    'dax_io',
    V40.dax,
    when(
      (s) => s.get(mapping)!.type === 'UNWRITTEN',
      'zero',
      '',
      (s) => s.set(mapping, null),
    ),
    otherwise('copy', ''),
  ),
  ...readCopy(d, here, {
    fn: 'dax_io',
    src: V40.dax,
    lookup: 'get_block',
    out: 'mutex_unlock',
    fails: 'dax_get_addr()',
  }),
  mutex_unlock: dropMutex(here, 'dax_do_io', to),
});

/** ext4_punch_hole(): unmap and empty the cache, free the blocks, and the same again "to reduce race window". */
export function punch(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const fn = 'ext4_punch_hole';
  const range = { pages: [here.page] };
  const pagecacheRange = (name: string, to: string, unmapped?: (s: Act) => void): Record<string, StateConfig> => ({
    [name]: chart(here.at(name), truncatePagecacheRange(d, here.at(name), { RETURN: here.to(to) }, range, unmapped)),
  });
  const held = journalOn(here.scene);
  // No kernel has both: ea3d7209ca01 (4.5) takes the fault lock and leaves the second time out.
  const { truncate: excludesFaults } = d.fault_lock;
  const out = excludesFaults ? 'up_write' : 'mutex_unlock';
  const first = 'truncate_pagecache_range';
  // Stores through PTEs of the freed block, up to the second unmap, are removed with it; later ones allocate.
  const removedPerhaps = (s: Act): void =>
    s.mark(mark({ type: 'removed', op: here.op.token, pages: range.pages, perhaps: true }));
  return chart(here, {
    ...takeMutex(here, fn, 'check_size'),
    check_size: step(
      LOCAL,
      fn,
      V40.ext4Inode,
      when(isBehindEof(here), 'mutex_unlock', 'beyond i_size: nothing to do'),
      otherwise(excludesFaults ? 'i_mmap_sem' : first, 'offset < i_size'),
    ),
    ...(excludesFaults &&
      down(here, 'i_mmap_sem', { lock: faultLock, mode: 'write', fn, src: V40.ext4Inode, to: first })),
    ...pagecacheRange('truncate_pagecache_range', held ? 'ext4_journal_start' : 'ext4_ext_remove_space'),
    // The handle stays open over the second time.
    ...(held && {
      ext4_journal_start: startHandle(
        here,
        fn,
        V40.ext4Inode,
        'ext4_ext_remove_space',
        mayFail(here, 'ext4_journal_start()', { EIO: true }, inCall(out)),
      ),
      ext4_journal_stop: stopHandle(here, fn, V40.ext4Inode, out),
    }),
    ext4_ext_remove_space: freeBlocks(here, fn, range, 'truncate_pagecache_range_again', {
      tree: V40,
      // Under the handle that is open the one of ext4_ext_remove_space() is the same one.
      ...(!held && { failed: inCall(out) }),
    }),
    ...pagecacheRange('truncate_pagecache_range_again', held ? 'ext4_journal_stop' : out, removedPerhaps),
    ...(excludesFaults && { up_write: up(here, faultLock, fn, V40.ext4Inode, 'mutex_unlock') }),
    mutex_unlock: up(here, inodeLock, fn, V40.ext4File, ret.RETURN, callOf(here).end),
  });
}

/** truncate_inode_pages_range() where only hole pages can be in the tree. */
export function truncate_inode_pages_range(
  d: MmParts,
  here: Here,
  ret: Returns<'RETURN'>,
  { pages }: Range,
): StateConfig {
  const src = V40.truncate;
  const fn = 'truncate_inode_page';
  const walk = { fn: 'truncate_inode_pages_range', perPage: fn, what: 'hole page', hold: removeHolePage.hold };
  return eachPage(here, pages, { ...walk, src, again: true, done: ret.RETURN }, (at, name, to) =>
    removeHolePage.states(d, at, { page: name, fn, src, to }),
  );
}

/** invalidate_inode_pages2_range() of one page; the caller has tested nrpages. */
export function invalidate_inode_pages2_range(
  d: MmParts,
  here: Here,
  ret: Returns<'RETURN'>,
  { pages }: Range,
): StateConfig {
  const [target] = pages;
  return chart(here, {
    find_get_entries: step(
      LOCAL,
      'find_get_entries',
      V40.filemap,
      ...removeHolePage.lookup(d, entry(target!), 'lock_page'),
      otherwise(ret.RETURN, 'no page'),
    ),
    ...removeHolePage.states(d, here, {
      page: target!,
      fn: 'invalidate_inode_pages2_range',
      src: V40.truncate,
      to: ret.RETURN,
    }),
  });
}
