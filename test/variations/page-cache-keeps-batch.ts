/** wp-shared-merged, where munmap's last flush frees no page if there is nothing left to flush: before 721c21c17ab9 "mm: mmu_gather: use tlb->end != 0 only for TLB invalidation" (3.19). */
import { defineDesign } from '../../model/design.ts';
import merged from '../../model/designs/wp-shared-merged.ts';
import type { PageCacheParts } from '../../model/parts.ts';
import { leaveOut } from './edit.ts';

export default defineDesign<PageCacheParts>({
  ...merged,
  id: 'page-cache-keeps-batch',
  title: 'wp-shared-merged, munmap keeps the references of its batch',
  source: 'before 721c21c17ab9 "mm: mmu_gather: use tlb->end != 0 only for TLB invalidation" (3.19)',
  // Of scenarios whose PTEs are dirty: they were flushed under the PTL.
  parts: { ...merged.parts, munmap: leaveOut(merged.parts.munmap, { tlb_finish_mmu: '' }) },
  expects: {},
});
