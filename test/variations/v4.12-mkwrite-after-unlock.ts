/** v4.12, whose fsync cleans, with the ->pfn_mkwrite() of 4.9: it tags, and the core makes the PTE writable with the entry unlocked. */
import { defineDesign } from '../../model/design.ts';
import v412 from '../../model/designs/v4.12.ts';
import { wp_pfn_shared_v41 } from '../../model/paths/do_wp_page.ts';
import { ext4_dax_pfn_mkwrite } from '../../model/paths/v49/dax_fault.ts';

export default defineDesign({
  ...v412,
  id: 'v4.12-mkwrite-after-unlock',
  title: 'v4.12, the PTE is made writable after dax_pfn_mkwrite() has unlocked the entry',
  source:
    'mail 2016-11-18, "[PATCH 19/20] dax: Protect PTE modification on WP fault by radix tree entry lock", not applied',
  parts: { ...v412.parts, wp_pfn_shared: wp_pfn_shared_v41, pfn_mkwrite: ext4_dax_pfn_mkwrite },
  expects: {},
});
