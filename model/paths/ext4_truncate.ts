/**
 * truncate(2) and fallocate(PUNCH_HOLE) on ext4, 4.12 to 4.14. i_size is written before the fault lock is taken (kernel.md
 * has it after: the source decides); punch unmaps once, truncate before and after it empties the tree.
 * fs/ext4/inode.c ext4_setattr(), ext4_punch_hole(); mm/truncate.c
 */
import {
  type Act,
  chart,
  dispatch,
  type Look,
  otherwise,
  type Source,
  type StateConfig,
  step,
  type Target,
  unreachedIf,
  when,
} from '../../explorer/chart.ts';
import { block } from '../entries/block.ts';
import { entry, isValueEntry } from '../entries/entry.ts';
import { extent } from '../entries/extent.ts';
import { inode, iSize } from '../entries/inode.ts';
import { faultLock, inodeLock } from '../entries/rwsem.ts';
import type { Here } from '../here.ts';
import { startJournal } from '../journal.ts';
import { mark } from '../marks.ts';
import type { MmParts, Range, Returns, TaggedParts } from '../parts.ts';
import { foundAny, ioError, pageIndex } from '../registers.ts';
import { dropsUnlocked } from '../scene.ts';
import { LOCAL, SLEEP } from '../sections.ts';
import { V49, V413, V414 } from '../sources.ts';
import { hasDirty, hasPages, isBehindEof } from './address_space.ts';
import { callOf } from './call.ts';
import { wakeAll, wakeNext, withUnlockedEntry } from './entry_lock.ts';
import type { Handler } from './ext4_dax_fault.ts';
import { removeHolePage } from './hole_page.ts';
import { down, up } from './locks.ts';
import { inCall, mayFail, type OnError } from './may_fail.ts';
import { clearExceptionalEntry, foundEntry } from './v45/clear_exceptional_entry.ts';

/** Pages at and behind the new end of the file. */
export const behind = (here: Here): readonly string[] =>
  here.scene.pages.filter((p) => p.index >= here.pageFacts.index).map((p) => p.name);

/** truncate_pagecache(), from state `unmap_mapping_range` on: the second unmap is for copies made meanwhile. */
export function truncatePagecache(d: MmParts, here: Here, range: Range, to: string): Record<string, StateConfig> {
  const unmap = (name: string, next: string) =>
    d.unmap_mapping_range(d, here.at(name), { RETURN: here.to(next) }, { ...range, even_cows: true });
  return {
    unmap_mapping_range: unmap('unmap_mapping_range', 'truncate_inode_pages'),
    truncate_inode_pages: d.truncate_inode_pages_range(
      d,
      here.at('truncate_inode_pages'),
      { RETURN: here.to('unmap_again') },
      range,
    ),
    unmap_again: unmap('unmap_again', to),
  };
}

/**
 * @param tree the tree that the design's truncate was read from
 * @param returnsError whether ext4_truncate() returns an error at all: up to 4.10 it is void, and truncate(2) returns 0
 */
export const truncateOf =
  (tree: typeof V414, { returnsError = true }: { returnsError?: boolean } = {}) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const { truncate: excludesFaults } = d.fault_lock;
    const fn = 'ext4_setattr';
    const src = tree.ext4Inode;
    const range = { pages: behind(here) };
    const { begin, end } = callOf(here, range.pages);
    const free = (to: Target): StateConfig =>
      freeBlocks(here, 'ext4_truncate', range, to, { tree, failed: returnsError ? inCall(to) : { to } });
    return chart(here, {
      ...down(here, 'i_rwsem', {
        lock: inodeLock,
        mode: 'write',
        fn: 'do_truncate',
        src,
        to: 'i_size_write',
        begin,
      }),
      i_size_write: step(
        SLEEP,
        fn,
        src,
        when(
          (s) => s.read(inode, iSize) === here.pageFacts.index,
          excludesFaults ? 'i_mmap_sem' : 'same_size',
          excludesFaults ? 'i_size is that already' : 'i_size is that already: only ext4_truncate()',
        ),
        ...mayFail(here, 'ext4_journal_start()', { EIO: true }, inCall('i_rwsem_up')),
        otherwise(excludesFaults ? 'i_mmap_sem' : 'unmap_mapping_range', `i_size = ${here.pageFacts.index}`, (s) => {
          s.send(inode, { type: 'I_SIZE_WRITE', size: here.pageFacts.index });
          s.mark(mark({ type: 'journal-start' }));
          s.mark(mark({ type: 'removed', op: here.op.token, pages: range.pages }));
        }),
      ),
      ...(excludesFaults &&
        down(here, 'i_mmap_sem', { lock: faultLock, mode: 'write', fn, src, to: 'unmap_mapping_range' })),
      ...truncatePagecache(d, here, range, 'ext4_truncate'),
      ext4_truncate: free(excludesFaults ? 'up_write' : 'i_rwsem_up'),
      ...(excludesFaults && { up_write: up(here, faultLock, fn, src, 'i_rwsem_up') }),
      ...(!excludesFaults && { same_size: free('i_rwsem_up') }),
      i_rwsem_up: up(here, inodeLock, 'do_truncate', src, ret.RETURN, end),
    });
  };

