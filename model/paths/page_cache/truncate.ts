/**
 * Removing pages from the page cache: truncate waits for the page's lock and I/O, unmaps it, cancels its dirtiness and
 * deletes it; invalidation leaves dirty pages alone. mm/truncate.c, mm/vmscan.c, fs/ext4/inode.c
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
  unreached,
  when,
} from '../../../explorer/chart.ts';
import { entry } from '../../entries/entry.ts';
import { fileDirty } from '../../entries/file-dirty.ts';
import { hasFlag, hasMapping, isMapped, page } from '../../entries/page.ts';
import { isUnlocked, pageLock } from '../../entries/page-lock.ts';
import type { Here } from '../../here.ts';
import { mark } from '../../marks.ts';
import type { MmParts, PageCacheParts, Range, Returns } from '../../parts.ts';
import { LOCAL, LOCK, TL } from '../../sections.ts';
import { V40 } from '../../sources.ts';
import { hasDirty, isBehindEof } from '../address_space.ts';
import { callOf } from '../call.ts';
import { eachPage, type PageBody } from '../each_page.ts';
import { freeBlocks } from '../free_blocks.ts';
import { dropMutex, takeMutex } from '../get_block/syscalls.ts';
import { inCall } from '../may_fail.ts';
import { truncatePagecacheRange } from '../truncate_pagecache.ts';
import { getCached } from './filemap_fault.ts';
import { lockHeld, release, unlockAndPut, waitOnWriteback } from './page_lock.ts';
import { held, indexOf, isDirty, testClearPageDirty } from './set_page_dirty.ts';
import { filemapWriteAndWait } from './write_cache_pages.ts';

/** __delete_from_page_cache(), under the tree lock: what is still dirty is taken off the count. */
export function deleteFromPageCache(s: Act): void {
  const p = held(s);
  if (!s.read(page(p), hasMapping)) {
    s.mark(mark({ type: 'warn', site: 'delete_from_page_cache: page->mapping is NULL' }));
    return;
  }
  s.send(entry(indexOf(p)), { type: 'DELETE' });
  s.send(page(p), { type: 'REMOVE_FROM_MAPPING' });
  if (s.read(page(p), isMapped)) s.mark(mark({ type: 'warn', site: '__delete_from_page_cache: BUG_ON(page_mapped)' }));
  if (isDirty(s, p)) s.send(fileDirty, { type: 'DEC' });
  s.send(page(p), { type: 'PUT' });
}

/** State: cancel_dirty_page() */
export const cancelDirtyPage = (to: string): StateConfig =>
  step(
    LOCAL,
    'cancel_dirty_page',
    V40.truncate,
    when(
      (s) => isDirty(s, held(s)),
      to,
      '',
      (s) => {
        testClearPageDirty(s, held(s));
      },
    ),
    otherwise(to, '!PageDirty'),
  );

/** truncate_inode_page(): whether page->mapping changed is asked after the unmap only. */
export function truncate_inode_page(d: PageCacheParts, here: Here, ret: Returns<'RETURN'>, name: string): StateConfig {
  const fn = 'truncate_inode_page';
  return chart(here, {
    page_mapped: step(
      LOCAL,
      fn,
      V40.truncate,
      when((s) => s.read(page(held(s)), isMapped), 'unmap_mapping_range', 'page_mapped()'),
      otherwise('page_mapping', '!page_mapped()'),
    ),
    unmap_mapping_range: d.unmap_mapping_range(
      d,
      here.at('unmap_mapping_range'),
      { RETURN: here.to('page_mapping') },
      { pages: [name] },
    ),
    page_mapping: step(
      LOCAL,
      'truncate_complete_page',
      V40.truncate,
      when((s) => !s.read(page(held(s)), hasMapping), ret.RETURN, 'page->mapping changed: -EIO'),
      otherwise('cancel_dirty_page', 'page->mapping == mapping'),
    ),
    cancel_dirty_page: cancelDirtyPage('delete_from_page_cache'),
    delete_from_page_cache: step(
      TL,
      '__delete_from_page_cache',
      V40.filemap,
      otherwise(ret.RETURN, 'page->mapping = NULL', deleteFromPageCache),
    ),
  });
}

/** A walk over the pages of a range that are in the tree, with a reference to each. */
export const eachCached = (
  here: Here,
  pages: readonly string[],
  { fn, ...walk }: { fn: string; src: Source; again: boolean; done: string },
  body: PageBody,
): StateConfig => eachPage(here, pages, { ...walk, fn, perPage: fn, what: 'page', hold: getCached }, body);

/** Waits for lock and I/O in every pass; the kernel's first pass only tries. */
export function truncate_inode_pages_range(
  d: PageCacheParts,
  here: Here,
  ret: Returns<'RETURN'>,
  { pages }: Range,
): StateConfig {
  const fn = 'truncate_inode_pages_range';
  const src = V40.truncate;
  return eachCached(here, pages, { fn, src, again: true, done: ret.RETURN }, (at, name, to) => ({
    ...lockHeld(at, 'lock_page', fn, src, 'wait_on_page_writeback'),
    wait_on_page_writeback: waitOnWriteback(fn, 'truncate_inode_page'),
    truncate_inode_page: d.truncate_inode_page(d, at.at('truncate_inode_page'), { RETURN: at.to('unlock_page') }, name),
    unlock_page: unlockAndPut(at, fn, src, to),
  }));
}

