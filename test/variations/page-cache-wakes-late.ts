/**
 * wp-shared-merged, where end_page_writeback() clears PG_writeback and wakes in two steps, so that who is woken may find the I/O of somebody else
 * begun: c2407cf7d22d "mm: make wait_on_page_writeback() wait for multiple pending writebacks" (5.11). Of 5.9 and 5.10 alone; the wait of 4.0 looks again.
 */
import { otherwise, type StateConfig, step, type Target, wait, when } from '../../explorer/chart.ts';
import { type Design, defineDesign } from '../../model/design.ts';
import merged from '../../model/designs/wp-shared-merged.ts';
import { hasFlag, page } from '../../model/entries/page.ts';
import { waitQueue } from '../../model/entries/wait-queue.ts';
import type { Here } from '../../model/here.ts';
import type { PageCacheParts } from '../../model/parts.ts';
import { held } from '../../model/paths/page_cache/set_page_dirty.ts';
import { heldPage } from '../../model/registers.ts';
import { LOCAL } from '../../model/sections.ts';
import { V40 } from '../../model/sources.ts';

const p = merged.parts;

/** Who waits for I/O sleeps; the end of I/O clears the flag and wakes in a second step. @param again whether who is woken looks at the flag again */
export const wakesLate = (again: boolean): Design<PageCacheParts> => {
  const fn = 'wait_on_page_writeback';
  const waits = (here: Here, to: Target): Record<string, StateConfig> => ({
    wait_on_page_writeback: step(
      LOCAL,
      fn,
      V40.filemap,
      when((s) => !s.read(page(held(s)), hasFlag('writeback')), to, '!PageWriteback'),
      otherwise('io_schedule', 'PageWriteback: sleeps', (s) =>
        s.send(waitQueue, { type: 'SLEEP', who: here.me, key: held(s), exclusive: false }),
      ),
    ),
    io_schedule: wait(
      LOCAL,
      fn,
      V40.filemap,
      (s) => ({ what: `I/O of ${held(s)}`, owners: [] }),
      when(
        (s) => s.read(waitQueue).waiters.every((w) => w.who !== here.me),
        again ? 'wait_on_page_writeback' : to,
        'woken',
      ),
    ),
  });
  const named = (here: Here, states: Record<string, StateConfig>): Record<string, StateConfig> =>
    Object.fromEntries(Object.entries(states).map(([name, state]) => [name, { ...state, id: `${here.id}/${name}` }]));
  return defineDesign<PageCacheParts>({
    ...merged,
    id: again ? 'page-cache-wakes-late' : 'page-cache-woken-is-done',
    title: `wp-shared-merged, the end of I/O wakes in a step of its own${again ? '' : '; who is woken does not look again'}`,
    source: 'c2407cf7d22d "mm: make wait_on_page_writeback() wait for multiple pending writebacks" (5.11)',
    parts: {
      ...p,
      writepage: (d, here, ret) => {
        const whole = p.writepage(d, here, { RETURN: here.to('wake_up_page') });
        const wake = step(
          LOCAL,
          'wake_up_page',
          V40.filemap,
          otherwise(ret.RETURN, 'wake_up_page(PG_writeback)', (s) =>
            s.send(waitQueue, { type: 'WAKE_ALL', key: s.get(heldPage)! }),
          ),
        );
        return { ...whole, states: { ...whole.states, ...named(here, { wake_up_page: wake }) } };
      },
      write_cache_pages: (d, here, ret, how) => {
        const whole = p.write_cache_pages(d, here, ret, how);
        if (!how.sync) return whole;
        return { ...whole, states: { ...whole.states, ...named(here, waits(here, 'clear_page_dirty_for_io')) } };
      },
    },
    expects: {},
  });
};
