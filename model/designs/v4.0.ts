/**
 * v4.0: DAX as it came: get_block, hole pages in the page cache, no lock of its own against punch, and do_wp_page() making
 * a read-only storage PTE writable without telling anybody.
 */
import { defineDesign } from '../design.ts';
import type { GetBlockParts } from '../parts.ts';
import { allEras } from '../paths/all_eras.ts';
import { cow_release_v40 } from '../paths/cow.ts';
import { wp_pfn_shared_v40 } from '../paths/do_wp_page.ts';
import { ext2_v40 } from '../paths/ext2/ext2_get_block.ts';
import { truncateOf } from '../paths/ext4_truncate.ts';
import { forkOf } from '../paths/fork.ts';
import { dax_fault, dax_mkwrite } from '../paths/get_block/dax_fault.ts';
import { dax_insert_mapping } from '../paths/get_block/dax_insert_mapping.ts';
import { dax_load_hole } from '../paths/get_block/dax_load_hole.ts';
import { do_dax_fault } from '../paths/get_block/do_dax_fault.ts';
import {
  fsync,
  invalidate_inode_pages2_range,
  punch,
  read,
  truncate_inode_pages_range,
  unmap_mapping_range_v40,
  write,
} from '../paths/get_block/syscalls.ts';
import { fallocateOf, zeroOf } from '../paths/v5/ext4_fallocate.ts';
import { V40 } from '../sources.ts';

const parts: GetBlockParts = {
  ...allEras,
  hole_pages: true,
  cow_updates_times: true,
  fault_returns_locked: true,
  page_table_first: true,
  fault_lock: { faults: false, truncate: false },

  cow_release: cow_release_v40,
  wp_pfn_shared: wp_pfn_shared_v40,
  unmap_mapping_range: unmap_mapping_range_v40,
  fork: forkOf({ locksTree: true }),

  fault: dax_fault,
  page_mkwrite: dax_mkwrite,
  pfn_mkwrite: null,

  do_dax_fault,
  dax_load_hole,
  dax_insert_mapping,

  fsync,
  write,
  read,
  truncate: truncateOf(V40, { returnsError: false }),
  punch,
  fallocate: fallocateOf({ timesFirst: false }),
  zero: zeroOf({ timesFirst: false }),
  truncate_inode_pages_range,
  invalidate_inode_pages2_range,
};

export default defineDesign<GetBlockParts>({
  id: 'v4.0',
  title: 'DAX with get_block; a store on a read-only storage PTE just makes it writable',
  source: 'linux v4.0',
  facts: { dirtyTags: false, cacheFlush: false, mkclean: false, mapsZeroPage: false },
  parts,
  // XFS has DAX since 4.2.
  filesystems: { ext2: ext2_v40 },
  expects: {
    'hole-reads-allocate-nothing': [
      'load-store',
      'load-store-2mm',
      'store-truncate',
      'store-punch',
      'load-write',
      'store-write',
      'three-two',
    ],
    'mtime-by-msync': ['store-fsync', 'fsync-fsync'],
    'mtime-on-write': [
      'load-store',
      'store-store',
      'load-store-2mm',
      'store-fsync',
      'store-truncate',
      'store-punch',
      'store-write',
      'fsync-fsync',
    ],
    'no-freed-block-mapped': ['store-punch'],
    'no-stale-read': ['store-store', 'load-store-2mm', 'store-punch', 'load-write', 'store-write', 'three-two'],
  },
});
