/**
 * Wrong variants of write faults on the page cache, of M1 to M9 of the project's notes those that are no case of the
 * casebook: each is wp-shared-merged with one thing changed.
 */
import { chart, dispatch, otherwise, step, when } from '../../explorer/chart.ts';
import { type Design, defineDesign } from '../../model/design.ts';
import merged from '../../model/designs/wp-shared-merged.ts';
import { page } from '../../model/entries/page.ts';
import { pte } from '../../model/entries/pte.ts';
import type { PageCacheParts } from '../../model/parts.ts';
import { pte_same, wp_page_reuse } from '../../model/paths/do_wp_page.ts';
import { fileUpdateTime } from '../../model/paths/ext4_dax_fault.ts';
import { forgetDirtied } from '../../model/paths/page_cache/dirty_shared.ts';
import { putHeld, release, unlockHeld } from '../../model/paths/page_cache/page_lock.ts';
import { page_mkclean, rmapWalk } from '../../model/paths/page_cache/page_mkclean.ts';
import { ext4_page_mkwrite } from '../../model/paths/page_cache/page_mkwrite.ts';
import { writeOf } from '../../model/paths/page_cache/read_write.ts';
import { held, indexOf } from '../../model/paths/page_cache/set_page_dirty.ts';
import { wp_page_shared_merged, wpPageShared } from '../../model/paths/page_cache/wp_page_shared.ts';
import { ptlSection } from '../../model/paths/page_cache/zap.ts';
import { cleaned, heldPage, origPte } from '../../model/registers.ts';
import { LOCAL } from '../../model/sections.ts';
import { V40 } from '../../model/sources.ts';
import { leaveOutWay } from './edit.ts';

const mutant = (id: string, title: string, changes: Partial<PageCacheParts>): Design<PageCacheParts> =>
  defineDesign({ ...merged, id, title, source: 'variation', parts: { ...merged.parts, ...changes }, expects: {} });

const fn = 'do_wp_page';
const src = V40.memory;

/** The page is dirtied and unlocked before the PTE is set. */
export const m1 = mutant('m1', 'dirty the page, unlock it, then the PTE', {
  wp_page_shared: (d: PageCacheParts, here, ret) =>
    chart(here, {
      get_page: dispatch(
        fn,
        src,
        otherwise('do_page_mkwrite', 'get_page(); unlock ptl', (s) => {
          const { pfn } = s.get(origPte)!;
          s.send(page(pfn), { type: 'GET' });
          s.set(heldPage, pfn);
        }),
      ),
      do_page_mkwrite: d.do_page_mkwrite(d, here.at('do_page_mkwrite'), {
        LOCKED: here.to('set_page_dirty'),
        RETRY: here.to('put_page'),
        NOPAGE: here.to('put_page'),
        SIGBUS: ret.SIGBUS,
      }),
      set_page_dirty: d.set_page_dirty(d, here.at('set_page_dirty'), { RETURN: here.to('unlock_page') }, held),
      unlock_page: unlockHeld(here, fn, src, 'relock', forgetDirtied),
      relock: ptlSection(
        fn,
        src,
        () => ({ vma: here.vma, page: here.page }),
        when(pte_same(here), 'put_page', 'pte_same(): rw', wp_page_reuse(here)),
        otherwise('put_page', '!pte_same()'),
      ),
      put_page: putHeld(fn, src, here.to('forget')),
      forget: dispatch(
        fn,
        src,
        otherwise(ret.DONE, '', (s) => s.set(origPte, null)),
      ),
    }),
});

/** Without ->page_mkwrite the page is not locked for set_page_dirty(). */
export const m3 = mutant('m3', 'set_page_dirty() without the page lock', {
  wp_page_shared: wpPageShared({
    src,
    reused: (d, here, ret, asks) => ({
      reused: d.set_page_dirty(d, here.at('reused'), { RETURN: here.to('done') }, held),
      done: asks
        ? unlockHeld(here, fn, src, ret.DONE, (s) => {
            release(s);
            forgetDirtied(s);
          })
        : step(
            LOCAL,
            fn,
            src,
            otherwise('file_update_time', 'put_page()', (s) => {
              release(s);
              forgetDirtied(s);
            }),
          ),
      ...(!asks && { file_update_time: fileUpdateTime(here, fn, src, ret.DONE) }),
    }),
  }),
});

