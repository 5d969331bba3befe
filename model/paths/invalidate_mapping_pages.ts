/**
 * drop_caches (fs/drop_caches.c), for this file: invalidate_mapping_pages(), which takes no lock of the file. Hole pages go
 * if nobody has them locked, mapped or in use. Entries of DAX go up to 4.9, dirty or not; later they stay.
 */
import {
  chart,
  dispatch,
  type Look,
  otherwise,
  type StateConfig,
  step,
  type Target,
  when,
} from '../../explorer/chart.ts';
import { entry, isPage, isPresent } from '../entries/entry.ts';
import { hasMapping, isMapped, page } from '../entries/page.ts';
import { isUnlocked, pageLock } from '../entries/page-lock.ts';
import type { Here } from '../here.ts';
import type { MmParts, Range, Returns } from '../parts.ts';
import { heldPage, pageIndex } from '../registers.ts';
import { LOCAL, LOCK, TL } from '../sections.ts';
import { V40 } from '../sources.ts';
import { hasPages } from './address_space.ts';
import { removeHolePage } from './hole_page.ts';
import { unlockPage } from './locks.ts';

/** Inodes whose nrpages reads as zero are passed over: for DAX those without a hole page. Entries do not count. */
export function drop_caches(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const pages = here.allPages;
  const invalidate = 'invalidate_mapping_pages';
  if (!d.hole_pages) {
    const nothing = otherwise(ret.RETURN, 'no page, and entries stay: nothing to do');
    return chart(here, { nrpages: step(LOCAL, 'drop_pagecache_sb', V40.dropCaches, nothing) });
  }
  return chart(here, {
    nrpages: step(
      LOCAL,
      'drop_pagecache_sb',
      V40.dropCaches,
      when(hasPages(here), invalidate, 'nrpages > 0'),
      otherwise(ret.RETURN, 'nrpages == 0'),
    ),
    [invalidate]: d.invalidate_mapping_pages(d, here.at(invalidate), ret, { pages }),
  });
}

/** What an era does with a DAX entry that the lookup has met: `states` from `state` on, for the entry of `page`. */
interface Entries {
  readonly state: string;
  readonly found?: (s: Parameters<typeof removeHolePage.hold>[0], page: string) => void;
  states(here: Here, page: (s: Look) => string, to: Target): Record<string, StateConfig>;
}

/** @param entries undefined: entries stay (4.10 and later, and 4.0, which has none) */
export const invalidateMappingPages =
  (entries?: Entries) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>, { pages }: Range): StateConfig => {
    if (!d.hole_pages)
      return chart(here, { none: dispatch('invalidate_mapping_pages', V40.truncate, otherwise(ret.RETURN, '')) });
    const fn = 'invalidate_mapping_pages';
    const src = V40.truncate;
    const held = (s: Pick<Look, 'get'>): string => s.get(heldPage)!;
    const met = entries ? isPresent : isPage;
    const found = (s: Look): string | undefined => pages.slice(s.get(pageIndex)).find((p) => s.read(entry(p), met));
    const at = (s: Look): string => pages[s.get(pageIndex)]!;
    return chart(here, {
      find_get_entries: step(
        LOCAL,
        'find_get_entries',
        V40.filemap,
        when(
          (s) => found(s) === undefined,
          ret.RETURN,
          'nothing more',
          (s) => s.set(pageIndex, 0),
        ),
        ...(entries
          ? [
              when(
                (s) => !s.read(entry(found(s)!), isPage),
                entries.state,
                'an exceptional entry',
                (s) => {
                  const p = found(s)!;
                  s.set(pageIndex, pages.indexOf(p));
                  entries.found?.(s, p);
                },
              ),
            ]
          : []),
        otherwise('trylock_page', 'a hole page: get_page()', (s) => {
          const p = found(s)!;
          s.set(pageIndex, pages.indexOf(p));
          removeHolePage.hold(s, p);
        }),
      ),
      ...entries?.states(here, at, here.to('advance')),
      trylock_page: step(
        LOCK,
        fn,
        src,
        when(
          (s) => s.read(pageLock(held(s)), isUnlocked),
          'invalidate_inode_page',
          'trylock_page()',
          (s) => s.send(pageLock(held(s)), { type: 'LOCK', who: here.me }),
        ),
        otherwise('advance', '!trylock_page(): skip', (s) => {
          s.send(page(held(s)), { type: 'PUT' });
          s.set(heldPage, null);
        }),
      ),
      invalidate_inode_page: step(
        LOCAL,
        'invalidate_inode_page',
        src,
        when((s) => !s.read(page(held(s)), hasMapping), 'unlock_page', 'page->mapping changed: skip'),
        when((s) => s.read(page(held(s)), isMapped), 'unlock_page', 'page is mapped: kept'),
        otherwise('remove_mapping', 'page is not mapped'),
      ),
      remove_mapping: step(
        TL,
        '__remove_mapping',
        V40.vmscan,
        when(
          (s) => s.read(page(held(s))).refs === 2,
          'unlock_page',
          'delete hole page from the tree',
          (s) => {
            s.send(entry(at(s)), { type: 'DELETE' });
            s.send(page(held(s)), { type: 'REMOVE_FROM_MAPPING' });
            s.send(page(held(s)), { type: 'PUT' });
          },
        ),
        otherwise('unlock_page', 'page_count() != 2: kept'),
      ),
      unlock_page: unlockPage(here, {
        page: held,
        fn,
        src,
        to: 'advance',
        after: (s) => {
          s.send(page(held(s)), { type: 'PUT' });
          s.set(heldPage, null);
        },
      }),
      advance: dispatch(
        fn,
        src,
        otherwise('find_get_entries', '', (s) => s.set(pageIndex, s.get(pageIndex) + 1)),
      ),
    });
  };

export const invalidate_mapping_pages = invalidateMappingPages();
