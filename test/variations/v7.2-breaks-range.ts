/** v7.2, but truncate and punch break the layouts of their own range: dax_break_layout(inode, start, end). */
import v72 from '../../model/designs/v7.2.ts';
import { behind } from '../../model/paths/truncate_pagecache.ts';
import { breakLayout } from '../../model/paths/v7/dax_break_layout.ts';

export default {
  ...v72,
  id: 'v7.2-breaks-range',
  parts: {
    ...v72.parts,
    break_layouts: breakLayout({
      pagesOf: (here) => (here.op.name === 'truncate' ? behind(here) : [here.page]),
    }),
  },
};
