/**
 * v6.1: v5.10, but every fault that maps something sets DIRTY, loads and zero pages as well; fsync's write-protection
 * goes by pfn_mkclean_range(). Read from 6.1.158.
 */
import { defineDesign } from '../design.ts';
import type { IomapParts } from '../parts.ts';
import { wp_page_copy_v61 } from '../paths/cow.ts';
import { insertEntry } from '../paths/dax_insert_mapping_entry.ts';
import { iomapPteFault } from '../paths/dax_iomap_pte_fault.ts';
import { mkclean } from '../paths/dax_mapping_entry_mkclean.ts';
import { change_pte_range_v61 } from '../paths/mprotect.ts';
import { iomapPmdFault } from '../paths/thp/dax_iomap_pmd_fault.ts';
import { unmapMappingRange } from '../paths/unmap_mapping_range.ts';
import { fallocateOf, zeroOf } from '../paths/v5/ext4_fallocate.ts';
import { punchOf } from '../paths/v5/ext4_truncate.ts';
import { writeOf, writePagesOf } from '../paths/v5/ext4_write.ts';
import { ext2_v510, xfs_v510 } from '../paths/v5/filesystems.ts';
import { V61 } from '../sources.ts';
import v510 from './v5.10.ts';

export default defineDesign<IomapParts>({
  id: 'v6.1',
  title: 'v5.10, and loads set DIRTY as well',
  source: 'linux v6.1, read from 6.1.158',
  facts: v510.facts,
  parts: {
    ...v510.parts,
    dax_iomap_pmd_fault: iomapPmdFault({
      src: V61.dax,
      entry: 'dax_insert_entry',
      unlock: 'dax_unlock_entry',
      sizeFirst: true,
    }),
    follow_write: 'an exclusive copy',
    unmap_mapping_range: unmapMappingRange('read'),
    wp_page_copy: wp_page_copy_v61,
    dax_iomap_pte_fault: iomapPteFault({
      src: V61.dax,
      insert: 'dax_fault_iter',
      copy: 'copy_cow_page_dax',
      unlock: 'dax_unlock_entry',
    }),
    // `dirty = !dax_fault_is_synchronous()`, with no look at what the fault is.
    dax_insert_mapping_entry: insertEntry({ fn: 'dax_insert_entry', src: V61.dax, loadsDirty: true }),
    dax_mapping_entry_mkclean: mkclean({ fn: 'pfn_mkclean_range', src: V61.rmap, privateDirties: true, ofRange: true }),
    change_pte_range: change_pte_range_v61,
    write: writeOf(V61, 'dax_iomap_iter'),
    write_pages: writePagesOf(V61, 'dax_iomap_iter'),
    fallocate: fallocateOf({ timesFirst: true }),
    zero: zeroOf({ timesFirst: true }),
    punch: punchOf(V61, { updatesTimes: true }),
  },
  filesystems: { ext2: ext2_v510, xfs: xfs_v510 },
  expects: {
    'fsync-durable': ['fsync-fsync', 'three-two'],
    'mtime-by-msync': ['fsync-fsync'],
  },
});
