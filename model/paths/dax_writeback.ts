/** fsync(2) on DAX, 4.12 to 4.14: tag, look up, and per entry lock, write-protect, flush, clear. fs/dax.c */
import {
  type Act,
  type Alternative,
  chart,
  dispatch,
  type Look,
  otherwise,
  register,
  type Source,
  type StateConfig,
  step,
  unreachedIf,
  when,
} from '../../explorer/chart.ts';
import { block } from '../entries/block.ts';
import {
  entry,
  inSlot,
  isDirty,
  isLocked,
  isPresent,
  isTowrite,
  isValueEntry,
  type Slot,
  sameSlot,
} from '../entries/entry.ts';
import { page as pageOf } from '../entries/page.ts';
import { inodeLock } from '../entries/rwsem.ts';
import { wbErr } from '../entries/wb-err.ts';
import type { Here } from '../here.ts';
import { mark } from '../marks.ts';
import type { FsyncRange, IomapParts, MmParts, Range, Returns, TaggedParts } from '../parts.ts';
import { batch, ioError, tagged } from '../registers.ts';
import { LOCAL, SLEEP, TL } from '../sections.ts';
import { type KernelFunction, V414 } from '../sources.ts';
import { coveredBy, indicesOf, slotOf } from '../thp.ts';
import { hasExceptional } from './address_space.ts';
import { callOf } from './call.ts';
import { wakeNext, withUnlockedEntry } from './entry_lock.ts';
import { committedThen, completeTransaction } from './jbd2_complete_transaction.ts';
import { down, up } from './locks.ts';
import { failingCall, injects, mayFail } from './may_fail.ts';

/** 4.5: what is tagged is a block's entry, and so no writeback fails. */
export const ONLY_BLOCKS = 'only entries of blocks are tagged in this era';

/** An fsync that writes the DAX range back first; what the filesystem does then (commits) has no state here. */
export interface FsyncCall extends KernelFunction {
  /** Whether i_rwsem is taken round that, as __generic_file_fsync() does. */
  readonly locksInode?: boolean;
}

/** States from `written` to `return`: __generic_file_fsync() writes the inode under i_rwsem, unless the data failed. */
export const writeInode = (
  here: Here,
  fn: string,
  src: Source,
  seen: (failed: Alternative) => Alternative = (failed) => failed,
): Record<string, StateConfig> => ({
  written: dispatch(fn, src, seen(when((s) => s.get(ioError), 'return', '')), otherwise('i_rwsem', '')),
  ...down(here, 'i_rwsem', { lock: inodeLock, mode: 'write', fn, src, to: 'i_rwsem_up' }),
  i_rwsem_up: up(here, inodeLock, fn, src, 'return'),
});

export const daxFsync =
  ({ fn, src, locksInode = false }: FsyncCall) =>
  (
    d: MmParts,
    here: Here,
    ret: Returns<'RETURN'>,
    { pages, datasync = false }: FsyncRange = { pages: here.allPages },
  ): StateConfig => {
    const dax = d as TaggedParts;
    const { begin, end, endEio } = callOf(here, pages);
    const advance = (s: Act): void => {
      if (injects(here)) s.send(wbErr, { type: 'ADVANCE', who: here.me });
      endEio(s);
    };
    const written = locksInode ? 'written' : committedThen(here, 'return');
    return chart(here, {
      // mapping->nrexceptional, read without lock
      nrexceptional: step(
        LOCAL,
        fn,
        src,
        when(hasExceptional(here), 'dax_writeback_mapping_range', 'nrexceptional > 0', begin),
        otherwise(written, 'nrexceptional == 0', begin),
      ),
      dax_writeback_mapping_range: dax.dax_writeback_mapping_range(
        dax,
        here.at('dax_writeback_mapping_range'),
        { RETURN: here.to(written) },
        { pages },
      ),
      ...(locksInode && writeInode(here, fn, src)),
      ...completeTransaction(here, 'return', { datasync }),
      return: step(
        LOCAL,
        fn,
        src,
        when((s) => s.get(ioError), ret.RETURN, 'returns -EIO', advance),
        ...(injects(here) && dax.wb_err
          ? [
              when(
                (s) => s.read(wbErr).unseen.includes(here.me),
                ret.RETURN,
                'file_check_and_advance_wb_err(): an error was recorded; returns -EIO',
                advance,
              ),
            ]
          : []),
        ...mayFail(here, 'the journal commit', { EIO: true }, { to: ret.RETURN, leave: endEio }),
        otherwise(ret.RETURN, 'returns 0', end),
      ),
    });
  };

