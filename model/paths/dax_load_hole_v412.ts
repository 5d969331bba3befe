/**
 * dax_load_hole() of 4.12/4.13: a zeroed page-cache page replaces the locked EMPTY entry, which wakes all its waiters;
 * only then is the PTE set. The page lock takes over from the entry lock.
 */
import { type Act, chart, dispatch, type Look, otherwise, type StateConfig, step, when } from '../../explorer/chart.ts';
import { page } from '../entries/page.ts';
import { isNone } from '../entries/pte.ts';
import type { Here } from '../here.ts';
import type { IomapParts, Returns } from '../parts.ts';
import { grabbed } from '../registers.ts';
import { LOCAL, LOCK, PTL, TL } from '../sections.ts';
import { V413 } from '../sources.ts';
import { wakeAll } from './entry_lock.ts';
import { allocHolePage, replaceEmptyEntry } from './hole_page.ts';
import { inFault, mayFail, pteAllocLate } from './may_fail.ts';

/** @param wake whom replacing the entry wakes: all its waiters, since 965d004af540 */
export const loadHole =
  ({ wake }: { wake: (s: Act, page: string) => void }) =>
  (d: IomapParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const held = (s: Pick<Look, 'get'>): string => s.get(grabbed)!.pfn!;
    const map = pteAllocLate(d, here, 'pte_alloc_one_map', {
      fn: 'alloc_set_pte',
      src: V413.memory,
      to: 'finish_fault',
      on: inFault(ret.RETURN),
      looks: true,
    });
    return chart(here, {
      hole_page_exists: dispatch(
        'dax_load_hole',
        V413.dax,
        when((s) => s.get(grabbed)!.kind === 'page', map.first, ''),
        otherwise('alloc', ''),
      ),
      // A new page is locked before anyone can see it.
      alloc: step(
        LOCK,
        'pagecache_get_page',
        V413.filemap,
        ...mayFail(here, 'find_or_create_page()', { ENOMEM: true }, inFault(ret.RETURN)),
        otherwise('page_cache_tree_insert', 'find_or_create_page(): alloc, __SetPageLocked()', (s) => {
          s.set(grabbed, { kind: 'page', pfn: allocHolePage(s, here) });
        }),
      ),
      page_cache_tree_insert: step(
        TL,
        'page_cache_tree_insert',
        V413.filemap,
        otherwise(map.first, 'entry := hole page; wake all waiters', (s) => {
          replaceEmptyEntry(s, here, held(s));
          wake(s, here.page);
        }),
      ),
      ...map.states,
      finish_fault: step(
        PTL,
        'finish_fault',
        V413.memory,
        when(
          (s) => s.read(here.pte, isNone),
          'get_page',
          'set_pte_at(ro)',
          (s) => {
            s.send(here.pte, { type: 'SET', pte: { pfn: held(s), w: false, d: false } });
            s.send(page(held(s)), { type: 'ADD_RMAP' });
          },
        ),
        otherwise(ret.RETURN, '!pte_none(): nothing'),
      ),
      // The PTE's own reference is taken after the PTE is visible.
      get_page: step(
        LOCAL,
        'dax_load_hole',
        V413.dax,
        otherwise(ret.RETURN, 'get_page()', (s) => s.send(page(held(s)), { type: 'GET' })),
      ),
    });
  };

export const dax_load_hole_v412 = loadHole({ wake: wakeAll });
