/** wp-shared-merged, where ->page_mkwrite updates no times if the block is there: ext4 with nodelalloc before 041bbb6d3698 "ext4: fix mtime update in nodelalloc mode" (3.11). */
import { chart, otherwise, step, when } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import merged from '../../model/designs/wp-shared-merged.ts';
import { extent } from '../../model/entries/extent.ts';
import type { PageCacheParts } from '../../model/parts.ts';
import { SLEEP } from '../../model/sections.ts';
import { V40 } from '../../model/sources.ts';
import { leaveOut } from './edit.ts';

const { page_mkwrite } = merged.parts;

export default defineDesign<PageCacheParts>({
  ...merged,
  id: 'page-cache-nodelalloc-times',
  title: 'wp-shared-merged, no time update by ->page_mkwrite where the block is there',
  source: 'before 041bbb6d3698 "ext4: fix mtime update in nodelalloc mode"',
  parts: {
    ...merged.parts,
    page_mkwrite: (d, here, ret) =>
      chart(here, {
        ext4_bh_unmapped: step(
          SLEEP,
          'ext4_page_mkwrite',
          V40.ext4Inode,
          when((s) => s.read(extent(here.page)).state === 'WRITTEN', 'mapped', 'all buffers are mapped'),
          otherwise('unmapped', 'a hole: __block_page_mkwrite()'),
        ),
        mapped: leaveOut(page_mkwrite, { file_update_time: 'lock_page' })(d, here.at('mapped'), ret),
        unmapped: page_mkwrite(d, here.at('unmapped'), ret),
      }),
  },
  expects: {},
});