export const fsync = daxFsync({ fn: 'ext4_sync_file', src: V414.ext4Fsync });

/** The last index written back; the search goes on behind it. */
export const cursor = register('cursor', '');
const after = (s: Look): string => s.get(cursor);

/** What the lookup of one batch found, in index order. */
export const current = (s: Pick<Look, 'get'>) => s.get(batch)[0]!;

/** What is DIRTY now is what this writeback is about. */
export const tag_pages_for_writeback = (here: Here, src: Source, pages: readonly string[], to: string): StateConfig =>
  step(
    TL,
    'tag_pages_for_writeback',
    src,
    otherwise(to, 'DIRTY -> TOWRITE', (s) => {
      for (const p of indicesOf(s, here.scene, pages))
        if (s.read(entry(p), isDirty)) s.send(entry(p), { type: 'TAG', tag: 'towrite' });
    }),
  );

/**
 * dax_writeback_mapping_range(). The tagged lookup reads a whole node's TOWRITE bits at once and then the slots one by
 * one, all without TL; the batch is written back afterwards.
 * @param lockBit whether the snapshots keep the lock bit, for dax_writeback_one() to compare (4.9)
 * @param rescan up to 4.12-rc6 the range was searched from its start again after each batch (fixed by 1eb643d02b21)
 */
export const writebackRange =
  ({ rescan, lockBit = false }: { rescan: boolean; lockBit?: boolean }) =>
  (d: TaggedParts, here: Here, ret: Returns<'RETURN'>, { pages }: Range): StateConfig => {
    const isTagged = (s: Look, p: string): boolean => s.read(entry(p), isTowrite);
    // A lookup goes on to the end of the file; the batch ends with the first index that is behind the range, and so does the search.
    // Where it goes on behind each batch, that is no different from a lookup of the range alone.
    const all = here.allPages;
    const searched = rescan ? all.slice(all.indexOf(pages[0]!)) : pages;
    const isInRange = (found: { readonly page: string } | undefined): boolean =>
      found !== undefined && found.page <= pages.at(-1)!;
    // From behind the cursor: an entry of the whole range is found from within it, too.
    const remaining = (s: Look): readonly string[] =>
      indicesOf(
        s,
        here.scene,
        searched.filter((p) => p > after(s)),
      ).filter((p) => isTagged(s, p));
    return chart(here, {
      tag_pages_for_writeback: tag_pages_for_writeback(here, V414.dax, pages, 'find_get_entries_tag'),
      find_get_entries_tag: step(
        LOCAL,
        'find_get_entries_tag',
        V414.filemap,
        when((s) => remaining(s).length === 0, 'done', 'nothing tagged TOWRITE'),
        otherwise('find_slot', '', (s) => {
          s.set(
            tagged,
            remaining(s).map((p) => {
              return { page: p, slot: s.read(entry(p), inSlot), locked: false };
            }),
          );
          s.line(`TOWRITE: ${remaining(s).join(' ')}`);
        }),
      ),
      find_slot: step(
        LOCAL,
        'find_get_entries_tag',
        V414.filemap,
        when((s) => s.get(tagged).length > 1, 'find_slot', '', readSlot(here, { lockBit })),
        otherwise('batch', '', readSlot(here, { lockBit })),
      ),
      batch: dispatch(
        'dax_writeback_mapping_range',
        V414.dax,
        when((s) => isInRange(s.get(batch)[0]), 'dax_writeback_one', ''),
        otherwise('done', '', (s) => s.set(batch, [])),
      ),
      dax_writeback_one: d.dax_writeback_one(d, here.at('dax_writeback_one'), { RETURN: here.to('next') }),
      next: dispatch(
        'dax_writeback_mapping_range',
        V414.dax,
        when(
          (s) => s.get(ioError),
          'done',
          '',
          (s) => {
            s.set(batch, []);
            // mapping_set_error()
            if (d.wb_err && injects(here)) s.send(wbErr, { type: 'SET', files: here.scene.threads.map((t) => t.id) });
          },
        ),
        when(
          (s) => isInRange(s.get(batch)[1]),
          'dax_writeback_one',
          '',
          (s) => s.set(batch, s.get(batch).slice(1)),
        ),
        ...(searched.length > pages.length
          ? [
              when(
                (s) => s.get(batch).length > 1,
                'done',
                'indices[i] > end_index: done',
                (s) => s.set(batch, []),
              ),
            ]
          : []),
        // Only the last index of the range can have been reached; a lookup beyond it finds nothing.
        unreachedIf(
          rescan,
          'the range is searched from its start again',
          when(
            (s) => !rescan && current(s).page === pages.at(-1),
            'done',
            '',
            (s) => s.set(batch, []),
          ),
        ),
        otherwise('find_get_entries_tag', '', (s) => {
          if (!rescan) s.set(cursor, current(s).page);
          s.set(batch, []);
        }),
      ),
      done: dispatch(
        'dax_writeback_mapping_range',
        V414.dax,
        otherwise(ret.RETURN, '', (s) => s.set(cursor, '')),
      ),
    });
  };

