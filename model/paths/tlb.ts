/**
 * Flushing TLBs (tlb=on). mmu_gather: PTEs are cleared under the PTL, their TLB entries are flushed later and in one go, and
 * only then are the pages behind them freed. A flush reaches the threads of one address space. A flush of several CPUs
 * is one step: a CPU that is reached earlier is one whose entry was evicted before. mm/memory.c, later mm/mmu_gather.c
 */
import { type Act, otherwise, register, type StateConfig, step, type Target, when } from '../../explorer/chart.ts';
import { isBlock, type Pfn } from '../entries/pfn.ts';
import { pins } from '../entries/pins.ts';
import { flushBatched, flushPending, tlbSlot } from '../entries/tlb.ts';
import type { Here } from '../here.ts';
import type { MmParts, PageCacheParts } from '../parts.ts';
import type { Scene, SceneVma } from '../scene.ts';
import { LOCAL } from '../sections.ts';
import { V414 } from '../sources.ts';
import { tlbOn, tlbSlots } from '../tlb-slots.ts';
import { putPage } from './struct_page.ts';

/** flush_tlb_range(): the slots of the VMA's threads. Nothing with tlb=off. */
export function flushTlbRange(s: Act, { scene }: Here, vma: string, pages: readonly string[]): void {
  for (const slot of tlbSlots(scene)) {
    if (slot.vma === vma && pages.includes(slot.page)) s.send(tlbSlot(slot.thread, slot.page), { type: 'FLUSH' });
  }
}

/** flush_tlb_mm(). */
export function flushTlbMm(s: Act, here: Here, mm: string): void {
  for (const v of here.scene.vmas) if (v.mm === mm) flushTlbRange(s, here, v.id, v.pages);
}

/** should_defer_flush(): reclaim flushes at its end. */
export const defersFlush = (d: MmParts, scene: Scene): boolean =>
  (d as PageCacheParts).reclaim_defers_flush === true && tlbOn(scene);

/** Whether it leaves word of that for others. */
export const tellsOfBatch = (d: MmParts, scene: Scene): boolean =>
  defersFlush(d, scene) && (d as PageCacheParts).flushes_batched === true;

/** flush_tlb_batched_pending(), under the PTL, before a PTE of the VMA is looked at. mm/rmap.c */
export function flushTlbBatchedPending(s: Act, d: MmParts, here: Here, vma: string): void {
  if (!tellsOfBatch(d, here.scene)) return;
  const { mm } = here.scene.vmas.find((v) => v.id === vma)!;
  if (!s.read(flushBatched(mm)).pending) return;
  s.line(`flush_tlb_batched_pending(): flush the TLBs of ${mm}`);
  flushTlbMm(s, here, mm);
  s.send(flushBatched(mm), { type: 'CLEAR' });
}

/** struct mmu_gather */
interface Gather {
  /** Pages whose PTEs were cleared and not flushed yet: between the first and the last of them is what is flushed. */
  readonly cleared: readonly string[];
  /** To free after the flush. */
  readonly pages: readonly Pfn[];
}
const EMPTY: Gather = { cleared: [], pages: [] };
const gather = register<Gather>('tlb', EMPTY);

/** Who has the reference to a block's page that the gather keeps until its flush, where blocks are counted pages (6.15). */
export const gatherOf = (here: Here): string => `${here.me} tlb`;

/** tlb_gather_mmu(), with the first PTE that is looked at. */
export function tlbGatherMmu(s: Act, d: MmParts, here: Here, mm: string): void {
  if (tlbOn(here.scene) && d.tlb_flush_nested !== 'no') s.send(flushPending(mm), { type: 'INC', who: here.me });
}

/** tlb_remove_tlb_entry(), and __tlb_remove_page() of the page that the PTE leaves behind. With tlb=off it is free at once. */
export function tlbRemove(s: Act, here: Here, page: string, left?: Pfn): void {
  if (!tlbOn(here.scene)) {
    if (left !== undefined && !isBlock(left)) putPage(s, left);
    return;
  }
  // The PTE's reference is the gather's now.
  if (left !== undefined && isBlock(left)) s.send(pins(left), { type: 'PIN', holder: gatherOf(here) });
  const { cleared, pages } = s.get(gather);
  s.set(gather, { cleared: [...cleared, page], pages: left === undefined ? pages : [...pages, left] });
}

/** force_flush: a struct page whose PTE was dirty is out of the TLBs before the PTL is dropped. */
export function tlbForceFlush(s: Act, here: Here, vma: string): void {
  if (!tlbOn(here.scene)) return;
  const { cleared, pages } = s.get(gather);
  flushTlbRange(s, here, vma, spanned(here, cleared));
  s.set(gather, { cleared: [], pages });
}

/** State: tlb_finish_mmu() of the walk over `range` of a VMA; then on, as `to` says. */
export function tlbFinishMmu(
  d: MmParts,
  here: Here,
  of: (s: Pick<Act, 'get'>) => SceneVma,
  range: readonly string[] | ((s: Pick<Act, 'get'>) => readonly string[]),
  ...to: readonly {
    readonly when?: (s: Pick<Act, 'get'>) => boolean;
    readonly to: Target;
    readonly after?: (s: Act) => void;
  }[]
): StateConfig {
  return step(
    LOCAL,
    'tlb_finish_mmu',
    V414.memory,
    ...to.map((way) => {
      const effect = (s: Act): void => {
        finish(s, d, here, of(s), typeof range === 'function' ? range(s) : range);
        way.after?.(s);
      };
      return way.when ? when(way.when, way.to, '', effect) : otherwise(way.to, '', effect);
    }),
  );
}

function finish(s: Act, d: MmParts, here: Here, { id, mm }: SceneVma, range: readonly string[]): void {
  // A design's own walk may end so whatever the config: with tlb=off nothing was gathered.
  if (!tlbOn(here.scene)) return;
  const { cleared, pages } = s.get(gather);
  const others = d.tlb_flush_nested === 'no' ? [] : s.read(flushPending(mm)).who.filter((w) => w !== here.me);
  if (others.length > 0) {
    s.line(`mm_tlb_flush_nested(): flush the TLBs of ${mm}`);
    if (d.tlb_flush_nested === 'mm') flushTlbMm(s, here, mm);
    else flushTlbRange(s, here, id, range);
  } else if (cleared.length > 0) {
    s.line(`flush the TLBs of ${mm}`);
    flushTlbRange(s, here, id, spanned(here, cleared));
  } else {
    s.line('nothing to flush');
  }
  for (const p of pages) {
    if (isBlock(p)) s.send(pins(p), { type: 'UNPIN', holder: gatherOf(here) });
    else putPage(s, p);
  }
  if (d.tlb_flush_nested !== 'no') s.send(flushPending(mm), { type: 'DEC', who: here.me });
  s.set(gather, EMPTY);
}

/** The addresses from the first to the last cleared PTE. */
function spanned(here: Here, cleared: readonly string[]): readonly string[] {
  const names = here.allPages;
  const at = cleared.map((p) => names.indexOf(p));
  return cleared.length === 0 ? [] : names.slice(Math.min(...at), Math.max(...at) + 1);
}
