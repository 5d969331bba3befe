/**
 * invalidate_inode_pages2_range() of several pages: a lookup lists what the range has, slot by slot and without a lock; then each of
 * what it has found is dealt with; then the next lookup begins behind the last of them, until one finds nothing. The PTEs of the whole
 * range are unmapped last. mm/truncate.c, mm/filemap.c find_get_entries(), v4.12 to v7.1
 */
import {
  type Act,
  type Alternative,
  chart,
  dispatch,
  type Look,
  otherwise,
  type Source,
  type StateConfig,
  step,
  unreachedIf,
  when,
} from '../../explorer/chart.ts';
import type { Selector } from '../../explorer/component.ts';
import { type Entry, inSlot, isValue, type Slot, tagged } from '../entries/entry.ts';
import type { Here } from '../here.ts';
import type { MmParts, Range, Returns } from '../parts.ts';
import { didRangeUnmap, heldPage, type Listed, listed, treeIndex } from '../registers.ts';
import { dropsUnlocked } from '../scene.ts';
import { LOCAL } from '../sections.ts';
import { V413 } from '../sources.ts';
import { indexOf, slotOf, thpOn } from '../thp.ts';
import { hasExceptional, hasPages } from './address_space.ts';
import { pageLevel } from './each_page.ts';
import { wakeAll, wakeNext, withUnlockedEntry } from './entry_lock.ts';
import { removeHolePage } from './hole_page.ts';

export interface Invalidation {
  readonly fn: string;
  readonly src: Source;
  readonly wakes: 'next' | 'all';
  readonly names?: 'first' | 'own';
  /** Whether the next lookup begins behind an entry of the whole range (6.12), not at the next index. */
  readonly skips?: true;
  /** put_unlocked_entry() of a dirty entry, which stays: wakes as who deletes one does. @param key whom it would wake */
  kept?(s: Act, key: string): void;
  /** What is done to the page of an entry that goes. */
  put?(s: Act, here: Here, gone: Slot): void;
}

/** Two counters, read one after the other without a lock: an empty mapping is skipped altogether. */
export const looksEmpty = (d: MmParts, here: Here, ret: Returns<'RETURN'>): Record<string, StateConfig> => ({
  ...(d.hole_pages && {
    nrpages: step(
      LOCAL,
      'invalidate_inode_pages2_range',
      V413.truncate,
      when(hasPages(here), 'find_get_entries', 'nrpages > 0'),
      otherwise('nrexceptional', 'nrpages == 0'),
    ),
  }),
  nrexceptional: step(
    LOCAL,
    'invalidate_inode_pages2_range',
    V413.truncate,
    when(hasExceptional(here), 'find_get_entries', 'nrexceptional > 0'),
    otherwise(ret.RETURN, 'nrexceptional == 0: nothing to do'),
  ),
});

/** What is done, under the tree lock, with the unlocked entry at an index: it goes unless it is dirty. */
export function dropEntry(
  { wakes, kept, put }: Invalidation,
  d: MmParts,
  here: Here,
  at: (s: Look) => string,
  out: string,
): readonly [Alternative, ...Alternative[]] {
  const wake = wakes === 'next' ? wakeNext : wakeAll;
  const now = <T>(s: Look, part: Selector<Entry, T>): T => s.read(slotOf(s, here.scene, at(s)), part) as T;
  return [
    unreachedIf(
      !d.hole_pages && !dropsUnlocked(here.scene) && !thpOn(here.scene),
      'i_rwsem keeps out everybody who could delete it, and no page can take its place',
      when((s) => !now(s, isValue), out, 'entry is gone: nobody is woken'),
    ),
    when(
      (s) => now(s, tagged),
      out,
      kept ? 'dirty: kept' : `dirty: kept; wake ${wakes}`,
      (s) => (kept ?? wake)(s, here.waitKey(s, at(s))),
    ),
    otherwise(out, `delete entry; wake ${wakes}`, (s) => {
      const key = here.waitKey(s, at(s));
      put?.(s, here, now(s, inSlot));
      s.send(slotOf(s, here.scene, at(s)), { type: 'DELETE' });
      wake(s, key);
    }),
  ];
}

