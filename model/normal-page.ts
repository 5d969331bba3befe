/**
 * Which struct pages the mm sees behind a PTE of a VM_MIXEDMAP VMA: vm_normal_page(). With PTE_SPECIAL storage and the zero
 * page are special, without struct page. Without PTE_SPECIAL pfn_valid() decides: the zero page is a page like any other,
 * and is counted; storage has no struct page.
 */
import { isAnon, isPage, type Pfn, ZERO } from './entries/pfn.ts';
import type { Scene } from './scene.ts';

/** Whether the mm counts the zero page: the config pte-special=off. */
export const countsZero = (scene: Scene): boolean => scene.config['pte-special'] === 'off';

/**
 * vm_normal_page() finds one, and the mm counts its PTEs and references: the page cache's pages, private copies, and the
 * zero page without PTE_SPECIAL.
 */
export const isNormalPage = (scene: Scene, pfn: Pfn): boolean =>
  isAnon(pfn) || isPage(pfn) || (pfn === ZERO && countsZero(scene));