export const truncate = truncateOf(V414);

/** @param onlyWithPages 4.5: the range is written back only if the mapping has hole pages, too */
export const punchOf =
  ({ onlyWithPages = false }: { onlyWithPages?: boolean } = {}) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const dax = d as TaggedParts;
    const { truncate: excludesFaults } = d.fault_lock;
    const fn = 'ext4_punch_hole';
    const src = V414.ext4Inode;
    const range = { pages: [here.page] };
    const { begin, end, endEio } = callOf(here, range.pages);
    return chart(here, {
      // The range is written back first, before any lock. (The tag test is of the whole mapping, and lockless.)
      mapping_tagged: step(
        LOCAL,
        fn,
        src,
        when(
          (s) => hasDirty(here)(s) && (!onlyWithPages || hasPages(here)(s)),
          'filemap_write_and_wait_range',
          onlyWithPages ? 'nrpages > 0, mapping has DIRTY' : 'mapping has DIRTY',
          begin,
        ),
        otherwise('i_rwsem', onlyWithPages ? 'nrpages == 0 or nothing DIRTY' : 'nothing DIRTY', begin),
      ),
      filemap_write_and_wait_range: dax.dax_writeback_mapping_range(
        dax,
        here.at('filemap_write_and_wait_range'),
        { RETURN: here.to('written') },
        range,
      ),
      written: dispatch(
        fn,
        src,
        when((s) => s.get(ioError), 'eio', ''),
        otherwise('i_rwsem', ''),
      ),
      eio: step(LOCAL, fn, src, otherwise(ret.RETURN, 'returns -EIO', endEio)),
      ...down(here, 'i_rwsem', { lock: inodeLock, mode: 'write', fn, src, to: 'check_size' }),
      check_size: step(
        LOCAL,
        fn,
        src,
        when(isBehindEof(here), 'i_rwsem_up', 'beyond i_size: nothing to do'),
        otherwise(excludesFaults ? 'i_mmap_sem' : 'unmap_mapping_range', 'offset < i_size'),
      ),
      ...(excludesFaults &&
        down(here, 'i_mmap_sem', { lock: faultLock, mode: 'write', fn, src, to: 'unmap_mapping_range' })),
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
      // What fails here fails after the PTEs and the entries are gone.
      ext4_ext_remove_space: freeBlocks(here, fn, range, excludesFaults ? 'up_write' : 'i_rwsem_up', {
        failed: inCall(excludesFaults ? 'up_write' : 'i_rwsem_up'),
      }),
      ...(excludesFaults && { up_write: up(here, faultLock, fn, src, 'i_rwsem_up') }),
      i_rwsem_up: up(here, inodeLock, fn, src, ret.RETURN, end),
    });
  };

export const punch = punchOf();

const V414_DELETE = { fn: '__dax_invalidate_mapping_entry', src: V414.dax };

/** What a freed block becomes, by config. */
const FREED = { same: 'free', none: 'retired', foreign: 'foreign' } as const;

/**
 * Under i_data_sem: the extents of the range become holes, their blocks free; mtime is set directly.
 * @param options.failed where it leads that no journal handle was to be had
 */
export const freeBlocks = (
  here: Here,
  fn: string,
  range: Range,
  to: Target,
  { tree = V414, failed }: { tree?: typeof V414; failed?: OnError } = {},
): StateConfig =>
  freeSpace(here, range, to, {
    fn,
    src: tree.ext4Extents,
    line: 'ext4_ext_remove_space()',
    mtime: true,
    ...(failed && { failed }),
  });

/** @param freeing.mtime whether the inode's mtime is set in the same step @param freeing.failed where an error leads */
export function freeSpace(
  here: Here,
  { pages }: Range,
  to: Target,
  {
    fn,
    src,
    line,
    mtime,
    failed,
  }: Handler & { readonly line: string; readonly mtime: boolean; readonly failed?: OnError },
): StateConfig {
  const becomes = FREED[here.scene.config['block-reuse']];
  return step(
    SLEEP,
    fn,
    src,
    ...(failed ? mayFail(here, 'ext4_journal_start()', { EIO: true }, failed) : []),
    otherwise(to, line, (s) => {
      startJournal(s, here);
      for (const p of pages) {
        const b = s.read(extent(p)).block;
        if (b === null) continue;
        s.send(extent(p), { type: 'REMOVE' });
        s.send(block(b), { type: 'FREE', becomes });
        s.mark(mark({ type: 'free-block', page: p, block: b }));
        s.line(`free ${b}`);
      }
      s.mark(mark({ type: 'removed', op: here.op.token, pages }));
      if (mtime) s.send(inode, { type: 'FILE_UPDATE_TIME' });
    }),
  );
}

