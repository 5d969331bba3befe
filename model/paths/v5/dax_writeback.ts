/**
 * fsync(2) on DAX in 5.10 and 6.1. The walk of the XArray and the work on an entry share sections of the lock: the walk
 * finds an entry and locks it in one, and unlocking it, clearing DIRTY and finding the next are one as well. Nothing is
 * looked up beforehand, so nothing is compared. An entry that is locked when the walk comes to it is skipped.
 */
import {
  type Act,
  chart,
  dispatch,
  type Look,
  otherwise,
  type StateConfig,
  step,
  unreached,
  when,
} from '../../../explorer/chart.ts';
import { block } from '../../entries/block.ts';
import { entry, inSlot, isLocked, isPresent, isTowrite, isValueEntry, type Slot } from '../../entries/entry.ts';
import { HZP, isBlock, type Pfn, ZERO } from '../../entries/pfn.ts';
import { waitQueue } from '../../entries/wait-queue.ts';
import type { Here } from '../../here.ts';
import { journalOn } from '../../journal.ts';
import { mark } from '../../marks.ts';
import type { FsyncRange, IomapParts, MmParts, Range, Returns } from '../../parts.ts';
import { batch, ioError } from '../../registers.ts';
import { LOCAL, SLEEP, TL } from '../../sections.ts';
import { V510 } from '../../sources.ts';
import { coveredBy, indicesOf } from '../../thp.ts';
import { hasDirty, hasExceptional } from '../address_space.ts';
import { callOf } from '../call.ts';
import { blocksOf, current, cursor, type FsyncCall, tag_pages_for_writeback, writeInode } from '../dax_writeback.ts';
import { wakeNext, withUnlockedEntry } from '../entry_lock.ts';
import { committedThen, completeTransaction } from '../jbd2_complete_transaction.ts';
import { mayFail } from '../may_fail.ts';

/** The one error that dax_writeback_one() has stands behind the wait for a locked entry. */
export const CANNOT_FAIL = 'a locked entry is skipped, and nothing else in the writeback can fail';

/** Charts that fsyncOf() has made. */
const plain = new WeakSet<StateConfig>();

/** Whether a design's fsync does at a place what fsyncOf() has made, and no more: writes back, waits for the commit, returns. */
export const isPlainFsync = (made: StateConfig): boolean => plain.has(made);

/** The DAX part comes first; what the filesystem does then has no state here, but i_rwsem where `locksInode`. */
export const fsyncOf =
  ({ fn, src, locksInode = false }: FsyncCall) =>
  (
    d: MmParts,
    here: Here,
    ret: Returns<'RETURN'>,
    { pages, datasync = false }: FsyncRange = { pages: here.allPages },
  ): StateConfig => {
    const { begin, end, endEio } = callOf(here, pages);
    const made = chart(here, {
      ...writeAndWait(
        d as IomapParts,
        here,
        here.to(locksInode ? 'written' : committedThen(here, 'return')),
        { pages },
        begin,
      ),
      ...(locksInode && writeInode(here, fn, src, (failed) => unreached(CANNOT_FAIL, failed))),
      ...(!locksInode && completeTransaction(here, 'return', { datasync })),
      return: step(
        LOCAL,
        fn,
        src,
        unreached(
          CANNOT_FAIL,
          when((s) => s.get(ioError), ret.RETURN, 'returns -EIO', endEio),
        ),
        ...mayFail(here, 'ext4_fsync_journal()', { EIO: true }, { to: ret.RETURN, leave: endEio }),
        otherwise(ret.RETURN, 'returns 0', end),
      ),
    });
    plain.add(made);
    return made;
  };

/** ext4_sync_file() */
export const fsync = fsyncOf({ fn: 'ext4_sync_file', src: V510.ext4Fsync });

/** filemap_write_and_wait_range() as a call of its own. */
export const filemap_write_and_wait_range = (
  d: IomapParts,
  here: Here,
  ret: Returns<'RETURN'>,
  range: Range,
): StateConfig => chart(here, writeAndWait(d, here, ret.RETURN, range));

/**
 * What a freeze writes back, without the tests that fsync begins with: do_writepages(). Its error is ignored (5.10). Then ->sync_fs()
 * commits what runs (ext4_sync_fs(), xfs_fs_sync_fs()), which is followed with journal=on.
 */
export function sync_filesystem(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const fn = 'dax_writeback_mapping_range';
  const pages = here.allPages;
  const dax = d as IomapParts;
  const journal = journalOn(here.scene);
  const committed = journal ? committedThen(here, ret.RETURN) : ret.RETURN;
  return chart(here, {
    mapping_empty: step(
      LOCAL,
      fn,
      V510.dax,
      when(hasExceptional(here), fn, 'the mapping has entries'),
      otherwise(committed, 'the mapping has no entries'),
    ),
    [fn]: dax.dax_writeback_mapping_range(dax, here.at(fn), { RETURN: here.to('written') }, { pages }),
    written: dispatch(
      'sync_inodes_sb',
      V510.super,
      otherwise(committed, '', (s) => s.set(ioError, false)),
    ),
    ...(journal && completeTransaction(here, ret.RETURN)),
  });
}

