/**
 * A store on a read-only PTE of a page-cache page in a shared mapping: the part of do_wp_page() that later became
 * wp_page_shared(), in the versions of the patch series of December 2014. Entered with the PTL held and pte_same() tested.
 * mm/memory.c
 */
import {
  type Act,
  chart,
  dispatch,
  otherwise,
  type Source,
  type StateConfig,
  step,
  unreached,
  wait,
  when,
} from '../../../explorer/chart.ts';
import { page } from '../../entries/page.ts';
import { pageLock } from '../../entries/page-lock.ts';
import type { Here } from '../../here.ts';
import type { PageCacheParts, Returns } from '../../parts.ts';
import { dirtied, heldPage, localMapping, origPte } from '../../registers.ts';
import { LOCAL, LOCK } from '../../sections.ts';
import { V40, V318, V319 } from '../../sources.ts';
import { pte_same, wp_page_reuse } from '../do_wp_page.ts';
import { fileUpdateTime } from '../ext4_dax_fault.ts';
import { balance, dirtyShared, forgetDirtied, LOCKED, sampleMapping } from './dirty_shared.ts';
import { putHeld, release, unlockAndPut } from './page_lock.ts';
import { hasPageMkwrite } from './page_mkwrite.ts';
import { held } from './set_page_dirty.ts';
import { ptlSection } from './zap.ts';

type WpReturns = Returns<'DONE' | 'SIGBUS'>;

/** get_page(): of the page that the PTE maps. */
const getOld = (s: Act): void => {
  const { pfn } = s.get(origPte)!;
  s.send(page(pfn), { type: 'GET' });
  s.set(heldPage, pfn);
};
/** get_page(dirty_page): v3.18 takes a reference for dirtying, besides the one round ->page_mkwrite(). */
const getDirtyPage = (s: Act): void => s.send(page(held(s)), { type: 'GET' });
const putDirtyPage = (s: Act): void => s.send(page(held(s)), { type: 'PUT' });
const forget = (s: Act): void => s.set(origPte, null);

/** How a version goes on once the PTE is writable. */
interface Version {
  readonly src: Source;
  /** Taken in the PTL section that makes the PTE writable. */
  readonly getDirty?: (s: Act) => void;
  /** The page stays as ->page_mkwrite has left it: unlocked, and nobody looks at page->mapping. */
  readonly keepsUnlocked?: boolean;
  /** States from `reused` on. @param asks whether the filesystem was asked */
  reused(d: PageCacheParts, here: Here, ret: WpReturns, asks: boolean): Record<string, StateConfig>;
}

/** The part that no version changes: ask the filesystem with the PTL dropped, look whether the PTE is still the same, set it. */
export const wpPageShared =
  ({ src, getDirty, keepsUnlocked = false, reused }: Version) =>
  (d: PageCacheParts, here: Here, ret: WpReturns): StateConfig => {
    const fn = 'do_wp_page';
    const reuse = (s: Act): void => {
      wp_page_reuse(here)(s);
      getDirty?.(s);
    };
    if (!hasPageMkwrite(here)) {
      return chart(here, {
        reuse: dispatch(
          fn,
          src,
          otherwise('reused', 'ptep_set_access_flags(rw); unlock ptl', (s) => {
            getOld(s);
            wp_page_reuse(here)(s);
          }),
        ),
        ...reused(d, here, ret, false),
      });
    }
    const differs = keepsUnlocked ? putHeld(fn, src, ret.DONE) : unlockAndPut(here, fn, src, ret.DONE);
    const asked = keepsUnlocked
      ? d.page_mkwrite(d, here.at('page_mkwrite'), {
          LOCKED: here.to('relock'),
          UNLOCKED: here.to('relock'),
          NOPAGE: here.to('put_page'),
          SIGBUS: ret.SIGBUS,
        })
      : d.do_page_mkwrite(d, here.at('do_page_mkwrite'), {
          LOCKED: here.to('relock'),
          RETRY: here.to('put_page'),
          NOPAGE: here.to('put_page'),
          SIGBUS: ret.SIGBUS,
        });
    return chart(here, {
      get_page: dispatch(fn, src, otherwise('do_page_mkwrite', 'get_page(); unlock ptl', getOld)),
      do_page_mkwrite: asked,
      put_page: step(
        LOCAL,
        fn,
        src,
        otherwise(ret.DONE, 'page_cache_release()', (s) => {
          release(s);
          forget(s);
        }),
      ),
      relock: ptlSection(
        fn,
        src,
        () => ({ vma: here.vma, page: here.page }),
        when(pte_same(here), 'reused', 'pte_same(): ptep_set_access_flags(rw)', reuse),
        otherwise('differs', '!pte_same(): retry', forget),
      ),
      differs,
      ...reused(d, here, ret, true),
    });
  };

