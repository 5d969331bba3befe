/** wp-shared-merged with one thing done otherwise: what the discussion of December 2014 says would be wrong, or fine. */
import { type Act, chart, dispatch, otherwise, type StateConfig, step, unreached, when } from '../../explorer/chart.ts';
import { type Design, defineDesign } from '../../model/design.ts';
import merged from '../../model/designs/wp-shared-merged.ts';
import unlocked from '../../model/designs/wp-shared-unlocked.ts';
import { page } from '../../model/entries/page.ts';
import type { Here } from '../../model/here.ts';
import { mark } from '../../model/marks.ts';
import type { PageCacheParts } from '../../model/parts.ts';
import { pte_same, wp_page_reuse } from '../../model/paths/do_wp_page.ts';
import { fileUpdateTime } from '../../model/paths/ext4_dax_fault.ts';
import {
  balance,
  dirtyShared,
  forgetDirtied,
  LOCKED,
  sampleMapping,
} from '../../model/paths/page_cache/dirty_shared.ts';
import { lockHeld, putHeld, release, unlockAndPut, unlockHeld } from '../../model/paths/page_cache/page_lock.ts';
import { held } from '../../model/paths/page_cache/set_page_dirty.ts';
import { wpPageShared } from '../../model/paths/page_cache/wp_page_shared.ts';
import { ptlSection } from '../../model/paths/page_cache/zap.ts';
import { heldPage, localMapping, origPte } from '../../model/registers.ts';
import { LOCAL } from '../../model/sections.ts';
import { V40 } from '../../model/sources.ts';

type Parts = Partial<PageCacheParts>;
type WpPageShared = PageCacheParts['wp_page_shared'];
const FN = 'do_wp_page';

const variation = (
  id: string,
  title: string,
  parts: Parts,
  base: Design<PageCacheParts> = merged,
): Design<PageCacheParts> =>
  defineDesign<PageCacheParts>({
    ...base,
    id,
    title: `page cache: ${title}`,
    source: 'variation',
    parts: { ...base.parts, ...parts },
    expects: {},
  });

const get = (s: Act): void => {
  const { pfn } = s.get(origPte)!;
  s.send(page(pfn), { type: 'GET' });
  s.set(heldPage, pfn);
};
const forget = (s: Act): void => s.set(origPte, null);
const place = (here: Here) => () => ({ vma: here.vma, page: here.page });
const asPageCache = (d: unknown): PageCacheParts => d as PageCacheParts;

/** M1: the page is dirtied, under its lock, and the PTE made writable after. Without ->page_mkwrite. */
const dirtyFirst: WpPageShared = (d, here, ret) => {
  const pc = asPageCache(d);
  return chart(here, {
    get_page: dispatch(FN, V40.memory, otherwise('lock_page', 'get_page(); unlock ptl', get)),
    ...lockHeld(here, 'lock_page', FN, V40.memory, 'set_page_dirty'),
    set_page_dirty: pc.set_page_dirty(pc, here.at('set_page_dirty'), { RETURN: here.to('unlock_page') }, held),
    unlock_page: unlockHeld(here, FN, V40.memory, 'relock', forgetDirtied),
    relock: ptlSection(
      FN,
      V40.memory,
      place(here),
      when(pte_same(here), 'put_page', 'pte_same(): ptep_set_access_flags(rw)', wp_page_reuse(here)),
      otherwise('put_page', '!pte_same(): retry', forget),
    ),
    put_page: putHeld(FN, V40.memory, 'file_update_time'),
    file_update_time: fileUpdateTime(here, FN, V40.memory, ret.DONE),
  });
};
export const dirtiesFirst = variation('page-cache-dirties-first', 'set_page_dirty() before the PTE is writable', {
  wp_page_shared: dirtyFirst,
});

/** The page is locked before the PTE becomes writable, also without ->page_mkwrite. */
const early =
  ({ verifies }: { readonly verifies: boolean }): WpPageShared =>
  (d, here, ret) =>
    chart(here, {
      get_page: dispatch(FN, V40.memory, otherwise('lock_page', 'get_page(); unlock ptl', get)),
      ...lockHeld(here, 'lock_page', FN, V40.memory, 'relock'),
      relock: ptlSection(
        FN,
        V40.memory,
        place(here),
        ...(verifies ? [when((s) => !pte_same(here)(s), 'differs', '!pte_same(): retry', forget)] : []),
        otherwise('dirty', 'ptep_set_access_flags(rw)', wp_page_reuse(here)),
      ),
      ...(verifies && { differs: unlockAndPut(here, FN, V40.memory, ret.DONE) }),
      dirty: dirtyShared(
        asPageCache(d),
        here.at('dirty'),
        { RETURN: ret.DONE },
        { fn: FN, src: V40.memory, asks: false, locked: true, after: release },
      ),
    });
