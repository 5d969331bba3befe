/**
 * Pins are in the system only where a scenario pins something, or, in 6.15 and later, where a fault does or a zap keeps a page until its
 * flush (tlb=on; with thp=on the page of a huge PMD, where somebody reads its count).
 */
import type { Look } from '../explorer/chart.ts';
import { isPinned, pins } from './entries/pins.ts';
import { isCounted, pmd } from './entries/pmd.ts';
import { isLinked, vma } from './entries/vma.ts';
import type { Here } from './here.ts';
import type { MmParts } from './parts.ts';
import type { Scene, SceneVma } from './scene.ts';
import { rangeStart, thpOn, walk } from './thp.ts';
import { tlbOn } from './tlb-slots.ts';

/** Whether any thread pins pages. */
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

/** Operations that read the counts of a block's page: dax_busy_page(), dax_page_is_idle(), dax_folio_put(). */
const READS_COUNTS = new Set(['truncate', 'punch', 'zero', 'fallocate', 'write', 'invalidate']);

/**
 * Whether a huge PMD of a block is zapped in steps: its page is counted, and somebody reads the count without the PMD's lock, beside whoever
 * zaps. Up to 6.14 (zap_huge_pmd(), __split_huge_pmd_locked(): vma_is_dax(), later in vma_is_special_huge()) nothing is counted, and what is done
 * under the lock is seen under it only.
 */
export const zapsInSteps = (d: Pick<MmParts, 'blocks_are_pages'>, { config, threads }: Scene): boolean =>
  d.blocks_are_pages &&
  config.thp === 'on' &&
  threads.length > 1 &&
  threads.some((t) => t.operations.some((o) => READS_COUNTS.has(o.name)));

/**
 * Whether a mapping is split in steps by munmap of a part of it: from 6.3 on (vma_prepare()) __split_vma() has i_mmap_rwsem for that, so that no walk over
 * the file's VMAs comes between.
 */
export const splitsInSteps = (d: Pick<MmParts, 'blocks_are_pages'>, scene: Scene): boolean =>
  zapsInSteps(d, scene) &&
  scene.pages.length > 1 &&
  scene.threads.some((t) => t.operations.some((o) => o.name === 'munmap'));

/** Whether references beyond those of PTEs are in the system. */
export const refsOn = (d: Pick<MmParts, 'blocks_are_pages'>, scene: Scene): boolean =>
  pinsOn(scene) || (d.blocks_are_pages && (copies(scene) || tlbOn(scene))) || zapsInSteps(d, scene);

/** The block whose page counts what maps the whole range: the first page of the folio. */
export const hugeBlock = (scene: Scene): string => `blk.${rangeStart(scene)}`;

/** The VMAs that map the block by a PTE or PMD. */
export const mappersOf = (s: Pick<Look, 'read'>, scene: Scene, block: string): readonly SceneVma[] =>
  scene.vmas.filter((v) => v.pages.some((p) => walk(s, scene, v.id, p)?.pfn === block));

/** Whether any PTE or PMD maps the block, or is counted as if it did: with ordinary counts each has a reference. */
export const isMappedBlock = (s: Pick<Look, 'read'>, scene: Scene, block: string): boolean =>
  mappersOf(s, scene, block).length > 0 ||
  (thpOn(scene) && block === hugeBlock(scene) && scene.vmas.some((v) => s.read(pmd(v.id), isCounted)));