/** invalidate_inode_pages2_range(): unmaps, and removes what is not dirty then. */
export function invalidate_inode_pages2_range(
  d: MmParts,
  here: Here,
  ret: Returns<'RETURN'>,
  { pages }: Range,
): StateConfig {
  const fn = 'invalidate_inode_pages2_range';
  const src = V40.truncate;
  return eachCached(here, pages, { fn, src, again: false, done: ret.RETURN }, (at, name, to) => ({
    ...lockHeld(at, 'lock_page', fn, src, 'page_mapping'),
    page_mapping: step(
      LOCAL,
      fn,
      src,
      when((s) => !s.read(page(held(s)), hasMapping), 'unlock_page', 'page->mapping changed: skip'),
      otherwise('wait_on_page_writeback', 'page->mapping == mapping'),
    ),
    wait_on_page_writeback: waitOnWriteback(fn, 'page_mapped'),
    page_mapped: step(
      LOCAL,
      fn,
      src,
      when((s) => s.read(page(held(s)), isMapped), 'unmap_mapping_range', 'page_mapped()'),
      otherwise('invalidate_complete_page2', '!page_mapped()'),
    ),
    unmap_mapping_range: d.unmap_mapping_range(
      d,
      at.at('unmap_mapping_range'),
      { RETURN: at.to('invalidate_complete_page2') },
      { pages: [name] },
    ),
    invalidate_complete_page2: step(
      TL,
      'invalidate_complete_page2',
      src,
      when((s) => isDirty(s, held(s)), 'unlock_page', 'PageDirty: -EBUSY'),
      otherwise('unlock_page', '__delete_from_page_cache()', deleteFromPageCache),
    ),
    unlock_page: unlockAndPut(at, fn, src, to),
  }));
}

/** trylock_page() of the page in `heldPage`. */
export const trylock = (here: Here, fn: string, src: Source, to: { locked: string; busy: string }): StateConfig =>
  step(
    LOCK,
    fn,
    src,
    when(
      (s) => s.read(pageLock(held(s)), isUnlocked),
      to.locked,
      'trylock_page()',
      (s) => s.send(pageLock(held(s)), { type: 'LOCK', who: here.me }),
    ),
    otherwise(to.busy, '!trylock_page(): skip', release),
  );

/** __remove_mapping(): only what nobody else holds, and what is not dirty. */
export const removeMapping = (to: string): StateConfig =>
  step(
    TL,
    '__remove_mapping',
    V40.vmscan,
    when((s) => s.read(page(held(s))).refs !== 2, to, '!page_freeze_refs(2): kept'),
    unreached(
      'it was clean under the page lock, and nobody else holds it',
      when((s) => isDirty(s, held(s)), to, 'PageDirty: kept'),
    ),
    otherwise(to, '__delete_from_page_cache()', deleteFromPageCache),
  );

/** invalidate_mapping_pages(): waits for nothing, and leaves what is dirty, under I/O or mapped. */
export function invalidate_mapping_pages(
  _d: MmParts,
  here: Here,
  ret: Returns<'RETURN'>,
  { pages }: Range,
): StateConfig {
  const fn = 'invalidate_mapping_pages';
  const src = V40.truncate;
  const busy = (s: Look): boolean => isDirty(s, held(s)) || s.read(page(held(s)), hasFlag('writeback'));
  return eachCached(here, pages, { fn, src, again: false, done: ret.RETURN }, (at, _name, to) => ({
    trylock_page: trylock(at, fn, src, { locked: 'invalidate_inode_page', busy: to }),
    invalidate_inode_page: step(
      LOCAL,
      'invalidate_inode_page',
      src,
      when((s) => !s.read(page(held(s)), hasMapping), 'unlock_page', 'page->mapping changed: skip'),
      when(busy, 'unlock_page', 'PageDirty or PageWriteback: kept'),
      when((s) => s.read(page(held(s)), isMapped), 'unlock_page', 'page is mapped: kept'),
      otherwise('remove_mapping', 'page is not mapped'),
    ),
    remove_mapping: removeMapping('unlock_page'),
    unlock_page: unlockAndPut(at, fn, src, to),
  }));
}

/** ext4_punch_hole() of 4.0: write back, then under i_mutex empty the cache, free the blocks, and empty the cache again. */
export function punch(d: PageCacheParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const fn = 'ext4_punch_hole';
  const src = V40.ext4Inode;
  const range = { pages: [here.page] };
  const { begin } = callOf(here);
  const pagecacheRange = (name: string, to: string): Record<string, StateConfig> => ({
    [name]: chart(here.at(name), truncatePagecacheRange(d, here.at(name), { RETURN: here.to(to) }, range)),
  });
  return chart(here, {
    mapping_tagged: step(
      LOCAL,
      fn,
      src,
      when(hasDirty(here), 'nrpages', 'mapping has DIRTY', begin),
      otherwise('i_mutex', 'nothing DIRTY', begin),
    ),
    ...filemapWriteAndWait(d, here, range, 'i_mutex'),
    ...takeMutex(here, fn, 'check_size', true),
    check_size: step(
      LOCAL,
      fn,
      src,
      when(isBehindEof(here), 'mutex_unlock', 'beyond i_size: nothing to do'),
      otherwise('truncate_pagecache_range', 'offset < i_size'),
    ),
    ...pagecacheRange('truncate_pagecache_range', 'ext4_ext_remove_space'),
    // What a fault has brought back since may be written to a new block, or go with the second pass.
    ext4_ext_remove_space: freeBlocks(here, fn, range, 'truncate_pagecache_range_again', {
      tree: V40,
      perhaps: true,
      failed: inCall('mutex_unlock'),
    }),
    ...pagecacheRange('truncate_pagecache_range_again', 'removed'),
    removed: dispatch(
      fn,
      src,
      otherwise('mutex_unlock', '', (s) => {
        s.mark(mark({ type: 'removed', op: here.op.token, pages: range.pages, perhaps: true }));
      }),
    ),
    mutex_unlock: dropMutex(here, fn, ret.RETURN),
  });
}
