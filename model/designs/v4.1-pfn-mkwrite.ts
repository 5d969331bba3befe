/** v4.1: wp_pfn_shared() asks vm_ops->pfn_mkwrite() first, with the PTL dropped (Harrosh, dd9061846a3b, 0e3b210ce172). */
import { defineDesign } from '../design.ts';
import type { GetBlockParts } from '../parts.ts';
import { wp_pfn_shared_v41 } from '../paths/do_wp_page.ts';
import { ext2_v41 } from '../paths/ext2/ext2_get_block.ts';
import { dax_pfn_mkwrite_v41 } from '../paths/get_block/dax_fault.ts';
import v40 from './v4.0.ts';

export default defineDesign<GetBlockParts>({
  id: 'v4.1-pfn-mkwrite',
  title: 'v4.0 with ->pfn_mkwrite(): file_update_time() before the PTE becomes writable',
  source: 'mail 2015-04-07, "[1/3,v7] mm(v4.1): New pfn_mkwrite same as page_mkwrite for VM_PFNMAP"; linux v4.1',
  facts: v40.facts,
  parts: { ...v40.parts, wp_pfn_shared: wp_pfn_shared_v41, pfn_mkwrite: dax_pfn_mkwrite_v41 },
  filesystems: { ext2: ext2_v41 },
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
    'mtime-by-msync': ['fsync-fsync'],
    'no-freed-block-mapped': ['store-punch'],
    'no-stale-read': ['store-store', 'load-store-2mm', 'store-punch', 'load-write', 'store-write', 'three-two'],
  },
});
