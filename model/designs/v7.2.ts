/**
 * v7.2: v6.12, but a block is mapped as a page with ordinary reference counts (6.15). Truncate and punch delete every entry of
 * the file when they break layouts; a store's insertion over a zero page's PTE is an error. Read from 7.1.3; mm/memory.c from
 * 7.2.6 as well.
 */
import { defineDesign } from '../design.ts';
import type { IomapParts } from '../parts.ts';
import { wp_page_copy_v615 } from '../paths/cow.ts';
import { insertEntry } from '../paths/dax_insert_mapping_entry.ts';
import { insertMapping, iomapPteFault, loadHole } from '../paths/dax_iomap_pte_fault.ts';
import { invalidatePages2 } from '../paths/ext4_write.ts';
import { dontneed_v617 } from '../paths/madvise.ts';
import { insertPfnPmd, iomapPmdFault } from '../paths/thp/dax_iomap_pmd_fault.ts';
import { dax_break_layout } from '../paths/v7/dax_break_layout.ts';
import { dax_folio_put } from '../paths/v7/dax_folio_put.ts';
import { insert_page } from '../paths/v7/insert_page.ts';
import { truncate_inode_pages_range } from '../paths/v7/truncate_inode_pages_range.ts';
import { V72 } from '../sources.ts';
import { insertions } from './v5.10.ts';
import v612 from './v6.12.ts';

const counts = { blocks_are_pages: true };

const names = { ...insertions, pte: () => 'vmf_insert_page_mkwrite' };

export default defineDesign<IomapParts>({
  id: 'v7.2',
  title: 'v6.12, and blocks are mapped as counted pages; truncate and punch delete every entry of the file',
  source: 'linux v7.2, read from 7.1.3 and (mm/memory.c) 7.2.6',
  facts: v612.facts,
  parts: {
    ...v612.parts,
    es_cache: { overlapping: true, queriesNocache: true },
    ...counts,
    insert_pfn: insert_page,
    wp_page_copy: wp_page_copy_v615,
    dax_iomap_pte_fault: iomapPteFault({
      src: V72.dax,
      insert: 'dax_fault_iter',
      copy: 'copy_cow_page_dax',
      unlock: 'dax_unlock_entry',
      insertsOrFails: true,
    }),
    dax_iomap_pmd_fault: iomapPmdFault({
      src: V72.dax,
      entry: 'dax_insert_entry',
      unlock: 'dax_unlock_entry',
      sizeFirst: true,
      insert: 'vmf_insert_folio_pmd',
      leavesPresent: true,
    }),
    insert_pfn_pmd: insertPfnPmd({ fn: 'insert_pmd', src: V72.hugeMemory }),
    dax_load_hole: loadHole({ ...names, ignoresError: false }),
    dax_insert_mapping: insertMapping((here) => here.write, names),
    dax_insert_mapping_entry: insertEntry({ fn: 'dax_insert_entry', src: V72.dax }),
    dontneed: dontneed_v617,
    break_layouts: dax_break_layout,
    truncate_inode_pages_range,
    invalidate_inode_pages2_range: invalidatePages2({
      fn: '__dax_invalidate_entry',
      src: V72.dax,
      wakes: 'all',
      names: 'own',
      skips: true,
      put: (s, here, gone) => dax_folio_put(s, counts, here, gone),
    }),
  },
  filesystems: { xfs: v612.filesystems!.xfs! },
  expects: {
    'fsync-durable': ['fsync-fsync', 'three-two'],
    'mtime-by-msync': ['fsync-fsync'],
    'no-spurious-sigbus': ['store-write'],
    'no-warn': ['load-write', 'store-write'],
  },
});
