/**
 * "dax: Handle write faults more efficiently" (Wilcox, 2016-01-25, 3/3 of its series) on v4.5: dax_insert_mapping() of a
 * store inserts with dax_pgprot(), the VMA's protection with the write bit toggled on, so that no second fault is needed.
 * The PTE is writable but not dirty: nothing calls pte_mkdirty().
 */
import { defineDesign } from '../design.ts';
import type { RadixEntryParts } from '../parts.ts';
import { insert_pfn_prot } from '../paths/insert_pfn.ts';
import { insertMapping } from '../paths/v45/dax_fault.ts';
import v45 from './v4.5.ts';

export default defineDesign<RadixEntryParts>({
  id: 'write-faults-2016',
  title: 'v4.5 where a store on an empty PTE inserts it writable: vmf_insert_pfn_prot(dax_pgprot())',
  source: 'mails 2016-01-25, "[PATCH 1/3 … 3/3] dax: Handle write faults more efficiently", on 4.5-rc',
  facts: v45.facts,
  parts: {
    ...v45.parts,
    dax_insert_mapping: insertMapping((here) => here.write),
    insert_pfn: insert_pfn_prot,
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