/** Whether a walk that began before still sees the slot of `p`: index 0 is re-read, others live in a node. */
function slotReachable(s: Look, here: Here, p: string): boolean {
  const { pages } = here.scene;
  const isRoot = pages[0]!.name === p;
  return isRoot || pages.some((q) => q.index > 0 && q.name !== p && s.read(entry(q.name), isPresent));
}

const readSlot =
  (here: Here, compares: { lockBit: boolean }) =>
  (s: Act): void => {
    const [first, ...rest] = s.get(tagged);
    const { page: p, slot: was } = first!;
    const now = s.read(entry(p), inSlot);
    const same = sameSlot(now, was);
    // The walk holds on to the radix node of the tag lookup. A slot that changed was deleted in between, and with it the
    // node, unless it is the root slot (index 0) or other indices kept the node; then the walk reads NULL.
    // An entry of the whole range sits in a node of its own, one level up.
    const lost = !same && (was.pmd === true || !slotReachable(s, here, p));
    const slot: Slot = lost ? { kind: 'nil', pfn: null } : now;
    const { kind, pfn } = slot;
    s.line(`slot ${p}: ${pfn ?? kind}${lost ? ' (of a freed node)' : ''}`);
    s.set(tagged, rest);
    if (kind === 'nil') return;
    if (kind === 'page') s.send(pageOf(pfn!), { type: 'GET' });
    // Only 4.9 compares the lock bit.
    const locked = compares.lockBit && !lost && s.read(entry(p), isLocked);
    s.set(batch, [...s.get(batch), { page: p, slot, locked }]);
  };

/** The blocks of the entry that is written back: those of the whole range where it covers that. */
export function blocksOf(s: Look, here: Here): readonly string[] {
  const { page, slot } = current(s);
  return slot.pmd ? coveredBy(here.scene, page, true).map((p) => `blk.${p}`) : [slot.pfn!];
}

/** dax_radix_sector(): EMPTY and ZERO entries have sector 0. */
const sector = (slot: Slot): string => (slot.kind === 'blk' ? slot.pfn! : '0');

/** Up to 4.13 a hole becomes a page; only a failed fault or a private copy leaves an unlocked empty entry behind. */
export const EMPTY_STAYS = 'no unlocked empty entry is left without errors and private mappings in this era';

