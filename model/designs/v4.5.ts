/**
 * v4.5: faults take the fault lock against truncate and punch; entries in the tree remember, by their DIRTY tag, what fsync
 * has to flush. No entry lock yet: a fault allocates and then inserts into a slot that nobody protects. Read from 4.5.0.
 */
import { defineDesign } from '../design.ts';
import type { RadixEntryParts } from '../parts.ts';
import { fsync, writebackRange } from '../paths/dax_writeback.ts';
import { wp_pfn_shared_v41 } from '../paths/do_wp_page.ts';
import { ext4_dax_fault } from '../paths/ext4_dax_fault.ts';
import { punchOf, truncateOf } from '../paths/ext4_truncate.ts';
import { truncatePages } from '../paths/truncate_inode_pages_range.ts';
import { __dax_fault, dax_insert_mapping, dax_load_hole, ext4_dax_pfn_mkwrite } from '../paths/v45/dax_fault.ts';
import { invalidate_inode_pages2_range, invalidate_mapping_pages, read, write } from '../paths/v45/syscalls.ts';
import { dax_writeback_one } from '../paths/v49/syscalls.ts';
import { V45 } from '../sources.ts';
import v40 from './v4.0.ts';

export default defineDesign<RadixEntryParts>({
  id: 'v4.5',
  title: 'fault lock, entries with dirty tags and a flushing fsync; no entry lock',
  source: 'linux v4.5, read from 4.5.0',
  facts: { dirtyTags: true, cacheFlush: true, mkclean: false, mapsZeroPage: false },
  parts: {
    ...v40.parts,
    fault_lock: { faults: true, truncate: true },
    follow_blocks: true,
    thaw_under_way: 'gives rwsems',
    only_block_entries: true,
    wb_err: false,

    wp_pfn_shared: wp_pfn_shared_v41,
    fault: ext4_dax_fault,
    page_mkwrite: ext4_dax_fault,
    pfn_mkwrite: ext4_dax_pfn_mkwrite,

    dax_iomap_pte_fault: (d, here, ret) => (d as RadixEntryParts).do_dax_fault(d as RadixEntryParts, here, ret),
    do_dax_fault: __dax_fault,
    dax_load_hole,
    dax_insert_mapping,
    dax_writeback_mapping_range: writebackRange({ rescan: true }),
    dax_writeback_one,

    fsync,
    write,
    read,
    truncate: truncateOf(V45, { returnsError: false }),
    punch: punchOf({ onlyWithPages: true }),
    truncate_inode_pages_range: truncatePages('nobody'),
    invalidate_inode_pages2_range,
    invalidate_mapping_pages,
  },
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
    'no-spurious-sigbus': ['load-store-2mm'],
    'no-stale-read': ['load-write', 'store-write', 'three-two'],
    'no-warn': ['load-store-2mm', 'three-two'],
    'writable-implies-dirty': ['store-write'],
  },
});
