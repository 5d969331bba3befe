/**
 * zap_pte_range(), one PTE of it. Special PTEs (storage, zero page) are just cleared, their dirty bit is lost; a struct page
 * loses its rmap and the PTE's reference. From 6.15 on a block of storage is a page as well (vm_normal_page()): a dirty PTE has its
 * TLBs flushed under the PTL, and the reference is given back after the flush (zap_present_folio_ptes(), read from 7.1.3).
 */
import type { Act } from '../../explorer/chart.ts';
import { isMapped, page } from '../entries/page.ts';
import { isAnon, isBlock, isPage, ZERO } from '../entries/pfn.ts';
import { isDirtyPte, pfnIn, pte } from '../entries/pte.ts';
import type { Here } from '../here.ts';
import { mark } from '../marks.ts';
import { countsZero, isNormalPage } from '../normal-page.ts';
import type { MmParts } from '../parts.ts';
import { testSetPageDirty } from './page_cache/set_page_dirty.ts';
import { holdPtl, isOrphan, zapFlushes } from './page_cache/zap.ts';
import { removeRmap } from './struct_page.ts';
import { flushTlbBatchedPending, tlbForceFlush, tlbRemove } from './tlb.ts';

/**
 * Clears one PTE. Without even_cows the struct page behind it must be of this mapping (details->check_mapping): a private
 * copy is not, and neither is the zero page where it counts as a page.
 */
export function zap(s: Act, d: MmParts, here: Here, vma: string, pageName: string, evenCows: boolean): void {
  const { scene } = here;
  const ref = pte(vma, pageName);
  flushTlbBatchedPending(s, d, here, vma);
  const pfn = s.read(ref, pfnIn);
  s.line(pfn === null ? `${ref.id} is none` : `zap ${ref.id}`);
  if (pfn === null) return;
  if (isAnon(pfn) && !evenCows) {
    s.line('a private copy: kept');
    return;
  }
  if (pfn === ZERO && countsZero(scene) && !evenCows) {
    s.line('the zero page is not of this mapping: kept');
    return;
  }
  if (d.page_cache && !evenCows && isOrphan(s, pfn)) {
    s.line('a truncated page is not of this mapping: kept');
    return;
  }
  const counted = d.blocks_are_pages && isBlock(pfn);
  // The dirty bit of a special PTE is lost unseen.
  const isSeen = isNormalPage(scene, pfn) || counted || d.zap_flushes_blocks === true;
  const dirty = isSeen && s.read(ref, isDirtyPte);
  s.send(ref, { type: 'CLEAR' });
  if (d.page_cache && isPage(pfn) && !s.read(page(pfn), isMapped)) {
    // A PTE that nobody has counted: page_mapcount() < 0.
    s.mark(mark({ type: 'warn', site: 'zap_pte_range: print_bad_pte()' }));
    return;
  }
  if (d.page_cache && dirty && isPage(pfn)) {
    const wasClean = testSetPageDirty(s, pfn);
    if (wasClean || zapFlushes(d, here)) {
      holdPtl(s, here, vma, pageName, pfn, !wasClean);
      return;
    }
  }
  if (!isNormalPage(scene, pfn)) {
    tlbRemove(s, here, pageName, counted ? pfn : undefined);
    if (dirty) tlbForceFlush(s, here, vma);
    return;
  }
  removeRmap(s, pfn);
  tlbRemove(s, here, pageName, pfn);
  if (!d.page_cache && dirty && !isAnon(pfn)) tlbForceFlush(s, here, vma);
}
