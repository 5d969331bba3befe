/**
 * shrink_page_list() of the file's pages, by a process that is short of memory: unmap the page wherever it is mapped, and
 * free it if it is clean then. Dirty pages are left to the flusher; only kswapd would write them. mm/vmscan.c, mm/rmap.c
 * From 4.3 on (72b252aed506) the TLBs are flushed once, behind all pages of the list: `reclaim_defers_flush`, read in 4.9, 4.13, 6.1 and 7.1.3.
 */
import {
  type Act,
  chart,
  type Look,
  otherwise,
  register,
  type StateConfig,
  step,
  unreached,
  when,
} from '../../../explorer/chart.ts';
import { hasFlag, hasMapping, isMapped, page } from '../../entries/page.ts';
import { pte } from '../../entries/pte.ts';
import { iMmapRwsem } from '../../entries/rwsem.ts';
import { flushBatched } from '../../entries/tlb.ts';
import type { Here } from '../../here.ts';
import type { MmParts, PageCacheParts, Returns } from '../../parts.ts';
import { heldPage, zapIndex } from '../../registers.ts';
import type { SceneVma } from '../../scene.ts';
import { LOCAL } from '../../sections.ts';
import { V40, V413 } from '../../sources.ts';
import { down, up } from '../locks.ts';
import { unmapPage } from '../struct_page.ts';
import { defersFlush, flushTlbMm, flushTlbRange, tellsOfBatch } from '../tlb.ts';
import { release, unlockHeld } from './page_lock.ts';
import { held, isDirty, testSetPageDirty } from './set_page_dirty.ts';
import { eachCached, removeMapping, trylock } from './truncate.ts';
import { holdPtl, zapStates } from './zap.ts';

/** current->tlb_ubc: whose TLBs are to be flushed; and the pages that are put after that. */
interface TlbUbc {
  readonly mms: readonly string[];
  readonly free: readonly string[];
}
const NO_FLUSH: TlbUbc = { mms: [], free: [] };
const tlbUbc = register<TlbUbc>('tlb_ubc', NO_FLUSH);

export function reclaim(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  if (!defersFlush(d, here.scene)) return shrinkPageList(d, here, ret);
  return chart(here, {
    shrink_page_list: shrinkPageList(d, here.at('shrink_page_list'), { RETURN: here.to('try_to_unmap_flush') }),
    try_to_unmap_flush: step(
      LOCAL,
      'try_to_unmap_flush',
      V413.rmap,
      when((s) => s.get(tlbUbc).mms.length === 0, ret.RETURN, 'nothing to flush', freeAll),
      otherwise(ret.RETURN, '', (s) => {
        const { mms } = s.get(tlbUbc);
        s.line(`flush the TLBs of ${mms.join(' ')}`);
        for (const mm of mms) flushTlbMm(s, here, mm);
        freeAll(s);
      }),
    ),
  });
}

/** free_hot_cold_page_list(), putback_inactive_pages() */
function freeAll(s: Act): void {
  for (const p of s.get(tlbUbc).free) s.send(page(p), { type: 'PUT' });
  s.set(tlbUbc, NO_FLUSH);
}

/** The reference that isolate_lru_page() took is put behind the flush, of pages that are kept as well (putback_inactive_pages()). */
function releaseLater(s: Act): void {
  const { mms, free } = s.get(tlbUbc);
  s.set(tlbUbc, { mms, free: [...free, held(s)] });
  s.set(heldPage, null);
}

function shrinkPageList(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const fn = 'shrink_page_list';
  const src = V40.vmscan;
  return eachCached(here, here.allPages, { fn, src, again: false, done: ret.RETURN }, (at, name, to) => {
    const areas = here.scene.vmas.filter((v) => v.pages.includes(name));
    return {
      trylock_page: trylock(at, fn, src, { locked: 'page_mapped', busy: to }),
      page_mapped: step(
        LOCAL,
        fn,
        src,
        when((s) => s.read(page(held(s)), hasFlag('writeback')), 'unlock_page', 'PageWriteback: kept'),
        when((s) => !s.read(page(held(s)), hasMapping), 'unlock_page', '!mapping: kept'),
        ...(areas.length > 0
          ? [when((s: Look) => s.read(page(held(s)), isMapped), 'i_mmap_rwsem', 'page_mapped()')]
          : []),
        otherwise('dirty', '!page_mapped()'),
      ),
      ...(areas.length > 0 && tryToUnmap(d as PageCacheParts, at, name, areas, 'dirty')),
      dirty: step(
        LOCAL,
        fn,
        src,
        unreached(
          'who maps a page anew has it locked, and a copy that fork makes is met after its original',
          when((s) => s.read(page(held(s)), isMapped), 'unlock_page', 'SWAP_AGAIN: mapped again, kept'),
        ),
        when((s) => isDirty(s, held(s)), 'unlock_page', 'PageDirty: left to the flusher'),
        otherwise('remove_mapping', 'clean'),
      ),
      remove_mapping: removeMapping('unlock_page'),
      unlock_page: unlockHeld(at, fn, src, to, defersFlush(d, here.scene) ? releaseLater : release),
    };
  });
}

/** try_to_unmap(): every PTE of the page, also those of private mappings; each is cleared and flushed in one PTL section. */
function tryToUnmap(
  d: PageCacheParts,
  here: Here,
  name: string,
  areas: readonly SceneVma[],
  to: string,
): Record<string, StateConfig> {
  const at = (s: Pick<Look, 'get'>): SceneVma => areas[s.get(zapIndex)]!;
  const unmap = (s: Act): void => tryToUnmapOne(s, d, here, at(s), name);
  return {
    ...down(here, 'i_mmap_rwsem', {
      lock: iMmapRwsem,
      mode: 'read',
      fn: 'rmap_walk_file',
      src: V40.rmap,
      to: 'try_to_unmap_one',
    }),
    ...zapStates(d, here, 'try_to_unmap_one', (s) => ({ vma: at(s), page: name }), {
      fn: 'try_to_unmap_one',
      flushed: true,
      alternatives: [
        when(
          (s) => s.get(zapIndex) === areas.length - 1,
          'i_mmap_up',
          '',
          (s) => {
            unmap(s);
            s.set(zapIndex, 0);
          },
        ),
        otherwise('try_to_unmap_one', '', (s) => {
          unmap(s);
          s.set(zapIndex, s.get(zapIndex) + 1);
        }),
      ],
    }),
    i_mmap_up: up(here, iMmapRwsem, 'rmap_walk_file', V40.rmap, to),
  };
}

function tryToUnmapOne(s: Act, d: PageCacheParts, here: Here, vma: SceneVma, name: string): void {
  const later = defersFlush(d, here.scene);
  const ref = pte(vma.id, name);
  const now = s.read(ref);
  if (now === null || now.pfn !== held(s)) {
    s.line(`${ref.id} does not map it`);
    return;
  }
  s.line(later ? `ptep_get_and_clear(${ref.id}); set_tlb_ubc_flush_pending()` : `ptep_clear_flush(${ref.id})`);
  s.send(ref, { type: 'CLEAR' });
  if (later) {
    const { mms, free } = s.get(tlbUbc);
    s.set(tlbUbc, { mms: [...new Set([...mms, vma.mm])].sort(), free });
    if (tellsOfBatch(d, here.scene)) s.send(flushBatched(vma.mm), { type: 'SET' });
  } else flushTlbRange(s, here, vma.id, [name]);
  if (now.d && testSetPageDirty(s, now.pfn)) holdPtl(s, here, vma.id, name, now.pfn);
  else unmapPage(s, now.pfn);
}
