/**
 * write(2) and read(2) on DAX, 4.12 to 4.14. write holds i_rwsem only, not the fault lock: faults interleave anywhere.
 * fs/ext4/file.c, fs/dax.c
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
  when,
} from '../../explorer/chart.ts';
import { entry, isPresent } from '../entries/entry.ts';
import { inode } from '../entries/inode.ts';
import { faultLock, inodeLock } from '../entries/rwsem.ts';
import type { Here } from '../here.ts';
import { startJournal, underHandle } from '../journal.ts';
import type { IomapParts, MmParts, Range, Returns } from '../parts.ts';
import { mapping, treeIndex } from '../registers.ts';
import { LOCAL, SLEEP } from '../sections.ts';
import { type KernelFunction, V413, V414 } from '../sources.ts';
import { indexOf, rangeStart, slotOf, thpOn } from '../thp.ts';
import { extendISize, isBehindEof } from './address_space.ts';
import { callOf } from './call.ts';
import { copyFromIterPmem, copying, copySomePmem, endsShort, mayFailCopying, readCopy } from './dax_copy.ts';
import { withUnlockedEntry } from './entry_lock.ts';
import { fileUpdateTime } from './ext4_dax_fault.ts';
import { freeBlocks, logInode } from './free_blocks.ts';
import { removeHolePage } from './hole_page.ts';
import { dropEntry, type Invalidation, invalidateSeveral, looksEmpty } from './invalidate_several.ts';
import { down, up } from './locks.ts';
import { inCall, mayFail } from './may_fail.ts';
import { behind } from './truncate_pagecache.ts';
import { firstBegin, writePages } from './write_pages.ts';

/** Who calls dax_iomap_rw(), and who answers it. */
export interface DaxCall extends KernelFunction {
  readonly iomap_begin: KernelFunction;
}
/** How write(2) moves the end of the file after the copy. */
export interface DaxWriteCall extends DaxCall {
  readonly iSize: KernelFunction & {
    readonly journal: 'always' | 'if it moves';
    /** Whether what fails from the copy on is modelled: ext4_iomap_end() frees what was allocated for nothing. */
    readonly mayFail?: boolean;
  };
}

/** States from `iomap_f_new` to `copy`: only a block that this write(2) allocated or converted has anything to invalidate. */
export const invalidateFresh = (d: MmParts, here: Here, fn: string, src: Source): Record<string, StateConfig> => ({
  iomap_f_new: dispatch(
    fn,
    src,
    when((s) => s.get(mapping)!.fresh, 'invalidate_inode_pages2_range', ''),
    otherwise('copy', ''),
  ),
  invalidate_inode_pages2_range: d.invalidate_inode_pages2_range(
    d,
    here.at('invalidate_inode_pages2_range'),
    { RETURN: here.to('copy') },
    { pages: [here.page] },
  ),
});

export const daxWrite =
  ({ fn, src, iomap_begin, iSize: end_ }: DaxWriteCall) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const dax = d as IomapParts;
    const { begin, end } = callOf(here);
    return chart(here, {
      ...down(here, 'i_rwsem', {
        lock: inodeLock,
        mode: 'write',
        fn,
        src,
        to: 'file_update_time',
        begin,
      }),
      file_update_time: fileUpdateTime(here, fn, src, 'iomap_begin'),
      iomap_begin: dax.iomap_begin(
        dax,
        here.at('iomap_begin'),
        { MAPPED: here.to('iomap_f_new'), HOLE: here.to('iomap_f_new') },
        { write: true, ...iomap_begin, failed: inCall(here.to('up_write')) },
      ),
      ...invalidateFresh(d, here, 'dax_iomap_actor', V414.dax),
      ...copying(
        d,
        here,
        'copy',
        step(
          SLEEP,
          'dax_iomap_actor',
          V414.dax,
          ...(end_.mayFail
            ? [
                ...mayFail(here, 'dax_direct_access()', { EIO: true }, inCall('i_size_failed')),
                ...endsShort(here, { to: 'i_size', copy: (s) => copySomePmem(s, here), none: inCall('i_size_failed') }),
              ]
            : []),
          otherwise('i_size', 'dax_copy_from_iter(), around the cache', (s) => copyFromIterPmem(s, here)),
        ),
      ),
      i_size: underHandle(
        here,
        step(
          SLEEP,
          end_.fn,
          end_.src,
          // iomap_apply() returns what was written and forgets the error; i_size stays.
          ...(end_.mayFail ? mayFail(here, 'ext4_journal_start()', { EIO: true }, { to: 'up_write' }) : []),
          when(isBehindEof(here), 'up_write', 'i_size_write()', (s) => {
            extendISize(s, here);
            startJournal(s, here);
            logInode(s, here);
          }),
          otherwise('up_write', 'i_size stays', (s) => {
            if (end_.journal === 'always') startJournal(s, here);
          }),
        ),
        (s) => end_.journal === 'always' || isBehindEof(here)(s),
      ),
      // Nothing was copied: blocks behind i_size go again. But i_size is where the write was to begin: ext4_update_inode_size(offset + 0).
      ...(mayFailCopying(here) &&
        end_.mayFail && {
          i_size_failed: underHandle(
            here,
            step(
              SLEEP,
              end_.fn,
              end_.src,
              when(isBehindEof(here), 'ext4_truncate_failed_write', 'beyond i_size', (s) => {
                s.send(inode, { type: 'I_SIZE_WRITE', size: here.pageFacts.index });
                startJournal(s, here);
                logInode(s, here);
              }),
              otherwise('up_write', 'i_size stays', (s) => startJournal(s, here)),
            ),
          ),
          ...truncateFailedWrite(d, here, 'ext4_truncate_failed_write', 'up_write', V414),
        }),
      up_write: up(here, inodeLock, fn, src, ret.RETURN, end),
    });
  };