/** Two lockless tests of the whole mapping come before the writeback of the range. */
function writeAndWait(
  d: IomapParts,
  here: Here,
  to: string,
  range: Range,
  begin?: (s: Act) => void,
): Record<string, StateConfig> {
  return {
    mapping_needs_writeback: step(
      LOCAL,
      'mapping_needs_writeback',
      V510.filemap,
      when(hasExceptional(here), 'mapping_tagged', 'the mapping has entries', begin),
      otherwise(to, 'the mapping has no entries', begin),
    ),
    mapping_tagged: step(
      LOCAL,
      '__filemap_fdatawrite_range',
      V510.filemap,
      when(hasDirty(here), 'dax_writeback_mapping_range', 'mapping_tagged(DIRTY)'),
      otherwise(to, '!mapping_tagged(DIRTY): returns'),
    ),
    dax_writeback_mapping_range: d.dax_writeback_mapping_range(
      d,
      here.at('dax_writeback_mapping_range'),
      { RETURN: to },
      range,
    ),
  };
}

/**
 * xas_for_each_marked(): the next index tagged TOWRITE. For a locked entry dax_writeback_one() calls
 * get_unlocked_entry(), and that xas_find_conflict(). But the xas stands on that entry already, so xas_find_conflict()
 * looks for a further one in the range of the xas, which is this index alone, and returns NULL (lib/xarray.c: at once if
 * index 0 is all there is; else its loop ends as `xa_sibs` is 0). dax_writeback_one() takes that for "punched out": no
 * wait, no wake-up, both tags stay, returns 0.
 * @param waits what dax_writeback_one() means to do instead: wait, and look whether the entry still is the one to write
 * @param late no kernel does this: TOWRITE stays until writebackOne() clears it with DIRTY, and a zero entry that was locked is
 * treated as one that was not
 */
export const writebackRange =
  ({ waits, late = false }: { waits: boolean; late?: boolean }) =>
  (d: IomapParts, here: Here, ret: Returns<'RETURN'>, { pages }: Range): StateConfig => {
    const fn = 'dax_writeback_mapping_range';
    const src = V510.dax;
    const marked = (s: Look): readonly string[] =>
      indicesOf(s, here.scene, behind(pages, s.get(cursor))).filter((p) => s.read(entry(p), isTowrite));
    const next = (s: Look): string | undefined => marked(s).find((p) => !s.read(entry(p), isLocked));
    const skipped = (s: Look): readonly string[] => {
      const found = next(s);
      return found === undefined ? marked(s) : marked(s).slice(0, marked(s).indexOf(found));
    };
    return chart(here, {
      tag_pages_for_writeback: tag_pages_for_writeback(here, V510.dax, pages, 'xas_lock_irq'),
      xas_lock_irq: step(TL, fn, src, otherwise('skip', '')),
      skip: dispatch(
        'dax_writeback_one',
        src,
        waits
          ? when(
              (s) => skipped(s).length > 0,
              'get_unlocked_entry_wait',
              'entry locked: prepare_to_wait_exclusive()',
              (s) => waitFor(s, here, marked(s)[0]!),
            )
          : when(
              (s) => skipped(s).length > 0,
              'next',
              'entry locked: get_unlocked_entry() returns NULL: skipped',
              (s) => s.line(`skipped: ${skipped(s).join(' ')}`),
            ),
        otherwise('next', ''),
      ),
      ...(waits && waited(here, late, { AGAIN: 'skip', ONE: 'dax_writeback_one', FAILED: ret.RETURN })),
      next: dispatch(
        fn,
        src,
        when(
          (s) => next(s) !== undefined,
          'dax_writeback_one',
          '',
          (s) => lockForWriteback(s, here, next(s)!, late),
        ),
        otherwise(ret.RETURN, 'no further entry tagged TOWRITE', (s) => s.set(cursor, '')),
      ),
      dax_writeback_one: d.dax_writeback_one(d, here.at('dax_writeback_one'), { RETURN: here.to('skip') }),
    });
  };

/** Those of the range behind an index; '': all. Names are in file order. */
const behind = (pages: readonly string[], last: string): readonly string[] => pages.filter((p) => p > last);

export const dax_writeback_mapping_range = writebackRange({ waits: false });

/** The pfn of a ZERO entry is the zero page's. */
const pfnOf = ({ kind, pfn, pmd }: Slot): Pfn | null => (kind === 'zero' ? (pmd ? HZP : ZERO) : pfn);

