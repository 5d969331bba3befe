/**
 * v4.12: hole pages live in the page cache; a store inserts a read-only PTE and takes a second fault, in which
 * dax_pfn_mkwrite() sets DIRTY and makes the PTE writable under the entry lock. Read from 4.13.4, the same code.
 */
import { defineDesign } from '../design.ts';
import type { IomapParts } from '../parts.ts';
import { allEras } from '../paths/all_eras.ts';
import { cow_release_none } from '../paths/cow.ts';
import { dax_insert_mapping_entry_v412 } from '../paths/dax_insert_mapping_entry.ts';
import { dax_insert_mapping_v412, dax_iomap_pte_fault } from '../paths/dax_iomap_pte_fault.ts';
import { dax_load_hole_v412 } from '../paths/dax_load_hole_v412.ts';
import { dax_mapping_entry_mkclean } from '../paths/dax_mapping_entry_mkclean.ts';
import { dax_unlock_mapping_entry, put_locked_mapping_entry_v412 } from '../paths/dax_unlock_mapping_entry.ts';
import { dax_writeback_one, fsync, writebackRange } from '../paths/dax_writeback.ts';
import { wp_pfn_shared } from '../paths/do_wp_page.ts';
import { ext2_v412 } from '../paths/ext2/layers.ts';
import { ext4_dax_fault, ext4_dax_huge_fault, ext4_dax_pfn_mkwrite } from '../paths/ext4_dax_fault.ts';
import { ext4_iomap_begin } from '../paths/ext4_iomap_begin.ts';
import { ext4_iomap_begin_range } from '../paths/ext4_iomap_begin_range.ts';
import { punch, truncate } from '../paths/ext4_truncate.ts';
import { invalidate_inode_pages2_range, read, write, write_pages } from '../paths/ext4_write.ts';
import { grab_mapping_entry_v412 } from '../paths/grab_mapping_entry.ts';
import { ext4BeginPages } from '../paths/iomap_begin_pages.ts';
import { dax_iomap_pmd_fault_v413, insert_pfn_pmd } from '../paths/thp/dax_iomap_pmd_fault.ts';
import { grab_pmd_entry } from '../paths/thp/grab_pmd_entry.ts';
import { truncate_inode_pages_range } from '../paths/truncate_inode_pages_range.ts';
import { unmap_mapping_range } from '../paths/unmap_mapping_range.ts';
import { fallocateOf, zeroOf } from '../paths/v5/ext4_fallocate.ts';
import { xfs_v412 } from '../paths/xfs/layers.ts';

const parts: IomapParts = {
  ...allEras,
  hole_pages: true,
  cow_updates_times: true,
  fault_returns_locked: false,
  mremap_flushes_first: 'dirty',
  page_table_first: false,
  wb_err: false,
  follow_write: 'a dirty PTE',
  thaw_under_way: 'refused',
  follow_blocks: true,
  fault_lock: { faults: true, truncate: true },
  only_block_entries: false,

  cow_release: cow_release_none,
  wp_pfn_shared,
  unmap_mapping_range,

  fault: ext4_dax_fault,
  huge_fault: ext4_dax_huge_fault,
  dax_finish_sync_fault: null,
  page_mkwrite: ext4_dax_fault,
  pfn_mkwrite: ext4_dax_pfn_mkwrite,

  dax_iomap_pte_fault,
  dax_iomap_pmd_fault: dax_iomap_pmd_fault_v413,
  iomap_begin_range: ext4_iomap_begin_range,
  iomap_begin_pages: ext4BeginPages({ looksFirst: false }),
  grab_pmd_entry,
  insert_pfn_pmd,
  iomap_begin: ext4_iomap_begin,
  grab_mapping_entry: grab_mapping_entry_v412,
  put_locked_mapping_entry: put_locked_mapping_entry_v412,
  dax_unlock_mapping_entry,
  dax_load_hole: dax_load_hole_v412,
  dax_insert_mapping: dax_insert_mapping_v412,
  dax_insert_mapping_entry: dax_insert_mapping_entry_v412,
  dax_writeback_mapping_range: writebackRange({ rescan: false }),
  dax_writeback_one,
  dax_mapping_entry_mkclean,

  fsync,
  write,
  write_pages,
  read,
  truncate,
  punch,
  fallocate: fallocateOf({ timesFirst: false }),
  zero: zeroOf({ timesFirst: false }),
  truncate_inode_pages_range,
  invalidate_inode_pages2_range,
};

export default defineDesign<IomapParts>({
  id: 'v4.12',
  title: 'entry lock, mkclean, hole pages in the page cache, dax_pfn_mkwrite()',
  source: 'linux v4.12/v4.13, read from 4.13.4',
  facts: { dirtyTags: true, cacheFlush: true, mkclean: true, mapsZeroPage: false },
  parts,
  filesystems: { ext2: ext2_v412, xfs: xfs_v412 },
  expects: {
    'fsync-durable': ['fsync-fsync'],
    'hole-reads-allocate-nothing': [
      'load-store',
      'load-store-2mm',
      'store-punch',
      'load-write',
      'store-write',
      'three-two',
    ],
    'no-stale-read': ['load-write', 'store-write'],
  },
});
