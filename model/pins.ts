/**
 * Pins are in the system only where a scenario pins something, or, in 6.15 and later, where a fault does or a zap keeps a page until its
 * flush (tlb=on).
 */
import type { Look } from '../explorer/chart.ts';
import { isPinned, pins } from './entries/pins.ts';
import { isLinked, vma } from './entries/vma.ts';
import type { Here } from './here.ts';
import type { MmParts } from './parts.ts';
import type { Scene } from './scene.ts';
import { walk } from './thp.ts';
import { tlbOn } from './tlb-slots.ts';

export const pinsOn = (scene: Scene): boolean =>
  scene.threads.some((t) => t.operations.some((o) => o.name === 'pin' || o.name === 'unpin'));

/** How a thread holds its pin of a page: twice is once more the same. */
export const holderOf = (here: Here): string => `${here.me} ${here.page}`;

/** mapping_mapped(): whether the file's tree has any VMA. munmap takes it out only after the zap, in free_pgtables(). */
export const isMapped = (s: Pick<Look, 'read'>, scene: Scene): boolean =>
  scene.vmas.some((v) => s.read(vma(v.id), isLinked));

/** page_ref_count() > 1, of the block that an entry holds. */
export const isBusy = (s: Pick<Look, 'read'>, block: string): boolean => s.read(pins(block), isPinned);

/** Whether a store may copy from a block's page: wp_page_copy() holds a reference to it meanwhile, where blocks are counted pages. */
const copies = (scene: Scene): boolean =>
  scene.threads.some(
    (t) =>
      t.operations.some((o) => o.name === 'store' || o.name === 'populate' || o.name === 'poke') &&
      scene.vmas.some((v) => v.id === t.vma && !v.shared),
  );

/** Whether references beyond those of PTEs are in the system. */
export const refsOn = (d: Pick<MmParts, 'blocks_are_pages'>, scene: Scene): boolean =>
  pinsOn(scene) || (d.blocks_are_pages && (copies(scene) || tlbOn(scene)));

/** Whether any PTE or PMD maps the block: with ordinary counts each has a reference. */
export const isMappedBlock = (s: Pick<Look, 'read'>, scene: Scene, block: string): boolean =>
  scene.vmas.some((v) => v.pages.some((p) => walk(s, scene, v.id, p)?.pfn === block));
