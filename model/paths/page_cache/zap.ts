/**
 * zap_pte_range() of a PTE whose dirty bit has to go to its page: set_page_dirty() under the PTL, which takes the tree lock
 * in it. So the PTL is held over three steps: the PTE is cleared and PG_dirty set; the page is counted and tagged; its rmap
 * is removed. With tlb=on a fourth: the TLBs of a dirty PTE are flushed (force_flush), whether the page was dirty before or not. Who only finds the PTE empty would find the same later, and is let through; who walks the PTEs of the page
 * to clean or to clear them waits. mm/memory.c
 */
import {
  type Act,
  type Alternative,
  dispatch,
  type Look,
  otherwise,
  type StateConfig,
  step,
  type Target,
  unreached,
  wait,
  when,
} from '../../../explorer/chart.ts';
import { heldPtl, isFreePtl } from '../../entries/held-ptl.ts';
import { hasMapping, page } from '../../entries/page.ts';
import { isPage, type Pfn } from '../../entries/pfn.ts';
import type { Here } from '../../here.ts';
import type { MmParts, PageCacheParts } from '../../parts.ts';
import { redirtied } from '../../registers.ts';
import type { SceneVma } from '../../scene.ts';
import { PTL } from '../../sections.ts';
import { V40, V72 } from '../../sources.ts';
import { tlbOn } from '../../tlb-slots.ts';
import { removeRmap, unmapPage } from '../struct_page.ts';
import { tlbForceFlush, tlbRemove } from '../tlb.ts';

/** A PTE of the walk. */
export type PtePlace = (s: Pick<Look, 'get'>) => { readonly vma: SceneVma; readonly page: string };

export const isOrphan = (s: Look, pfn: Pfn): boolean => isPage(pfn) && !s.read(page(pfn), hasMapping);

export const ptlIsFree = (s: Look, place: PtePlace): boolean => {
  const { vma, page: name } = place(s);
  return !vma.pages.includes(name) || s.read(heldPtl(vma.id, name), isFreePtl);
};

/** spin_lock(ptl): somebody may be in the middle of a zap. */
export const ptlSection = (
  fn: string,
  src: Parameters<typeof step>[2],
  place: PtePlace,
  ...alternatives: readonly Alternative[]
): StateConfig =>
  wait(
    PTL,
    fn,
    src,
    (s) => {
      const { vma, page: name } = place(s);
      const lock = heldPtl(vma.id, name);
      return { what: lock.id, owners: [s.read(lock).by ?? []].flat() };
    },
    ...alternatives.map((a) => ({ ...a, guard: (s: Look) => ptlIsFree(s, place) && (a.guard?.(s) ?? true) })),
  );

/** The PTE is cleared, its dirty bit is with the page; the rest of the PTL section follows. @param counted the page was dirty before */
export function holdPtl(s: Act, here: Here, vma: string, name: string, pfn: Pfn, counted = false): void {
  s.send(heldPtl(vma, name), { type: 'HOLD', who: here.me });
  s.set(redirtied, { pfn, vma, page: name, ...(counted && { counted }) });
}

/** Whether a zap has TLBs to flush before it drops the PTL. */
export const zapFlushes = (d: MmParts, here: Here): boolean =>
  tlbOn(here.scene) && (d as PageCacheParts).zap_flushes_dirty;

/**
 * State `name`: the PTL section in which a PTE is zapped, by `ways.alternatives`. For the page cache further ones follow where the PTE was dirty and
 * the page was not; they stand for the rest of the same section.
 * @param ways.neverDirty why that cannot be @param ways.fn the function, where it is another
 * @param ways.flushed whether the TLBs were flushed where the PTE was cleared, and the page can go at once
 */
