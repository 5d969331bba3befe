/** ->fault of a file in the page cache: find the page, read it in if there is none, return it locked. mm/filemap.c */
import { type Act, chart, otherwise, type StateConfig, step, when } from '../../../explorer/chart.ts';
import { block } from '../../entries/block.ts';
import { entry, inSlot, isPage, isPresent } from '../../entries/entry.ts';
import { extent } from '../../entries/extent.ts';
import { hasMapping, page } from '../../entries/page.ts';
import type { Here } from '../../here.ts';
import { mark } from '../../marks.ts';
import type { PageCacheParts, Returns } from '../../parts.ts';
import { heldPage } from '../../registers.ts';
import { LOCAL, LOCK, SLEEP, TL } from '../../sections.ts';
import { V40 } from '../../sources.ts';
import { isBehindEof } from '../address_space.ts';
import { allocHolePage } from '../hole_page.ts';
import { lockHeld, unlockAndPut } from './page_lock.ts';
import { held } from './set_page_dirty.ts';

/** find_get_page() finds the page of an index. */
export function getCached(s: Act, index: string): void {
  const { pfn } = s.read(entry(index), inSlot);
  s.send(page(pfn!), { type: 'GET' });
  s.set(heldPage, pfn);
}

/** State `find_get_page`: the operation's page in the cache, or none. */
export const findGetPage = (here: Here, fn: string, to: { found: string; none: string }): StateConfig =>
  step(
    LOCAL,
    fn,
    V40.filemap,
    when(
      (s) => s.read(here.entry, isPage),
      to.found,
      'find_get_page()',
      (s) => getCached(s, here.page),
    ),
    otherwise(to.none, 'find_get_page(): none'),
  );

/** States `alloc`, `add_to_page_cache` and `free`: a new page, locked, in the tree; then `added`, or somebody was faster. */
export const addToPageCache = (
  here: Here,
  fn: string,
  to: { added: string; exists: string },
): Record<string, StateConfig> => ({
  alloc: step(
    LOCK,
    fn,
    V40.filemap,
    otherwise('add_to_page_cache', 'alloc_page(); __set_page_locked()', (s) => s.set(heldPage, allocHolePage(s, here))),
  ),
  add_to_page_cache: step(
    TL,
    '__add_to_page_cache_locked',
    V40.filemap,
    when(
      (s) => !s.read(here.entry, isPresent),
      to.added,
      'page_cache_tree_insert()',
      (s) => {
        s.send(here.entry, { type: 'INSERT', slot: { kind: 'page', pfn: held(s) }, lockedBy: null });
        s.send(page(held(s)), { type: 'ADD_TO_MAPPING' });
        s.send(page(held(s)), { type: 'GET' });
      },
    ),
    otherwise('free', '-EEXIST'),
  ),
  free: unlockAndPut(here, '__add_to_page_cache_locked', V40.filemap, to.exists),
});

/** page_cache_read() of the operation's page: states from `alloc` on; then `to`, which looks again. */
export const pageCacheRead = (here: Here, to: string): Record<string, StateConfig> => ({
  ...addToPageCache(here, 'page_cache_read', { added: 'readpage', exists: to }),
  // The page is locked until it is read: nobody frees its block before.
  readpage: step(
    SLEEP,
    'page_cache_read',
    V40.filemap,
    otherwise('end_read', '->readpage()', (s) => readIn(s, here)),
  ),
  end_read: unlockAndPut(here, 'mpage_end_io', V40.filemap, to),
});

function readIn(s: Act, here: Here): void {
  const { state, block: b } = s.read(extent(here.page));
  if (state === 'HOLE') s.mark(mark({ type: 'hole', by: here.op.name, page: here.page }));
  const mem = state === 'WRITTEN' && !isBehindEof(here)(s) ? s.read(block(b!)).media : [];
  s.send(page(held(s)), { type: 'READ_IN', mem });
  s.send(page(held(s)), { type: 'SET_FLAG', flag: 'uptodate' });
}

export function filemap_fault(_d: PageCacheParts, here: Here, ret: Returns<'LOCKED' | 'SIGBUS'>): StateConfig {
  const fn = 'filemap_fault';
  const src = V40.filemap;
  return chart(here, {
    check_size: step(
      LOCAL,
      fn,
      src,
      when(isBehindEof(here), ret.SIGBUS, 'beyond i_size: SIGBUS'),
      otherwise('find_get_page', 'offset < size'),
    ),
    find_get_page: findGetPage(here, fn, { found: 'lock_page', none: 'alloc' }),
    ...pageCacheRead(here, 'find_get_page'),
    ...lockHeld(here, 'lock_page', fn, src, 'truncated'),
    // The page is up to date: who adds one keeps it locked until it is.
    truncated: step(
      LOCAL,
      fn,
      src,
      when((s) => !s.read(page(held(s)), hasMapping), 'unlock_retry', 'page->mapping changed: look again'),
      when(isBehindEof(here), 'unlock_sigbus', 'beyond i_size by now: SIGBUS'),
      otherwise(ret.LOCKED, 'VM_FAULT_LOCKED'),
    ),
    unlock_retry: unlockAndPut(here, fn, src, 'find_get_page'),
    unlock_sigbus: unlockAndPut(here, fn, src, ret.SIGBUS),
  });
}
