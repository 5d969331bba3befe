/**
 * The helper that Jan Kara proposed (2017-06-15): v2, but the PTE is set only where it still is what the fault began with,
 * so the helper needs vmf->orig_pte and never overwrites what it has not seen.
 */
import { chart, otherwise, step, when } from '../../explorer/chart.ts';
import { defineDesign } from '../design.ts';
import type { IomapParts } from '../parts.ts';
import { pte_same } from '../paths/do_wp_page.ts';
import { pfn_mkwrite_with_orig } from '../paths/pfn_mkwrite.ts';
import { xfs_filemap_pfn_mkwrite_with_orig } from '../paths/xfs/layers.ts';
import { PTL } from '../sections.ts';
import { ZERO_PAGE_V2 } from '../sources.ts';
import v2 from './zero-page-v2.ts';

/** vmf_insert_pfn(): set the PTE where pte_same(*pte, vmf->orig_pte), else leave it: somebody was faster. */
export const insert_pfn: IomapParts['insert_pfn'] = (_d, here, ret, { pfn, mkwrite }) =>
  chart(here, {
    insert_pfn: step(
      PTL,
      'insert_pfn',
      ZERO_PAGE_V2.memory,
      when(pte_same(here), ret.OK, mkwrite ? 'pte_same(): set_pte_at(rw)' : 'pte_same(): set_pte_at(ro)', (s) =>
        s.send(here.pte, { type: 'SET', pte: { pfn: pfn(s), w: mkwrite, d: mkwrite } }),
      ),
      otherwise(ret.EBUSY, '!pte_same(): -EBUSY'),
    ),
  });

export default defineDesign<IomapParts>({
  id: 'vmf-insert-pfn',
  title: "v2 with the reviewer's helper: insert only where the PTE still equals orig_pte",
  source: 'mail 2017-06-15, "Re: [PATCH v2 1/3] mm: add vm_insert_mixed_mkwrite()"',
  facts: v2.facts,
  parts: { ...v2.parts, insert_pfn, pfn_mkwrite: pfn_mkwrite_with_orig },
  filesystems: {
    ext2: { ...v2.filesystems?.ext2, pfn_mkwrite: pfn_mkwrite_with_orig },
    xfs: { ...v2.filesystems?.xfs, pfn_mkwrite: xfs_filemap_pfn_mkwrite_with_orig },
  },
  expects: {
    'fsync-durable': ['fsync-fsync'],
    'no-silent-overwrite': ['store-write'],
  },
});