export const locksEarly = variation('page-cache-locks-early', 'the page is locked before the PTE is writable', {
  wp_page_shared: early({ verifies: true }),
});
export const locksEarlyBlindly = variation(
  'page-cache-locks-early-blindly',
  'the page is locked before the PTE is writable, and the PTE is not compared after',
  { wp_page_shared: early({ verifies: false }) },
);

/** M2: what ->page_mkwrite has dirtied, with the page unlocked at its end, is not dirtied again. */
export const finalInMkwrite = variation(
  'page-cache-final-set_page_dirty-in-mkwrite',
  '->page_mkwrite returns unlocked, and its set_page_dirty() is the last one',
  {
    wp_page_shared: wpPageShared({
      src: V40.memory,
      keepsUnlocked: true,
      reused: (d, here, ret, asks) => ({
        reused: asks
          ? putHeld(FN, V40.memory, ret.DONE)
          : dirtyShared(
              asPageCache(d),
              here.at('reused'),
              { RETURN: ret.DONE },
              { fn: FN, src: V40.memory, asks, locked: false, after: release },
            ),
      }),
    }),
  },
  unlocked,
);

/** M8: do_page_mkwrite() locks the page again and does not look at page->mapping, also for a fault on an empty PTE. */
const withoutLook: PageCacheParts['do_page_mkwrite'] = (d, here, ret) =>
  chart(here, {
    page_mkwrite: d.page_mkwrite(d, here.at('page_mkwrite'), {
      LOCKED: ret.LOCKED,
      UNLOCKED: here.to('lock_page'),
      NOPAGE: ret.NOPAGE,
      SIGBUS: ret.SIGBUS,
    }),
    ...lockHeld(here, 'lock_page', 'do_page_mkwrite', V40.memory, ret.LOCKED),
  });
export const neverLooksAtMapping = variation(
  'page-cache-mkwrite-without-look',
  '->page_mkwrite returns unlocked, and do_page_mkwrite() does not look at page->mapping',
  { do_page_mkwrite: withoutLook },
  unlocked,
);

/** The tail of do_wp_page() with ->page_mkwrite, its steps in another order. */
const tail = (order: 'balance first' | 'sample last'): WpPageShared =>
  wpPageShared({
    src: V40.memory,
    reused: (d, here, ret, asks) => {
      const first = order === 'balance first';
      const times = ret.DONE;
      const states: Record<string, StateConfig> = {
        ...(!asks && lockHeld(here, 'reused', FN, V40.memory, 'dirty')),
        [asks ? 'reused' : 'dirty']: asPageCache(d).set_page_dirty(
          asPageCache(d),
          here.at(asks ? 'reused' : 'dirty'),
          { RETURN: here.to(first ? 'sample' : 'unlock_page') },
          held,
        ),
        sample: first
          ? sampleMapping(FN, V40.memory, 'balance')
          : step(LOCAL, FN, V40.memory, otherwise('balance', 'mapping = page->mapping', sampleLate)),
        balance: dispatch(
          FN,
          V40.memory,
          when((s) => s.get(localMapping), 'balance_dirty_pages', '', forgetDirtied),
          first ? unreached(LOCKED, otherwise('unlock_page', '', forgetDirtied)) : otherwise(times, '', forgetDirtied),
        ),
        balance_dirty_pages: balance(first ? here.to('unlock_page') : times),
        unlock_page: unlockHeld(here, FN, V40.memory, first ? times : 'sample', first ? release : putLate),
      };
      return states;
    },
  });
/** page_cache_release() comes before the page is looked at: what it is looked at may be nobody's any more. */
const putLate = (s: Act): void => s.send(page(s.get(heldPage)!), { type: 'PUT' });
const sampleLate = (s: Act): void => {
  const { refs, mapping } = s.read(page(s.get(heldPage)!));
  if (refs === 0) s.mark(mark({ type: 'warn', site: 'do_wp_page: page->mapping of a page that was freed' }));
  s.set(localMapping, mapping);
  s.set(heldPage, null);
};
export const balancesUnderLock = variation(
  'page-cache-balances-under-lock',
  'balance_dirty_pages() before unlock_page()',
  { wp_page_shared: tail('balance first') },
);
export const samplesLate = variation('page-cache-samples-late', 'page->mapping is read after unlock_page() and put', {
  wp_page_shared: tail('sample last'),
});
