/**
 * v4.9: the entry lock has come, dirty entries are tagged and fsync flushes them, but nothing is ever write-protected or
 * cleaned; ->pfn_mkwrite() tags, and the core makes the PTE writable later. Read from 4.9.0, with the wake-up of 4.9.35.
 */
import { defineDesign } from '../design.ts';
import type { IomapParts } from '../parts.ts';
import { writebackRange } from '../paths/dax_writeback.ts';
import { wp_pfn_shared_v41 } from '../paths/do_wp_page.ts';
import { ext2_v49 } from '../paths/ext2/layers.ts';
import { iomapBegin } from '../paths/ext4_iomap_begin.ts';
import { truncateOf } from '../paths/ext4_truncate.ts';
import { truncatePages } from '../paths/truncate_inode_pages_range.ts';
import {
  cow_release,
  dax_fault,
  dax_insert_mapping_entry,
  dax_load_hole,
  ext4_dax_pfn_mkwrite,
} from '../paths/v49/dax_fault.ts';
import {
  dax_writeback_one,
  invalidate_inode_pages2_range,
  invalidate_mapping_pages,
  read,
  write,
} from '../paths/v49/syscalls.ts';
import { xfs_v49 } from '../paths/xfs/layers.ts';

import { V414 } from '../sources.ts';

import v412 from './v4.12.ts';

export default defineDesign<IomapParts>({
  id: 'v4.9',
  title: 'entry lock and dirty tags; nothing is write-protected by fsync, nothing unmapped by write(2)',
  source: 'linux v4.9, read from 4.9.0 (wake-up of hole pages as in 4.9.35)',
  facts: { ...v412.facts, mkclean: false },
  parts: {
    ...v412.parts,
    fault_returns_locked: true,
    cow_release,
    wp_pfn_shared: wp_pfn_shared_v41,
    pfn_mkwrite: ext4_dax_pfn_mkwrite,
    // CONFIG_BROKEN: 348e967ab07c.
    huge_fault: null,
    dax_iomap_pte_fault: dax_fault,
    // Its get_block.
    iomap_begin: iomapBegin({ neighbours: false }),
    dax_load_hole,
    dax_insert_mapping_entry,
    dax_writeback_mapping_range: writebackRange({ rescan: true, lockBit: true }),
    dax_writeback_one,
    write,
    write_pages: null,
    read,
    truncate: truncateOf(V414, { returnsError: false }),
    truncate_inode_pages_range: truncatePages('all'),
    invalidate_inode_pages2_range,
    invalidate_mapping_pages,
  },
  filesystems: { ext2: ext2_v49, xfs: xfs_v49 },
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
    'mtime-by-msync': ['fsync-fsync'],
    'no-stale-read': ['load-write', 'store-write'],
    'writable-implies-dirty': ['store-write'],
  },
});