const first = (s: Pick<Look, 'get'>): Listed => s.get(listed)[0]!;

export function invalidateSeveral(
  invalidation: Invalidation,
  d: MmParts,
  here: Here,
  ret: Returns<'RETURN'>,
  range: Range,
): StateConfig {
  const { fn, src, names = 'first', skips } = invalidation;
  const { pages } = range;
  const whole = 'invalidate_inode_pages2_range';
  const unmap = 'unmap_mapping_range';
  const position = (s: Look): string => s.get(treeIndex) ?? pages[0]!;
  const behind = (page: string): string | undefined => here.allPages.find((p) => p > page && p <= pages.at(-1)!);
  const slot = (s: Look): Slot => s.read(slotOf(s, here.scene, position(s)), inSlot);
  const list = (s: Act, page: string | null): void => {
    const p = position(s);
    const index = names === 'first' ? indexOf(s, here.scene, p) : p;
    s.set(listed, [...s.get(listed), { index, page, ...(slot(s).pmd && { pmd: true as const }) }]);
  };
  const isLast = (s: Look): boolean => behind(position(s)) === undefined || first(s)?.pmd === true;
  const unmapped = (s: Act): void => {
    s.set(listed, []);
    s.set(treeIndex, null);
    s.set(didRangeUnmap, false);
  };
  return chart(here, {
    ...looksEmpty(d, here, ret),
    find_get_entries: step(
      LOCAL,
      'find_get_entries',
      V413.filemap,
      when((s) => slot(s).kind === 'nil', 'advance', 'no entry'),
      ...(d.hole_pages
        ? [
            when(
              (s) => slot(s).kind === 'page',
              'advance',
              'a hole page: get_page()',
              (s) => {
                const { pfn } = slot(s);
                removeHolePage.get(s, pfn!);
                list(s, pfn!);
              },
            ),
          ]
        : []),
      otherwise('advance', 'an exceptional entry', (s) => list(s, null)),
    ),
    advance: dispatch(
      'find_get_entries',
      V413.filemap,
      when(
        (s) => !isLast(s),
        'find_get_entries',
        '',
        (s) => s.set(treeIndex, behind(position(s))!),
      ),
      when((s) => s.get(listed).length === 0, unmap, '', unmapped),
      otherwise('each', '', (s) => s.set(treeIndex, null)),
    ),
    each: dispatch(
      whole,
      V413.truncate,
      ...(d.hole_pages
        ? pages.map((p) =>
            when(
              (s) => first(s).page !== null && first(s).index === p,
              pageLevel(p),
              '',
              (s) => s.set(heldPage, first(s).page),
            ),
          )
        : []),
      otherwise(fn, ''),
    ),
    ...(d.hole_pages &&
      Object.fromEntries(
        pages.map((p, i) => {
          const at = here.at(pageLevel(p));
          const states = removeHolePage.states(d, at, {
            page: p,
            src: V413.truncate,
            fn: whole,
            to: here.to('next'),
            rest: pages.slice(i),
          });
          return [pageLevel(p), chart(at, states)];
        }),
      )),
    ...withUnlockedEntry(
      here,
      fn,
      { fn, src, page: (s) => first(s).index },
      ...dropEntry(invalidation, d, here, (s) => first(s).index, 'next'),
    ),
    next: dispatch(
      whole,
      V413.truncate,
      when(
        (s) => s.get(listed).length > 1,
        'each',
        '',
        (s) => s.set(listed, s.get(listed).slice(1)),
      ),
      // Behind the last one that was found.
      when(
        (s) => behind(first(s).index) !== undefined && !(skips && first(s).pmd),
        'find_get_entries',
        '',
        (s) => {
          s.set(treeIndex, behind(first(s).index)!);
          s.set(listed, []);
        },
      ),
      otherwise(unmap, '', unmapped),
    ),
    [unmap]: d.unmap_mapping_range(d, here.at(unmap), ret, range),
  });
}