export function zapStates(
  d: MmParts,
  here: Here,
  name: string,
  place: PtePlace,
  ways: {
    readonly alternatives: readonly Alternative[];
    readonly neverDirty?: string;
    readonly fn?: string;
    readonly flushed?: boolean;
  },
): Record<string, StateConfig> {
  const { alternatives, neverDirty, fn = 'zap_pte_range', flushed = false } = ways;
  const never = (a: Alternative): Alternative => unreached(neverDirty, a);
  if (!d.page_cache) return { [name]: step(PTL, fn, V40.memory, ...alternatives) };
  const targets = [...new Set(alternatives.map((a) => a.target))];
  const after = (target: string): string => `${name}_dirty${targets.indexOf(target) || ''}`;
  const tail = (target: string): Record<string, StateConfig> => {
    const dirty = after(target);
    const pc = d as PageCacheParts;
    const flushes = zapFlushes(d, here) && !flushed;
    const drop = (s: Act): void => {
      const { vma, page: name } = s.get(redirtied)!;
      s.send(heldPtl(vma, name), { type: 'DROP' });
      s.set(redirtied, null);
    };
    const flush = (s: Act): void => {
      tlbForceFlush(s, here, s.get(redirtied)!.vma);
      drop(s);
    };
    const removes = (s: Act): void => removeRmapOf(s, here, flushed);
    return {
      [dirty]: dispatch(
        fn,
        V40.memory,
        never(when((s) => s.get(redirtied) !== null && !s.get(redirtied)!.counted, `${dirty}_set_page_dirty`, '')),
        ...(flushes ? [when((s) => s.get(redirtied) !== null, `${dirty}_remove_rmap`, 'PageDirty already')] : []),
        otherwise(target, ''),
      ),
      [`${dirty}_set_page_dirty`]: pc.account_page_dirtied(
        pc,
        here.at(`${dirty}_set_page_dirty`),
        { RETURN: here.to(`${dirty}_remove_rmap`) },
        (s) => s.get(redirtied)!.pfn,
      ),
      ...(flushes
        ? flushStates(dirty, fn, target, { removes, flush, delays: pc.zap_delays_rmap === true })
        : {
            [`${dirty}_remove_rmap`]: step(
              PTL,
              fn,
              V40.memory,
              never(
                otherwise(target, 'page_remove_rmap(); unlock ptl', (s) => {
                  removes(s);
                  drop(s);
                }),
              ),
            ),
          }),
    };
  };
  return {
    [name]: ptlSection(fn, V40.memory, place, ...alternatives.map((a) => ({ ...a, target: after(a.target) }))),
    ...Object.assign({}, ...targets.map(tail)),
  };
}

/** The rest of the PTL section where TLBs are flushed in it: until then a CPU goes on storing through the PTE that is gone. */
function flushStates(
  dirty: string,
  fn: string,
  target: Target,
  {
    removes,
    flush,
    delays,
  }: { readonly removes: (s: Act) => void; readonly flush: (s: Act) => void; readonly delays: boolean },
): Record<string, StateConfig> {
  const remove = `${dirty}_remove_rmap`;
  if (delays) {
    return {
      [remove]: step(
        PTL,
        fn,
        V72.memory,
        otherwise(target, 'tlb_flush_mmu_tlbonly(); tlb_flush_rmaps(); unlock ptl', (s) => {
          removes(s);
          flush(s);
        }),
      ),
    };
  }
  return {
    [remove]: step(PTL, fn, V40.memory, otherwise(`${dirty}_tlb_flush`, 'page_remove_rmap()', removes)),
    [`${dirty}_tlb_flush`]: step(PTL, fn, V40.memory, otherwise(target, 'tlb_flush_mmu_tlbonly(); unlock ptl', flush)),
  };
}

function removeRmapOf(s: Act, here: Here, flushed: boolean): void {
  const { pfn, page: name } = s.get(redirtied)!;
  if (flushed) unmapPage(s, pfn);
  else {
    removeRmap(s, pfn);
    tlbRemove(s, here, name, pfn);
  }
}
