/**
 * Hole pages in the page cache, up to 4.13: allocating and inserting one; removing one (lock it, unmap it if mapped,
 * delete it).
 */
import {
  type Act,
  type Alternative,
  type Look,
  otherwise,
  type Source,
  type StateConfig,
  step,
  unreachedIf,
  when,
} from '../../explorer/chart.ts';
import type { Ref } from '../../explorer/component.ts';
import { FaultlineError } from '../../explorer/errors.ts';
import { type Entry, type EntryEvent, entry, inSlot, isPage } from '../entries/entry.ts';
import { hasMapping, isFreePage, isMapped, page } from '../entries/page.ts';
import { pageLock } from '../entries/page-lock.ts';
import type { Here } from '../here.ts';
import { mark } from '../marks.ts';
import type { MmParts } from '../parts.ts';
import { didRangeUnmap, heldPage } from '../registers.ts';
import { dropsUnlocked } from '../scene.ts';
import { LOCAL, TL } from '../sections.ts';
import { lockPage, unlockPage } from './locks.ts';

/** Objects of the pool for an index. */
const poolOf = (here: Here, pageName: string): string[] =>
  Array.from({ length: here.scene.pagePool }, (_, n) => `page.${pageName}.${n}`);

/** The object that alloc_page() returns. @throws FaultlineError E_BOUND if the pool of the scene is empty */
function freshPage(s: Look, here: Here, pageName: string): string {
  const free = poolOf(here, pageName).find((p) => s.read(page(p), isFreePage));
  if (free === undefined) {
    throw new FaultlineError(
      'E_BOUND',
      `no free struct page for index ${pageName}`,
      'The path loses page references.',
      {
        machine: here.me,
      },
    );
  }
  return free;
}

/** A zeroed page, locked before anyone can see it. @returns its name */
export function allocHolePage(s: Act, here: Here): string {
  const p = freshPage(s, here, here.page);
  s.send(page(p), { type: 'ALLOC' });
  s.send(pageLock(p), { type: 'LOCK', who: here.me });
  s.mark(mark({ type: 'alloc-page', by: here.op.name, page: here.page }));
  return p;
}

/** page_cache_tree_insert() over the EMPTY entry that the caller has locked; the lock bit goes with it. */
export function replaceEmptyEntry(s: Act, here: Here, pfn: string): void {
  if (s.read(here.entry, inSlot).kind !== 'empty') {
    s.mark(mark({ type: 'warn', site: 'page_cache_tree_insert: entry is not EMPTY' }));
  }
  s.send(here.entry, { type: 'REPLACE', slot: { kind: 'page', pfn }, lockedBy: null });
  s.send(page(pfn), { type: 'ADD_TO_MAPPING' });
  s.send(page(pfn), { type: 'GET' });
}

const getPage = (s: Act, pfn: string): void => s.send(page(pfn), { type: 'GET' });
function hold(s: Act, slot: Ref<Entry, EntryEvent>): void {
  const { pfn } = s.read(slot, inSlot);
  getPage(s, pfn!);
  s.set(heldPage, pfn);
}
const held = (s: Pick<Look, 'get'>): string => s.get(heldPage)!;

const KEPT = 'the fault lock keeps faults out, and i_rwsem the other system calls';
const ALONE = `${KEPT}, and the range was unmapped before`;

export const removeHolePage = {
  /** The alternative of a lookup step that finds a page: takes a reference. */
  lookup(d: MmParts, slot: Ref<Entry, EntryEvent>, to: string): Alternative[] {
    if (!d.hole_pages) return [];
    return [
      when(
        (s) => s.read(slot, isPage),
        to,
        'a hole page: get_page()',
        (s) => hold(s, slot),
      ),
    ];
  },

  /** Takes a reference to a page of a list. */
  get: getPage,

  /** Takes a reference to the page in the slot. */
  hold: (s: Act, pageName: string): void => hold(s, entry(pageName)),

  /** States from `lock_page` on, for the page in register `page`; ends at `to` with the reference dropped. */
  states(
    d: MmParts,
    here: Here,
    t: {
      page: string;
      fn: string;
      src: Source;
      to: string;
      faultsExcluded?: boolean;
      /** Of a range: the page and those behind it, which are unmapped with the first that is mapped. */
      rest?: readonly string[];
    },
  ): Record<string, StateConfig> {
    if (!d.hole_pages) return {};
    // A page that ->fault returned locked is mapped by the core after the fault lock was dropped.
    const others = dropsUnlocked(here.scene);
    const faultsExcluded = t.faultsExcluded === true && !others;
    const mappersExcluded = faultsExcluded && !d.fault_returns_locked;
    return {
      ...lockPage(here, 'lock_page', {
        page: held,
        fn: t.fn,
        src: t.src,
        to: 'page_mapping',
        ...(mappersExcluded && { uncontended: ALONE }),
      }),
      page_mapping: step(
        LOCAL,
        t.fn,
        t.src,
        unreachedIf(
          faultsExcluded,
          KEPT,
          when((s) => !s.read(page(held(s)), hasMapping), 'unlock_page', 'page->mapping changed: skip'),
        ),
        ...(t.rest && t.rest.length > 1
          ? [
              when(
                (s) => s.read(page(held(s)), isMapped) && !s.get(didRangeUnmap),
                'unmap_rest',
                'page is mapped: unmap the rest of the range',
                (s) => s.set(didRangeUnmap, true),
              ),
            ]
          : []),
        unreachedIf(
          mappersExcluded,
          ALONE,
          when((s) => s.read(page(held(s)), isMapped), 'unmap_page', 'page is mapped'),
        ),
        otherwise('delete_from_page_cache', 'page is not mapped'),
      ),
      unmap_page: d.unmap_mapping_range(
        d,
        here.at('unmap_page'),
        { RETURN: here.to('delete_from_page_cache') },
        {
          pages: [t.page],
        },
      ),
      ...(t.rest &&
        t.rest.length > 1 && {
          unmap_rest: d.unmap_mapping_range(
            d,
            here.at('unmap_rest'),
            { RETURN: here.to('delete_from_page_cache') },
            { pages: t.rest },
          ),
        }),
      delete_from_page_cache: step(
        TL,
        '__delete_from_page_cache',
        t.src,
        otherwise('unlock_page', 'delete hole page from the tree', (s) => {
          if (s.read(page(held(s)), isMapped)) {
            s.mark(mark({ type: 'warn', site: '__delete_from_page_cache: page is mapped' }));
          }
          s.send(entry(t.page), { type: 'DELETE' });
          s.send(page(held(s)), { type: 'REMOVE_FROM_MAPPING' });
          s.send(page(held(s)), { type: 'PUT' });
        }),
      ),
      unlock_page: unlockPage(here, {
        page: held,
        fn: t.fn,
        src: t.src,
        to: t.to,
        after: (s) => {
          s.send(page(held(s)), { type: 'PUT' });
          s.set(heldPage, null);
        },
      }),
    };
  },
};
