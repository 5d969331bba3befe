/** dax_load_hole() of 4.0 to 4.6: a page of the page cache for a hole. fs/dax.c */
import { chart, dispatch, otherwise, type StateConfig, step, when } from '../../../explorer/chart.ts';
import { isPage, isPresent } from '../../entries/entry.ts';
import { page } from '../../entries/page.ts';
import type { Here } from '../../here.ts';
import { mark } from '../../marks.ts';
import type { GetBlockParts, Returns } from '../../parts.ts';
import { heldPage, vmFault } from '../../registers.ts';
import { LOCAL, LOCK, TL } from '../../sections.ts';
import { V40 } from '../../sources.ts';
import { isBehindEof } from '../address_space.ts';
import { allocHolePage } from '../hole_page.ts';
import { mayFail } from '../may_fail.ts';
import { findPage, held, releasePage } from './find_page.ts';

/**
 * dax_load_hole(): a zeroed page of the page cache, returned locked; get_block is not asked again.
 * @param among.entries whether the slot can hold an entry (4.5), which no page can replace
 */
export const loadHole =
  (among: { entries: boolean }) =>
  (_d: GetBlockParts, here: Here, ret: Returns<'LOCKED' | 'SIGBUS' | 'OOM'>): StateConfig => {
    const fn = 'dax_load_hole';
    return chart(here, {
      have_page: dispatch(
        fn,
        V40.dax,
        when((s) => s.get(heldPage) !== null, 'check_size', ''),
        otherwise('find_or_create_page', ''),
      ),
      ...findPage(here, 'find_or_create_page', 'find_or_create_page', { NONE: 'alloc', PAGE: 'check_size' }),
      alloc: step(
        LOCK,
        'find_or_create_page',
        V40.filemap,
        ...mayFail(here, 'alloc_page()', { ENOMEM: true }, { to: ret.OOM, leave: (s) => s.set(vmFault, 'OOM') }),
        otherwise('add_to_page_cache', 'alloc_page(zeroed), __set_page_locked()', (s) => {
          s.set(heldPage, allocHolePage(s, here));
        }),
      ),
      add_to_page_cache: step(
        TL,
        'add_to_page_cache_lru',
        V40.filemap,
        when((s) => s.read(here.entry, isPage), 'lost', '-EEXIST: someone else inserted one'),
        ...(among.entries
          ? [
              when(
                (s) => s.read(here.entry, isPresent),
                'out_of_memory',
                'WARN_ON(dax_mapping): -EINVAL',
                (s) => s.mark(mark({ type: 'warn', site: 'page_cache_tree_insert: an entry in a DAX mapping' })),
              ),
            ]
          : []),
        otherwise('check_size', 'insert hole page', (s) => {
          s.send(here.entry, { type: 'INSERT', slot: { kind: 'page', pfn: held(s) }, lockedBy: null });
          s.send(page(held(s)), { type: 'ADD_TO_MAPPING' });
          s.send(page(held(s)), { type: 'GET' });
        }),
      ),
      lost: releasePage(here, 'find_or_create_page', 'find_or_create_page'),
      ...(among.entries && { out_of_memory: releasePage(here, fn, ret.OOM) }),
      check_size: step(
        LOCAL,
        fn,
        V40.dax,
        when(isBehindEof(here), 'unlock_sigbus', 'pgoff >= size: SIGBUS; the page stays in the cache'),
        otherwise(ret.LOCKED, 'returns the page locked'),
      ),
      unlock_sigbus: releasePage(here, fn, ret.SIGBUS),
    });
  };

export const dax_load_hole = loadHole({ entries: false });