function waitFor(s: Act, here: Here, p: string): void {
  const slot = s.read(entry(p), inSlot);
  s.send(waitQueue, { type: 'SLEEP', who: here.me, key: p, exclusive: true });
  s.set(cursor, lastOf(here, p, slot));
  s.set(batch, [{ page: p, slot: { ...slot, pfn: pfnOf(slot) }, locked: true }]);
}

/** What dax_writeback_one() does with an entry that it has waited for, where it waits. */
function waited(
  here: Here,
  late: boolean,
  to: { AGAIN: string; ONE: string; FAILED: string },
): Record<string, StateConfig> {
  const page = (s: Look): string => current(s).page;
  const now = (s: Look): Slot => s.read(entry(page(s)), inSlot);
  const skip = (s: Act): void => {
    wakeNext(s, page(s));
    s.set(batch, []);
  };
  const name = 'get_unlocked_entry_wait';
  const { [name]: wait } = withUnlockedEntry(
    here,
    'get_unlocked_entry',
    { fn: 'dax_writeback_one', src: V510.dax, page },
    when(
      (s) => !isValueEntry(now(s)),
      to.AGAIN,
      'entry is gone: skip',
      (s) => s.set(batch, []),
    ),
    when((s) => pfnOf(now(s)) !== current(s).slot.pfn, to.AGAIN, 'other pfn: skip, wake next', skip),
    when(
      (s) => now(s).kind !== 'blk' && !late,
      to.FAILED,
      'WARN_ON_ONCE(empty or zero entry): -EIO; wake next',
      (s) => {
        s.mark(mark({ type: 'warn', site: 'dax_writeback_one: empty or zero entry' }));
        s.set(ioError, true);
        skip(s);
        s.set(cursor, '');
      },
    ),
    when((s) => !s.read(entry(page(s)), isTowrite), to.AGAIN, 'TOWRITE is clear: skip, wake next', skip),
    otherwise(to.ONE, '', (s) => lockForWriteback(s, here, page(s), late)),
  );
  return { [name]: wait! };
}

/** The last index of the entry: xas_find_marked() goes on behind all of it. */
const lastOf = (here: Here, p: string, { pmd = false }: Slot): string => coveredBy(here.scene, p, pmd).at(-1)!;

/** The walk's entry, as dax_writeback_one() begins with it. */
function lockForWriteback(s: Act, here: Here, p: string, late: boolean): void {
  const slot = s.read(entry(p), inSlot);
  s.send(entry(p), { type: 'LOCK', by: here.me });
  if (!late) s.send(entry(p), { type: 'UNTAG', tag: 'towrite' });
  s.line(`${p}: dax_lock_entry()${late ? '' : '; clear TOWRITE'}`);
  s.set(cursor, lastOf(here, p, slot));
  s.set(batch, [{ page: p, slot: { ...slot, pfn: pfnOf(slot) }, locked: false }]);
}

/** Entered with the entry locked and the XArray's lock dropped; returns within the section that unlocks the entry. */
export const dax_writeback_one: IomapParts['dax_writeback_one'] = (d, here, ret) => writebackOne(d, here, ret, false);

/** @param late TOWRITE goes with DIRTY */
export function writebackOne(d: IomapParts, here: Here, ret: Returns<'RETURN'>, late: boolean): StateConfig {
  return chart(here, {
    dax_entry_mkclean: d.dax_mapping_entry_mkclean(d, here.at('dax_entry_mkclean'), { RETURN: here.to('dax_flush') }),
    dax_flush: step(
      SLEEP,
      'dax_flush',
      V510.dax,
      otherwise('unlock', 'flush the CPU cache', (s) => {
        const { pfn } = current(s).slot;
        if (pfn === null || !isBlock(pfn)) return;
        for (const b of blocksOf(s, here)) {
          s.send(block(b), { type: 'FLUSH' });
          s.mark(mark({ type: 'flush', block: b }));
        }
      }),
    ),
    unlock: step(
      TL,
      'dax_writeback_one',
      V510.dax,
      unreached(
        'the entry is locked by the caller, and nobody changes a locked entry',
        when(
          (s) => !s.read(entry(current(s).page), isLocked),
          ret.RETURN,
          'xas_store(): what has gone is there again; wake next',
          (s) => {
            const { page, slot } = current(s);
            const type = s.read(entry(page), isPresent) ? 'REPLACE' : 'INSERT';
            s.send(entry(page), { type, slot, lockedBy: null });
            wakeNext(s, page);
            s.set(batch, []);
          },
        ),
      ),
      otherwise(ret.RETURN, 'unlock the entry; clear DIRTY; wake next', (s) => {
        const { page } = current(s);
        s.send(entry(page), { type: 'UNLOCK' });
        s.send(entry(page), { type: 'UNTAG', tag: 'dirty' });
        if (late) s.send(entry(page), { type: 'UNTAG', tag: 'towrite' });
        wakeNext(s, page);
        s.set(batch, []);
      }),
    ),
  });
}
