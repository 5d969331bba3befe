/**
 * Writing a file back: write_cache_pages() over what is tagged, filemap_fdatawait_range() for what is under I/O, and who
 * calls them: fsync, and the flusher. mm/page-writeback.c, mm/filemap.c, fs/ext4/fsync.c
 */
import { type Act, chart, type Look, otherwise, type StateConfig, step, when } from '../../../explorer/chart.ts';
import { entry, isDirty as isTaggedDirty, isTowrite } from '../../entries/entry.ts';
import { hasFlag, hasMapping, page } from '../../entries/page.ts';
import type { Here } from '../../here.ts';
import type { MmParts, PageCacheParts, Range, Returns } from '../../parts.ts';
import { pageIndex } from '../../registers.ts';
import { LOCAL, SLEEP, TL } from '../../sections.ts';
import { V40 } from '../../sources.ts';
import { hasPages } from '../address_space.ts';
import { callOf } from '../call.ts';
import { getCached } from './filemap_fault.ts';
import { lockHeld, release, unlockHeld, waitOnWriteback } from './page_lock.ts';
import { held, isDirty } from './set_page_dirty.ts';

const isWriteback = (s: Look, pageId: string): boolean => s.read(page(pageId), hasFlag('writeback'));

/** A walk over the pages of a range that `wants` says: state `lookup` takes a reference and goes `to.found`, or is done. */
function lookup(
  fn: string,
  pages: readonly string[],
  wants: (s: Look, index: string) => boolean,
  to: { found: string; done: string },
): Record<string, StateConfig> {
  const next = (s: Look): string | undefined => pages.slice(s.get(pageIndex)).find((p) => wants(s, p));
  return {
    lookup: step(
      LOCAL,
      fn,
      V40.filemap,
      when(
        (s) => next(s) === undefined,
        to.done,
        'nothing more',
        (s) => s.set(pageIndex, 0),
      ),
      otherwise(to.found, 'get_page()', (s) => {
        const p = next(s)!;
        s.set(pageIndex, pages.indexOf(p));
        getCached(s, p);
      }),
    ),
    advance: step(
      LOCAL,
      'pagevec_release',
      V40.filemap,
      otherwise('lookup', 'page_cache_release()', (s) => {
        release(s);
        s.set(pageIndex, s.get(pageIndex) + 1);
      }),
    ),
  };
}

export function write_cache_pages(
  d: PageCacheParts,
  here: Here,
  ret: Returns<'RETURN'>,
  { pages, sync }: Range & { readonly sync: boolean },
): StateConfig {
  const fn = 'write_cache_pages';
  const src = V40.pageWriteback;
  const wants = (s: Look, p: string): boolean => s.read(entry(p), sync ? isTowrite : isTaggedDirty);
  const write = 'clear_page_dirty_for_io';
  return chart(here, {
    ...(sync && {
      tag_pages_for_writeback: step(
        TL,
        'tag_pages_for_writeback',
        src,
        otherwise('lookup', 'DIRTY -> TOWRITE', (s) => {
          for (const p of pages) {
            if (s.read(entry(p), isTaggedDirty)) s.send(entry(p), { type: 'TAG', tag: 'towrite' });
          }
        }),
      ),
    }),
    ...lookup('pagevec_lookup_tag', pages, wants, { found: 'lock_page', done: ret.RETURN }),
    ...lockHeld(here, 'lock_page', fn, src, 'check'),
    check: step(
      LOCAL,
      fn,
      src,
      when((s) => !s.read(page(held(s)), hasMapping), 'unlock_page', 'page->mapping changed: skip'),
      when((s) => !isDirty(s, held(s)), 'unlock_page', '!PageDirty: someone wrote it for us'),
      when((s) => isWriteback(s, held(s)), sync ? 'wait_on_page_writeback' : 'unlock_page', 'PageWriteback'),
      otherwise(write, 'PageDirty'),
    ),
    ...(sync && { wait_on_page_writeback: waitOnWriteback(fn, write) }),
    [write]: d.clear_page_dirty_for_io(d, here.at(write), {
      DIRTY: here.to('writepage'),
      CLEAN: here.to('unlock_page'),
    }),
    writepage: d.writepage(d, here.at('writepage'), { RETURN: here.to('advance') }),
    unlock_page: unlockHeld(here, fn, src, 'advance'),
  });
}

export function filemap_fdatawait_range(
  _d: PageCacheParts,
  here: Here,
  ret: Returns<'RETURN'>,
  { pages }: Range,
): StateConfig {
  const underIo = (s: Look, p: string): boolean => {
    const e = s.read(entry(p));
    return e.kind === 'page' && isWriteback(s, e.pfn!);
  };
  return chart(here, {
    ...lookup('filemap_fdatawait_range', pages, underIo, { found: 'wait', done: ret.RETURN }),
    wait: waitOnWriteback('filemap_fdatawait_range', 'advance'),
  });
}

/** filemap_write_and_wait_range(), states from `nrpages` on; then `to`. @param begin what a call begins with */
export const filemapWriteAndWait = (
  d: PageCacheParts,
  here: Here,
  range: Range,
  to: string,
  begin?: (s: Act) => void,
): Record<string, StateConfig> => ({
  nrpages: step(
    LOCAL,
    'filemap_write_and_wait_range',
    V40.filemap,
    when(hasPages(here), 'write_cache_pages', 'nrpages > 0', begin),
    otherwise(to, 'nrpages == 0', begin),
  ),
  write_cache_pages: d.write_cache_pages(
    d,
    here.at('write_cache_pages'),
    { RETURN: here.to('filemap_fdatawait_range') },
    { ...range, sync: true },
  ),
  filemap_fdatawait_range: d.filemap_fdatawait_range(
    d,
    here.at('filemap_fdatawait_range'),
    { RETURN: here.to(to) },
    range,
  ),
});

/** ext4_sync_file(): data, then the journal commit with its device flush. */
export function fsync(
  d: PageCacheParts,
  here: Here,
  ret: Returns<'RETURN'>,
  range: Range = { pages: here.allPages },
): StateConfig {
  const { begin, end } = callOf(here, range.pages);
  return chart(here, {
    ...filemapWriteAndWait(d, here, range, 'commit', begin),
    commit: step(SLEEP, 'jbd2_complete_transaction', V40.ext4Fsync, otherwise(ret.RETURN, 'returns 0', end)),
  });
}

/** The flusher: WB_SYNC_NONE. */
export const writeback = (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
  const pc = d as PageCacheParts;
  return chart(here, {
    write_cache_pages: pc.write_cache_pages(pc, here.at('write_cache_pages'), ret, {
      pages: here.allPages,
      sync: false,
    }),
  });
};