/** wait_on_page_locked(): until it is unlocked once; the lock is not taken. */
const waitOnPageLocked = (fn: string, src: Source, to: string): StateConfig =>
  wait(
    LOCK,
    fn,
    src,
    (s) => ({ what: pageLock(held(s)).id, owners: [s.read(pageLock(held(s))).owner ?? []].flat() }),
    when((s) => s.read(pageLock(held(s))).owner === null, to, 'wait_on_page_locked()'),
  );

/** set_page_dirty_balance(): states from `name` on; page->mapping is looked at after, without the lock. */
const setPageDirtyBalance = (d: PageCacheParts, here: Here, name: string, to: string): Record<string, StateConfig> => ({
  [name]: d.set_page_dirty(d, here.at(name), { RETURN: here.to('page_mapping') }, held),
  page_mapping: dispatch(
    'set_page_dirty_balance',
    V318.pageWriteback,
    when((s) => s.get(dirtied), 'sample', ''),
    otherwise(to, ''),
  ),
  sample: sampleMapping('set_page_dirty_balance', V318.pageWriteback, 'has_mapping'),
  has_mapping: dispatch(
    'set_page_dirty_balance',
    V318.pageWriteback,
    when((s) => s.get(localMapping), 'balance_dirty_pages', '', forgetDirtied),
    otherwise(to, '', forgetDirtied),
  ),
  balance_dirty_pages: balance(to),
});

/** Both older versions, where the filesystem was asked: the second reference is given back, the page dirtied under its lock. */
const dirtyAfterMkwrite = (
  d: PageCacheParts,
  here: Here,
  ret: WpReturns,
  src: Source,
): Record<string, StateConfig> => ({
  reused: step(LOCAL, 'do_wp_page', src, otherwise('sample', 'put_page(dirty_page)', putDirtyPage)),
  sample: sampleMapping('do_wp_page', src, 'set_page_dirty'),
  set_page_dirty: d.set_page_dirty(d, here.at('set_page_dirty'), { RETURN: here.to('unlock_page') }, held),
  unlock_page: unlockAndPut(here, 'do_wp_page', src, 'balance'),
  balance: dispatch(
    'do_wp_page',
    src,
    when((s) => s.get(localMapping), 'balance_dirty_pages', '', forgetDirtied),
    unreached(LOCKED, otherwise(ret.DONE, '', forgetDirtied)),
  ),
  balance_dirty_pages: balance(ret.DONE),
});

/** v3.18: without ->page_mkwrite the page lock is only waited for. */
export const wp_page_shared_v318 = wpPageShared({
  src: V318.memory,
  getDirty: getDirtyPage,
  reused: (d, here, ret, asks) =>
    asks
      ? dirtyAfterMkwrite(d, here, ret, V318.memory)
      : {
          reused: waitOnPageLocked('do_wp_page', V318.memory, 'set_page_dirty_balance'),
          ...setPageDirtyBalance(d, here, 'set_page_dirty_balance', 'file_update_time'),
          file_update_time: fileUpdateTime(here, 'do_wp_page', V318.memory, 'put_page'),
          put_page: putHeld('do_wp_page', V318.memory, ret.DONE),
        },
});

/** 2d6d7f982846: without ->page_mkwrite the page is locked for set_page_dirty() as well. */
export const wp_page_shared_before = wpPageShared({
  src: V319.memory,
  getDirty: getDirtyPage,
  reused: (d, here, ret, asks) =>
    asks
      ? dirtyAfterMkwrite(d, here, ret, V319.memory)
      : {
          reused: dirtyShared(
            d,
            here.at('reused'),
            { RETURN: here.to('put_page') },
            { fn: 'do_wp_page', src: V319.memory, asks, locked: false, after: () => {} },
          ),
          put_page: putHeld('do_wp_page', V319.memory, ret.DONE),
        },
});

/** The two branches merged: one reference, which goes with the lock. */
const merged = { src: V40.memory, keepsUnlocked: false } as const;

/** @param t.keepsUnlocked whether the page is locked for set_page_dirty() as late with ->page_mkwrite as without */
export const wpPageSharedMerged = ({ keepsUnlocked }: { keepsUnlocked: boolean }) =>
  wpPageShared({
    ...merged,
    keepsUnlocked,
    reused: (d, here, ret, asks) => ({
      reused: dirtyShared(
        d,
        here.at('reused'),
        { RETURN: ret.DONE },
        { fn: 'do_wp_page', src: V40.memory, asks, locked: asks && !keepsUnlocked, after: release },
      ),
    }),
  });

export const wp_page_shared_merged = wpPageSharedMerged({ keepsUnlocked: false });
