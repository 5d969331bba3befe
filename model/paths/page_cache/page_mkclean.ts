/**
 * Taking a page's dirtiness for writing it: clear_page_dirty_for_io() and page_mkclean(). First the PTEs are cleaned and
 * write-protected, so that the next store faults; what they say goes to the page; only then PG_dirty is tested and
 * cleared. The page is locked. mm/page-writeback.c, mm/rmap.c
 */
import {
  type Act,
  chart,
  dispatch,
  otherwise,
  type StateConfig,
  step,
  unreached,
  when,
} from '../../../explorer/chart.ts';
import { isMapped, page } from '../../entries/page.ts';
import { pte, uncleanPfn } from '../../entries/pte.ts';
import { iMmapRwsem } from '../../entries/rwsem.ts';
import { isMet } from '../../entries/vma.ts';
import type { Here } from '../../here.ts';
import { mark } from '../../marks.ts';
import type { PageCacheParts, Returns } from '../../parts.ts';
import { cleaned, zapIndex } from '../../registers.ts';
import type { SceneVma } from '../../scene.ts';
import { LOCAL } from '../../sections.ts';
import { V40 } from '../../sources.ts';
import { down, up } from '../locks.ts';
import { flushTlbRange } from '../tlb.ts';
import { held, indexOf, testClearPageDirty } from './set_page_dirty.ts';
import { type PtePlace, ptlSection } from './zap.ts';

/** The shared VMAs that can map some page of the file; which of them cover the page in hand, the PTE says. */
const sharedVmas = (here: Here): SceneVma[] => here.scene.vmas.filter((v) => v.shared);

/** page_mkclean_one(): one PTL section; the TLB is flushed in it. */
export function pageMkcleanOne(s: Act, here: Here, vma: SceneVma): void {
  const name = indexOf(held(s));
  const ref = pte(vma.id, name);
  const pfn = vma.pages.includes(name) && isMet(s, vma, name) ? s.read(ref, uncleanPfn) : null;
  if (pfn === null || pfn !== held(s)) {
    s.line(`${ref.id}: nothing to clean`);
    return;
  }
  // ptep_clear_flush(): no CPU can dirty it until it is set again.
  s.send(ref, { type: 'CLEAR' });
  s.send(ref, { type: 'SET', pte: { pfn, w: false, d: false } });
  s.line(`pte_wrprotect(${ref.id})`);
  s.mark(mark({ type: 'tlb-flush', pte: ref.id }));
  flushTlbRange(s, here, vma.id, [name]);
  s.set(cleaned, true);
}

/** rmap_walk_file() over the VMAs that `visit` is for. */
export function rmapWalk(
  here: Here,
  t: { name: string; fn: string; areas: readonly SceneVma[]; to: string },
  visit: (s: Act, vma: SceneVma) => void,
): Record<string, StateConfig> {
  const { name, fn, areas } = t;
  const place: PtePlace = (s) => ({ vma: areas[s.get(zapIndex)]!, page: indexOf(held(s)) });
  return {
    ...down(here, 'i_mmap_rwsem', { lock: iMmapRwsem, mode: 'read', fn: 'rmap_walk_file', src: V40.rmap, to: name }),
    [name]: ptlSection(
      fn,
      V40.rmap,
      place,
      when(
        (s) => s.get(zapIndex) === areas.length - 1,
        'i_mmap_up',
        '',
        (s) => {
          visit(s, areas.at(-1)!);
          s.set(zapIndex, 0);
        },
      ),
      otherwise(name, '', (s) => {
        const i = s.get(zapIndex);
        visit(s, areas[i]!);
        s.set(zapIndex, i + 1);
      }),
    ),
    i_mmap_up: up(here, iMmapRwsem, 'rmap_walk_file', V40.rmap, t.to),
  };
}

export function page_mkclean(_d: PageCacheParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const fn = 'page_mkclean';
  const areas = sharedVmas(here);
  const mapped = areas.length > 0;
  return chart(here, {
    page_mapped: step(
      LOCAL,
      fn,
      V40.rmap,
      ...(mapped ? [when((s) => s.read(page(held(s)), isMapped), 'i_mmap_rwsem', 'page_mapped()')] : []),
      otherwise(ret.RETURN, mapped ? '!page_mapped()' : 'nobody maps it shared'),
    ),
    ...(mapped &&
      rmapWalk(here, { name: 'page_mkclean_one', fn: 'page_mkclean_one', areas, to: ret.RETURN }, (s, vma) =>
        pageMkcleanOne(s, here, vma),
      )),
  });
}

export function clear_page_dirty_for_io(d: PageCacheParts, here: Here, ret: Returns<'DIRTY' | 'CLEAN'>): StateConfig {
  const fn = 'clear_page_dirty_for_io';
  return chart(here, {
    page_mkclean: d.page_mkclean(d, here.at('page_mkclean'), { RETURN: here.to('cleaned') }),
    cleaned: dispatch(
      fn,
      V40.pageWriteback,
      when(
        (s) => s.get(cleaned),
        'set_page_dirty',
        '',
        (s) => s.set(cleaned, false),
      ),
      otherwise('test_clear', ''),
    ),
    set_page_dirty: d.set_page_dirty(d, here.at('set_page_dirty'), { RETURN: here.to('test_clear') }, held),
    test_clear: testClear(fn, ret),
  });
}

const SEEN_DIRTY = 'the caller has seen PageDirty under the page lock, and only who holds that clears it';

/** The page's own bit: who clears it writes the page. */
export const testClear = (fn: string, ret: Returns<'DIRTY' | 'CLEAN'>): StateConfig =>
  step(
    LOCAL,
    fn,
    V40.pageWriteback,
    when(
      (s) => s.read(page(held(s))).flags.includes('dirty'),
      ret.DIRTY,
      '',
      (s) => {
        testClearPageDirty(s, held(s));
      },
    ),
    unreached(SEEN_DIRTY, otherwise(ret.CLEAN, '!TestClearPageDirty()')),
  );