/** The PTE that the fault began with is written back, whatever is there by now. */
export const m4 = mutant('m4', 'no pte_same() after the PTL was dropped', {
  wp_page_shared: (d: PageCacheParts, here, ret) => {
    const whole = wp_page_shared_merged(d, here, ret);
    const relock = ptlSection(
      fn,
      src,
      () => ({ vma: here.vma, page: here.page }),
      otherwise('reused', 'ptep_set_access_flags(rw)', wp_page_reuse(here)),
    );
    return { ...whole, states: { ...whole.states, relock: { ...relock, id: `${here.id}/relock` } } };
  },
});

const mkclean =
  (clean: Parameters<typeof rmapWalk>[2]): PageCacheParts['page_mkclean'] =>
  (d, here, ret) => {
    const whole = page_mkclean(d, here, ret);
    const areas = here.scene.vmas.filter((v) => v.shared);
    if (areas.length === 0) return whole;
    const walk = rmapWalk(here, { name: 'page_mkclean_one', fn: 'page_mkclean_one', areas, to: ret.RETURN }, clean);
    return { ...whole, states: { ...whole.states, ...chart(here, walk).states } };
  };

/** The PTE is cleaned, and stays writable. */
export const m5Writable = mutant('m5-writable', 'page_mkclean() does not write-protect', {
  page_mkclean: mkclean((s, vma) => {
    const ref = pte(vma.id, indexOf(held(s)));
    const now = s.read(ref);
    if (now === null || now.pfn !== held(s) || !now.d) return;
    s.send(ref, { type: 'CLEAR' });
    s.send(ref, { type: 'SET', pte: { ...now, d: false } });
    s.set(cleaned, true);
  }),
});

/** The PTE is write-protected, and the TLBs keep what they have. */
export const m5NoFlush = mutant('m5-no-flush', 'page_mkclean() does not flush the TLBs', {
  page_mkclean: mkclean((s, vma) => {
    const ref = pte(vma.id, indexOf(held(s)));
    const now = s.read(ref);
    if (now === null || now.pfn !== held(s) || !(now.w || now.d)) return;
    s.send(ref, { type: 'CLEAR' });
    s.send(ref, { type: 'SET', pte: { pfn: now.pfn, w: false, d: false } });
    s.set(cleaned, true);
  }),
});

/** The TLBs are flushed after the PTL was dropped: kernels before 1cf35d47712d. */
export const m6 = mutant('m6', 'zap: the TLBs of a dirty PTE are flushed later', { zap_flushes_dirty: false });

/** Not a wrong one: as 5df397dec7c4 (6.2) has it. */
export const delaysRmap = mutant('delays-rmap', 'zap: the rmap of a dirty PTE goes after the flush', {
  zap_delays_rmap: true,
});

/** Not a wrong one for what a zap does: the TLBs of what reclaim unmaps are flushed behind all pages (72b252aed506, 4.3). */
export const defersFlush = mutant('defers-flush', 'reclaim: the TLBs are flushed once, at its end', {
  zap_delays_rmap: true,
  reclaim_defers_flush: true,
});

/** The same with what 4.13 does about it: who zaps, protects or moves PTEs flushes before (3ea277194daa). */
export const flushesBatched = mutant('flushes-batched', 'reclaim: the same, and others flush for it', {
  ...defersFlush.parts,
  flushes_batched: true,
});

/** write(2) faults the user's buffer in under the page lock: "a nasty deadlock", as mm/filemap.c has it. */
export const faultsLocked = mutant('faults-locked', 'write(2) faults its buffer in under the page lock', {
  write: writeOf(true) as PageCacheParts['write'],
});

const noCheck: PageCacheParts['do_page_mkwrite'] = leaveOutWay(
  ((d, here, ret) => merged.parts.do_page_mkwrite(d, here, ret)) as PageCacheParts['do_page_mkwrite'],
  { truncated: 0 },
);

/** ->page_mkwrite returns with the page unlocked, and do_page_mkwrite() locks it without looking at page->mapping. */
export const m8 = mutant('m8', 'do_page_mkwrite() does not look at page->mapping', {
  mkwrite_returns_locked: false,
  do_page_mkwrite: noCheck,
});

/** The same for do_wp_page() alone. */
export const m9 = mutant('m9', 'do_page_mkwrite() does not look at page->mapping for do_wp_page()', {
  mkwrite_returns_locked: false,
  wp_page_shared: (d: PageCacheParts, here, ret) =>
    wp_page_shared_merged({ ...d, do_page_mkwrite: noCheck }, here, ret),
});

/** What do_page_mkwrite() was before: the handler returns with the page unlocked, and page->mapping is looked at. */
export const unlockedHandler = mutant('unlocked-handler', '->page_mkwrite returns with the page unlocked', {
  mkwrite_returns_locked: false,
  page_mkwrite: ext4_page_mkwrite,
});
