/** v4.0, and a store on a PTE without struct page calls ->page_mkwrite() with no page, as ->pfn_mkwrite() was made to avoid. */
import { chart, dispatch, otherwise } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v40 from '../../model/designs/v4.0.ts';
import type { GetBlockParts } from '../../model/parts.ts';
import { forgetOrigPte } from '../../model/paths/do_wp_page.ts';
import { V40 } from '../../model/sources.ts';

/** As wp_page_shared() takes it: NOPAGE means that the access is tried again. */
const wp_pfn_shared: GetBlockParts['wp_pfn_shared'] = (d, here, ret) =>
  chart(here, {
    unlock: dispatch('wp_pfn_shared', V40.memory, otherwise('page_mkwrite', 'unlock ptl', forgetOrigPte)),
    page_mkwrite: d.page_mkwrite(d, here.at('page_mkwrite'), { NOPAGE: ret.DONE, SIGBUS: ret.SIGBUS }),
  });

export default defineDesign<GetBlockParts>({
  id: 'v4.0-page_mkwrite-without-page',
  title: 'v4.0, do_wp_page() calls ->page_mkwrite() where there is no page',
  source: 'mail 2015-04-07: "current DAX code (which this is for) would crash"',
  facts: v40.facts,
  parts: { ...v40.parts, wp_pfn_shared },
  expects: {},
});