/**
 * truncate_inode_pages_range(): a pass over what a lookup finds, then passes until one finds nothing. Entries are
 * deleted one by one, each after waiting for its lock.
 */
/**
 * @param wakes 4.5 has no entry lock, and nobody waits; up to 4.9 all waiters are woken, after TL is dropped (`all`); then the
 * next one, under it; since 5.13 all, under it
 * @param from what deletes an entry, and where it was read
 */
export const truncatePages =
  (wakes: 'nobody' | 'next' | 'all' | 'all under TL', from: { fn: string; src: Source } = V414_DELETE) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>, range: Range): StateConfig => {
    const { pages } = range;
    const found = (s: Look): string | undefined =>
      pages.slice(s.get(pageIndex)).find((p) => s.read(entry(p)).kind !== 'nil');
    const at = (s: Look): string => pages[s.get(pageIndex)]!;
    const goTo = (s: Act): void => {
      s.set(pageIndex, pages.indexOf(found(s)!));
      s.set(foundAny, true);
    };
    const again = (s: Look): boolean => s.get(foundAny);
    const perPage = (p: string): Record<string, StateConfig> =>
      d.hole_pages
        ? {
            [`truncate_inode_page_${p}`]: chart(
              here.at(`truncate_inode_page_${p}`),
              removeHolePage.states(d, here.at(`truncate_inode_page_${p}`), {
                page: p,
                fn: 'truncate_inode_page',
                src: V413.truncate,
                to: here.to('advance'),
                faultsExcluded: d.fault_lock.truncate && d.fault_lock.faults,
              }),
            ),
          }
        : {};
    const deleteLocked = (): Record<string, StateConfig> => ({
      ...withUnlockedEntry(
        here,
        'dax_delete_mapping_entry',
        {
          ...from,
          page: at,
          neverOvertaken: d.fault_returns_locked ? 'entries are locked under the fault lock only' : undefined,
        },
        unreachedIf(
          !dropsUnlocked(here.scene),
          'IR and the fault lock keep out everybody who could delete it',
          when(
            (s) => !isValueEntry(s.read(entry(at(s)))),
            'advance',
            'WARN_ON_ONCE(!ret): entry is gone',
            (s) => s.mark(mark({ type: 'warn', site: 'dax_delete_mapping_entry: no entry' })),
          ),
        ),
        otherwise(
          wakes === 'all' ? 'wake' : 'advance',
          wakes === 'all' ? 'delete entry' : `delete entry; wake ${wakes === 'next' ? 'next' : 'all'}`,
          (s) => {
            s.send(entry(at(s)), { type: 'DELETE' });
            if (wakes === 'next') wakeNext(s, at(s));
            if (wakes === 'all under TL') wakeAll(s, at(s));
          },
        ),
      ),
      ...(wakes === 'all' && {
        wake: step(
          LOCAL,
          'dax_wake_mapping_entry_waiter',
          V49.dax,
          otherwise('advance', 'wake all waiters', (s) => wakeAll(s, at(s))),
        ),
      }),
    });
    return chart(here, {
      find_get_entries: step(
        LOCAL,
        'find_get_entries',
        V414.filemap,
        when(
          (s) => found(s) === undefined && !again(s),
          ret.RETURN,
          'nothing in the tree',
          (s) => s.set(pageIndex, 0),
        ),
        when(
          (s) => found(s) === undefined,
          'find_get_entries',
          'end of the pass: look again',
          (s) => {
            s.set(pageIndex, 0);
            s.set(foundAny, false);
          },
        ),
        ...(d.hole_pages
          ? pages.map((p) =>
              when(
                (s) => found(s) === p && s.read(entry(p)).kind === 'page',
                `truncate_inode_page_${p}`,
                `hole page of ${p}: get_page()`,
                (s) => {
                  goTo(s);
                  removeHolePage.hold(s, p);
                },
              ),
            )
          : []),
        wakes === 'nobody'
          ? otherwise('clear_exceptional_entry', 'an exceptional entry', (s) => {
              goTo(s);
              foundEntry(s, at(s));
            })
          : otherwise('dax_delete_mapping_entry', 'an exceptional entry', goTo),
      ),
      ...Object.assign({}, ...pages.map(perPage)),
      ...(wakes === 'nobody'
        ? { clear_exceptional_entry: clearExceptionalEntry(here, at, 'advance') }
        : deleteLocked()),
      advance: dispatch(
        'truncate_inode_pages_range',
        V414.truncate,
        otherwise('find_get_entries', '', (s) => s.set(pageIndex, s.get(pageIndex) + 1)),
      ),
    });
  };

export const truncate_inode_pages_range = truncatePages('next');