export function dax_writeback_one(d: IomapParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const page = (s: Look): string => current(s).page;
  const slot = (s: Look) => slotOf(s, here.scene, page(s));
  const now = (s: Look): Slot => s.read(slot(s), inSlot);
  const skip = (s: Act): void => wakeNext(s, here.waitKey(s, page(s)));
  // TOWRITE is gone by then, DIRTY stays.
  const access = failingCall(here, 'dax_direct_access', {
    call: 'dax_direct_access()',
    fn: 'dax_writeback_one',
    src: V414.dax,
    to: 'dax_mapping_entry_mkclean',
    errors: ['EIO'],
    on: { to: 'dax_unlock_mapping_entry', leave: (s) => s.set(ioError, true) },
  });
  return chart(here, {
    // The lookup's answer is looked at before TL is taken; the reference that it took to a page is leaked.
    ...(d.hole_pages && {
      radix_tree_exceptional_entry: step(
        LOCAL,
        'dax_writeback_one',
        V414.dax,
        when(
          (s) => current(s).slot.kind === 'page',
          ret.RETURN,
          'WARN_ON(a page in the tree): -EIO',
          (s) => {
            s.mark(mark({ type: 'warn', site: 'dax_writeback_one: not an exceptional entry' }));
            s.set(ioError, true);
          },
        ),
        otherwise('get_unlocked_mapping_entry', 'an exceptional entry'),
      ),
    }),
    ...withUnlockedEntry(
      here,
      'get_unlocked_mapping_entry',
      { fn: 'dax_writeback_one', src: V414.dax, page },
      // put_unlocked_mapping_entry() of nothing (or of a page) wakes nobody.
      when((s) => !isValueEntry(now(s)), ret.RETURN, 'entry is gone: skip'),
      when((s) => sector(now(s)) !== sector(current(s).slot), ret.RETURN, 'other sector: skip, wake next', skip),
      unreachedIf(
        d.hole_pages,
        EMPTY_STAYS,
        when(
          (s) => current(s).slot.kind !== 'blk',
          ret.RETURN,
          'WARN_ON_ONCE(empty or zero entry): -EIO',
          (s) => {
            s.mark(mark({ type: 'warn', site: 'dax_writeback_one: empty or zero entry' }));
            s.set(ioError, true);
            skip(s);
          },
        ),
      ),
      when((s) => !s.read(slot(s), isTowrite), ret.RETURN, 'TOWRITE is clear: skip, wake next', skip),
      otherwise(access.first, 'lock_slot(); clear TOWRITE', (s) => {
        s.set(batch, [{ ...current(s), slot: now(s) }, ...s.get(batch).slice(1)]);
        s.send(slot(s), { type: 'LOCK', by: here.me });
        s.send(slot(s), { type: 'UNTAG', tag: 'towrite' });
      }),
    ),
    ...access.states,
    dax_mapping_entry_mkclean: d.dax_mapping_entry_mkclean(d, here.at('dax_mapping_entry_mkclean'), {
      RETURN: here.to('dax_flush'),
    }),
    dax_flush: step(
      SLEEP,
      'dax_flush',
      V414.dax,
      otherwise('clear_dirty', 'flush the CPU cache', (s) => {
        for (const b of blocksOf(s, here)) {
          s.send(block(b), { type: 'FLUSH' });
          s.mark(mark({ type: 'flush', block: b }));
        }
      }),
    ),
    clear_dirty: step(
      TL,
      'dax_writeback_one',
      V414.dax,
      otherwise('dax_unlock_mapping_entry', 'clear DIRTY', (s) => s.send(slot(s), { type: 'UNTAG', tag: 'dirty' })),
    ),
    dax_unlock_mapping_entry: d.dax_unlock_mapping_entry(
      d,
      here.at('dax_unlock_mapping_entry'),
      { RETURN: ret.RETURN },
      page,
    ),
  });
}
