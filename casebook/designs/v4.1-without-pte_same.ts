/** v4.1 with the re-check after ->pfn_mkwrite() left out. */
import { chart, dispatch, otherwise, step } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v41 from '../../model/designs/v4.1-pfn-mkwrite.ts';
import type { GetBlockParts } from '../../model/parts.ts';
import { wp_page_reuse } from '../../model/paths/do_wp_page.ts';
import { PTL } from '../../model/sections.ts';
import { V41 } from '../../model/sources.ts';

const wp_pfn_shared: GetBlockParts['wp_pfn_shared'] = (d, here, ret) =>
  chart(here, {
    unlock: dispatch('wp_pfn_shared', V41.memory, otherwise('pfn_mkwrite', 'unlock ptl')),
    pfn_mkwrite: d.pfn_mkwrite!(d, here.at('pfn_mkwrite'), { NOPAGE: here.to('relock'), SIGBUS: ret.SIGBUS }),
    relock: step(PTL, 'wp_pfn_shared', V41.memory, otherwise(ret.DONE, 'wp_page_reuse(rw)', wp_page_reuse(here))),
  });

export default defineDesign<GetBlockParts>({
  id: 'v4.1-without-pte_same',
  title: 'v4.1 without pte_same() after ->pfn_mkwrite()',
  source: 'variation',
  facts: v41.facts,
  parts: { ...v41.parts, wp_pfn_shared },
  expects: {},
});
