/**
 * v6.12: v6.1 with a lock per VMA, which faults try before mmap_lock; loads leave an entry clean again; punch on ext4 writes
 * nothing back and breaks layouts wherever its range lies. Read from 6.12.0, 6.12.19 and 6.12.101, whose punch is taken.
 */
import { defineDesign } from '../design.ts';
import type { IomapParts } from '../parts.ts';
import { insertEntry } from '../paths/dax_insert_mapping_entry.ts';
import { mkclean } from '../paths/dax_mapping_entry_mkclean.ts';
import { invalidatePages2 } from '../paths/ext4_write.ts';
import { do_user_addr_fault } from '../paths/per_vma_lock.ts';
import { punch_v612 } from '../paths/v5/ext4_fallocate.ts';
import { xfs_v612 } from '../paths/v5/filesystems.ts';
import { V612 } from '../sources.ts';
import v61 from './v6.1.ts';

export default defineDesign<IomapParts>({
  id: 'v6.12',
  title: 'v6.1 with a lock per VMA; loads leave entries clean',
  source: 'linux v6.12, read from 6.12.101',
  facts: v61.facts,
  parts: {
    ...v61.parts,
    per_vma_lock: true,
    wp_huge_pmd_private: false,
    pte_offset_map_fails: true,
    mprotect_huge_writable: true,
    do_page_fault: do_user_addr_fault,
    // `dirty = write && !dax_fault_is_synchronous()`
    dax_insert_mapping_entry: insertEntry({ fn: 'dax_insert_entry', src: V612.dax }),
    dax_mapping_entry_mkclean: mkclean({ fn: 'pfn_mkclean_range', src: V612.rmap, ofRange: true }),
    punch: punch_v612,
    invalidate_inode_pages2_range: invalidatePages2({
      fn: '__dax_invalidate_entry',
      src: V612.dax,
      wakes: 'all',
      names: 'own',
      skips: true,
    }),
  },
  filesystems: { ...v61.filesystems, xfs: xfs_v612 },
  expects: v61.expects,
});
