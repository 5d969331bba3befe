/**
 * Dirtying a page of the page cache: PG_dirty first, an atomic bit of the page; then, under the tree lock, the count and the
 * tag by which writeback finds it. And taking it back. mm/page-writeback.c, mm/truncate.c
 */
import { type Act, chart, type Look, otherwise, type StateConfig, step, when } from '../../../explorer/chart.ts';
import { entry } from '../../entries/entry.ts';
import { fileDirty } from '../../entries/file-dirty.ts';
import { hasFlag, hasMapping, isFreePage, page } from '../../entries/page.ts';
import type { Here } from '../../here.ts';
import { mark } from '../../marks.ts';
import type { PageCacheParts, Returns, WhichPage } from '../../parts.ts';
import { dirtied, heldPage } from '../../registers.ts';
import { LOCAL, TL } from '../../sections.ts';
import { V40, V318 } from '../../sources.ts';

/** The page that the function holds a reference to. */
export const held: WhichPage = (s) => s.get(heldPage)!;

/** `page.a.0` is a page of index `a`. */
export const indexOf = (pageId: string): string => pageId.split('.')[1]!;

export const isDirty = (s: Look, pageId: string): boolean => s.read(page(pageId), hasFlag('dirty'));

/** !TestSetPageDirty(). @returns whether the page was clean */
export function testSetPageDirty(s: Act, pageId: string): boolean {
  const was = isDirty(s, pageId);
  s.mark(mark({ type: 'set-page-dirty', page: pageId }));
  if (was) return false;
  // free_pages_check() finds the lock that the fault still holds.
  if (s.read(page(pageId), isFreePage))
    s.mark(mark({ type: 'warn', site: 'bad_page(): freed while a fault has it locked' }));
  s.send(page(pageId), { type: 'SET_FLAG', flag: 'dirty' });
  s.line(`SetPageDirty(${pageId})`);
  return true;
}

/** __set_page_dirty_nobuffers(); without page->mapping only PG_dirty is set. */
export const set_page_dirty = (
  d: PageCacheParts,
  here: Here,
  ret: Returns<'RETURN'>,
  which: WhichPage = held,
): StateConfig =>
  chart(here, {
    test_set: step(
      LOCAL,
      'set_page_dirty',
      V40.pageWriteback,
      when(
        (s) => isDirty(s, which(s)),
        ret.RETURN,
        'PageDirty already',
        (s) => {
          testSetPageDirty(s, which(s));
          s.set(dirtied, false);
        },
      ),
      when(
        (s) => s.read(page(which(s)), hasMapping),
        'account_page_dirtied',
        '!TestSetPageDirty()',
        (s) => {
          testSetPageDirty(s, which(s));
          s.set(dirtied, true);
        },
      ),
      otherwise(ret.RETURN, 'no page->mapping', (s) => {
        testSetPageDirty(s, which(s));
        s.set(dirtied, true);
      }),
    ),
    account_page_dirtied: d.account_page_dirtied(d, here.at('account_page_dirtied'), ret, which),
  });

function account(s: Act, pageId: string): void {
  s.send(fileDirty, { type: 'INC' });
  s.send(entry(indexOf(pageId)), { type: 'TAG', tag: 'dirty' });
}

/** v3.18: the page may have been truncated meanwhile; then it is neither counted nor tagged. */
export const account_page_dirtied_v318 = (
  _d: PageCacheParts,
  here: Here,
  ret: Returns<'RETURN'>,
  which: WhichPage,
): StateConfig =>
  chart(here, {
    tree_lock: step(
      TL,
      '__set_page_dirty_nobuffers',
      V318.pageWriteback,
      when(
        (s) => s.read(page(which(s)), hasMapping),
        ret.RETURN,
        'account_page_dirtied(); set DIRTY',
        (s) => account(s, which(s)),
      ),
      otherwise(ret.RETURN, 'race with truncate: page->mapping is NULL'),
    ),
  });

/** Since 2d6d7f982846 the caller keeps truncation away: BUG_ON(page_mapping(page) != mapping). */
export const account_page_dirtied = (
  _d: PageCacheParts,
  here: Here,
  ret: Returns<'RETURN'>,
  which: WhichPage,
): StateConfig =>
  chart(here, {
    tree_lock: step(
      TL,
      '__set_page_dirty_nobuffers',
      V40.pageWriteback,
      otherwise(ret.RETURN, 'account_page_dirtied(); set DIRTY', (s) => {
        if (s.read(page(which(s)), hasMapping)) account(s, which(s));
        else s.mark(mark({ type: 'warn', site: '__set_page_dirty_nobuffers: page_mapping(page) != mapping' }));
      }),
    ),
  });

/** TestClearPageDirty() with the count. @returns whether the page was dirty */
export function testClearPageDirty(s: Act, pageId: string): boolean {
  if (!isDirty(s, pageId)) return false;
  s.send(page(pageId), { type: 'CLEAR_FLAG', flag: 'dirty' });
  s.send(fileDirty, { type: 'DEC' });
  s.line(`TestClearPageDirty(${pageId})`);
  return true;
}
