/** wp-shared-merged, whose truncate_pagecache() does not unmap again behind truncate_inode_pages(). */
import { defineDesign } from '../../model/design.ts';
import merged from '../../model/designs/wp-shared-merged.ts';
import { leaveOut } from './edit.ts';

export default defineDesign({
  ...merged,
  id: 'page-cache-unmaps-once',
  title: 'wp-shared-merged, truncate unmaps once',
  source:
    'no kernel; mm/truncate.c truncate_pagecache() of 4.0: "the second unmap_mapping_range call must be made for correctness"',
  parts: { ...merged.parts, truncate: leaveOut(merged.parts.truncate, { unmap_again: 'ext4_truncate' }) },
  expects: {},
});
