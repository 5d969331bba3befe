/**
 * The generalisation that the review of write-faults-2016 asked for (Lutomirski, 2016-01-27): DAX inserts read-only as
 * before, and handle_pte_fault() itself looks whether a store still finds a read-only PTE and goes on to the wp logic.
 */
import { defineDesign } from '../design.ts';
import type { RadixEntryParts } from '../parts.ts';
import { handle_pte_fault_fallthrough } from '../paths/do_page_fault.ts';
import v45 from './v4.5.ts';

export default defineDesign<RadixEntryParts>({
  id: 'write-faults-2016-fallthrough',
  title: 'v4.5 where handle_pte_fault() continues with do_wp_page() after ->fault of a store',
  source: 'mail 2016-01-27, "Re: [PATCH 3/3] dax: Handle write faults more efficiently"',
  facts: v45.facts,
  parts: { ...v45.parts, handle_pte_fault: handle_pte_fault_fallthrough },
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
