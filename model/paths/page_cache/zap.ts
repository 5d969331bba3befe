/**
 * zap_pte_range() of a PTE whose dirty bit has to go to its page: set_page_dirty() under the PTL, which takes the tree lock
 * in it. So the PTL is held over three steps: the PTE is cleared and PG_dirty set; the page is counted and tagged; its rmap
 * is removed. Who only finds the PTE empty would find the same later, and is let through; who walks the PTEs of the page
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
  unreachedIf,
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
import { V40 } from '../../sources.ts';
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

/** The PTE is cleared, its dirty bit is with the page; the rest of the PTL section follows. */
export function holdPtl(s: Act, here: Here, vma: string, name: string, pfn: Pfn): void {
  s.send(heldPtl(vma, name), { type: 'HOLD', who: here.me });
  s.set(redirtied, { pfn, vma, page: name });
}

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
  const never = (a: Alternative): Alternative => unreachedIf(neverDirty !== undefined, neverDirty ?? '', a);
  if (!d.page_cache) return { [name]: step(PTL, fn, V40.memory, ...alternatives) };
  const targets = [...new Set(alternatives.map((a) => a.target))];
  const after = (target: string): string => `${name}_dirty${targets.indexOf(target) || ''}`;
  const tail = (target: string): Record<string, StateConfig> => {
    const dirty = after(target);
    const pc = d as PageCacheParts;
    return {
      [dirty]: dispatch(
        fn,
        V40.memory,
        never(when((s) => s.get(redirtied) !== null, `${dirty}_set_page_dirty`, '')),
        otherwise(target, ''),
      ),
      [`${dirty}_set_page_dirty`]: pc.account_page_dirtied(
        pc,
        here.at(`${dirty}_set_page_dirty`),
        { RETURN: here.to(`${dirty}_remove_rmap`) },
        (s) => s.get(redirtied)!.pfn,
      ),
      [`${dirty}_remove_rmap`]: step(
        PTL,
        fn,
        V40.memory,
        never(otherwise(target, 'page_remove_rmap(); unlock ptl', (s) => finish(s, pc, here, flushed))),
      ),
    };
  };
  return {
    [name]: ptlSection(fn, V40.memory, place, ...alternatives.map((a) => ({ ...a, target: after(a.target) }))),
    ...Object.assign({}, ...targets.map(tail)),
  };
}

function finish(s: Act, d: PageCacheParts, here: Here, flushed: boolean): void {
  const { pfn, vma, page: name } = s.get(redirtied)!;
  if (flushed) unmapPage(s, pfn);
  else {
    removeRmap(s, pfn);
    tlbRemove(s, here, name, pfn);
    if (d.zap_flushes_dirty) tlbForceFlush(s, here, vma);
  }
  s.send(heldPtl(vma, name), { type: 'DROP' });
  s.set(redirtied, null);
}
