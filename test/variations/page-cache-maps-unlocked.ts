/**
 * wp-shared-merged, whose ->fault gives the page back unlocked, so that a load maps it without its lock, as before "mm: fix fault vs
 * invalidate race for linear mappings" (2.6.23). What told such a fault of a truncation, truncate_count, is left out.
 */
import { chart, dispatch, otherwise, type StateConfig, step } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import merged from '../../model/designs/wp-shared-merged.ts';
import { page } from '../../model/entries/page.ts';
import type { PageCacheParts } from '../../model/parts.ts';
import { unlockPage } from '../../model/paths/locks.ts';
import { heldPage } from '../../model/registers.ts';
import { LOCAL } from '../../model/sections.ts';
import { V40 } from '../../model/sources.ts';

const fn = 'do_read_fault';
const src = V40.memory;

const do_read_fault: PageCacheParts['do_read_fault'] = (d, here, ret) => {
  const { fault: _fault, ...states } = merged.parts.do_read_fault(d, here, ret).states as Record<string, StateConfig>;
  return chart(here, {
    fault: d.fault(d, here.at('fault'), { NOPAGE: ret.DONE, LOCKED: here.to('unlock_page'), SIGBUS: ret.SIGBUS }),
    unlock_page: unlockPage(here, { page: (s) => s.get(heldPage)!, fn: 'filemap_fault', src, to: 'do_set_pte' }),
    ...states,
    unlock: dispatch(
      fn,
      src,
      otherwise(ret.DONE, '', (s) => s.set(heldPage, null)),
    ),
    unlock_put: step(
      LOCAL,
      fn,
      src,
      otherwise(ret.DONE, 'put_page()', (s) => {
        s.send(page(s.get(heldPage)!), { type: 'PUT' });
        s.set(heldPage, null);
      }),
    ),
  });
};

export default defineDesign<PageCacheParts>({
  ...merged,
  id: 'page-cache-maps-unlocked',
  title: 'wp-shared-merged, a load maps the page without its lock',
  source: 'before "mm: fix fault vs invalidate race for linear mappings" (2.6.23)',
  parts: { ...merged.parts, do_read_fault },
  expects: {},
});