/** One write(2) of several pages. Nothing of it fails: errors=on is refused. */
export const daxWritePages =
  ({ fn, src, iomap_begin, iSize: end_ }: DaxWriteCall) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const { begin, end } = callOf(here);
    const perExtent = end_.journal === 'always';
    const iSize = (at: Here, to: Target): StateConfig =>
      underHandle(
        at,
        step(
          SLEEP,
          end_.fn,
          end_.src,
          when(isBehindEof(at), to, 'i_size_write()', (s) => {
            extendISize(s, at);
            startJournal(s, at);
            logInode(s, at);
          }),
          otherwise(to, 'i_size stays', (s) => {
            if (perExtent) startJournal(s, at);
          }),
        ),
        (s) => perExtent || isBehindEof(at)(s),
      );
    return chart(here, {
      ...down(here, 'i_rwsem', { lock: inodeLock, mode: 'write', fn, src, to: 'file_update_time', begin }),
      file_update_time: fileUpdateTime(here, fn, src, firstBegin(here)),
      ...writePages(d, here, {
        begin: iomap_begin,
        actor: { fn: 'dax_iomap_actor', src: V414.dax },
        // ext4_iomap_end() of each extent; others move i_size when all is written.
        ...(perExtent && { end: iSize }),
        out: perExtent ? 'up_write' : 'i_size',
      }),
      ...(!perExtent && { i_size: iSize(here.of(here.pages.at(-1)!), here.to('up_write')) }),
      up_write: up(here, inodeLock, fn, src, ret.RETURN, end),
    });
  };

/**
 * State `name`: ext4_truncate_failed_write() frees what a failed write(2) allocated behind i_size; only with errors=on and user-buffer=short.
 * Nothing is unmapped: no PTE is there behind i_size.
 */
export function truncateFailedWrite(
  d: MmParts,
  here: Here,
  name: string,
  to: string,
  tree: typeof V414,
): Record<string, StateConfig> {
  if (!mayFailCopying(here)) return {};
  const at = here.at(name);
  const fn = 'ext4_truncate_failed_write';
  const src = tree.ext4Inode;
  const range = { pages: behind(here) };
  const locks = d.fault_lock.truncate;
  const pages = 'truncate_inode_pages';
  return {
    [name]: chart(at, {
      ...(locks && down(at, 'i_mmap_sem', { lock: faultLock, mode: 'write', fn, src, to: pages })),
      [pages]: d.truncate_inode_pages_range(d, at.at(pages), { RETURN: at.to('ext4_truncate') }, range),
      ext4_truncate: freeBlocks(at, 'ext4_truncate', range, locks ? 'up_write' : here.to(to), { tree }),
      ...(locks && { up_write: up(at, faultLock, fn, src, here.to(to)) }),
    }),
  };
}

export const daxRead =
  ({ fn, src, iomap_begin }: DaxCall) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const dax = d as IomapParts;
    const { begin, end } = callOf(here);
    return chart(here, {
      ...down(here, 'i_rwsem', {
        lock: inodeLock,
        mode: 'read',
        fn,
        src,
        to: 'check_size',
        begin,
      }),
      iomap_begin: dax.iomap_begin(
        dax,
        here.at('iomap_begin'),
        { MAPPED: here.to('copy'), HOLE: here.to('zero') },
        { write: false, ...iomap_begin, failed: inCall(here.to('up_read')) },
      ),
      ...readCopy(d, here, {
        fn: 'dax_iomap_actor',
        src: V414.dax,
        checks: 'dax_iomap_rw',
        lookup: 'iomap_begin',
        out: 'up_read',
        fails: 'dax_direct_access()',
      }),
      up_read: up(here, inodeLock, fn, src, ret.RETURN, end),
    });
  };

const EXT4_IOMAP_BEGIN: KernelFunction = { fn: 'ext4_iomap_begin', src: V414.ext4Inode };

const EXT4_WRITE: DaxWriteCall = {
  fn: 'ext4_dax_write_iter',
  src: V414.ext4File,
  iomap_begin: EXT4_IOMAP_BEGIN,
  iSize: { fn: 'ext4_iomap_end', src: V414.ext4Inode, journal: 'always', mayFail: true },
};

export const write = daxWrite(EXT4_WRITE);
export const write_pages = daxWritePages(EXT4_WRITE);

export const read = daxRead({ fn: 'ext4_dax_read_iter', src: V414.ext4File, iomap_begin: EXT4_IOMAP_BEGIN });

/**
 * invalidate_inode_pages2_range(), here of one page: skipped altogether if the mapping is empty; else the slot is looked up,
 * deleted if it is a clean entry, and then, with the entry gone and no lock held, the PTEs are unmapped.
 * mm/truncate.c, v4.12 to v4.14
 * @param names how a lookup from within an entry of the whole range names it (thp=on): by its first index, as the radix tree
 * does, or by the one asked for, as the XArray (4.20)
 */
export const invalidatePages2 =
  (invalidation: Invalidation) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>, range: Range): StateConfig => {
    if (range.pages.length > 1) return invalidateSeveral(invalidation, d, here, ret, range);
    const { fn, src, names = 'first' } = invalidation;
    const [target] = range.pages;
    const unmap = 'unmap_mapping_range';
    const lookup = treeLookup(here, target!, names);
    // With the entry dealt with.
    const out = lookup.again ? 'index' : unmap;
    return chart(here, {
      ...looksEmpty(d, here, ret),
      find_get_entries: step(
        LOCAL,
        'find_get_entries',
        V413.filemap,
        when((s) => lookup.found(s) === undefined, unmap, 'no entry', lookup.forget),
        ...removeHolePage.lookup(d, entry(target!), 'lock_page'),
        otherwise(fn, 'an exceptional entry', lookup.keep),
      ),
      ...removeHolePage.states(d, here, {
        page: target!,
        src: V413.truncate,
        fn: 'invalidate_inode_pages2_range',
        to: lookup.again ? 'removed' : unmap,
      }),
      ...withUnlockedEntry(here, fn, { fn, src, page: lookup.at }, ...dropEntry(invalidation, d, here, lookup.at, out)),
      ...(lookup.again &&
        d.hole_pages && {
          removed: dispatch('invalidate_inode_pages2_range', V413.truncate, otherwise(unmap, '', lookup.forget)),
        }),
      ...(lookup.again && { index: lookup.again('find_get_entries', unmap) }),
      [unmap]: d.unmap_mapping_range(d, here.at(unmap), ret, range),
    });
  };

/**
 * The lookups of one page. With thp=on an entry of the whole range is found under its first index, and the search goes on
 * behind that: it finds the same entry again if it was kept.
 */
function treeLookup(here: Here, target: string, names: 'first' | 'own') {
  const all = here.allPages;
  const start = rangeStart(here.scene);
  if (!thpOn(here.scene) || target === start || names === 'own') {
    return {
      found: (s: Look) => (s.read(slotOf(s, here.scene, target), isPresent) ? target : undefined),
      at: () => target,
    };
  }
  const from = (s: Look): readonly string[] =>
    all.slice(s.get(treeIndex) === null ? all.indexOf(target) : all.indexOf(s.get(treeIndex)!) + 1);
  const found = (s: Look): string | undefined => {
    const p = from(s).find((q) => q <= target && s.read(slotOf(s, here.scene, q), isPresent));
    return p && indexOf(s, here.scene, p);
  };
  const forget = (s: Act): void => s.set(treeIndex, null);
  return {
    found,
    at: (s: Look): string => s.get(treeIndex) ?? target,
    keep: (s: Act): void => s.set(treeIndex, found(s)!),
    forget,
    /** `index++`, and once more if that is not behind the range. */
    again: (lookup: string, done: string): StateConfig =>
      dispatch(
        'invalidate_inode_pages2_range',
        V413.truncate,
        when((s) => s.get(treeIndex)! < target, lookup, ''),
        otherwise(done, '', forget),
      ),
  };
}

export const invalidate_inode_pages2_range = invalidatePages2({
  fn: '__dax_invalidate_mapping_entry',
  src: V414.dax,
  wakes: 'next',
});
