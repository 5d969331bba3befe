/**
 * References and map count of a struct page behind a PTE: one of the page cache, a private copy, or the zero page where it
 * is counted.
 */
import type { Act } from '../../explorer/chart.ts';
import { anon } from '../entries/anon.ts';
import { page } from '../entries/page.ts';
import { isAnon, type Pfn, ZERO } from '../entries/pfn.ts';
import { zeroCounts } from '../entries/zero-page.ts';

type Counting = { readonly type: 'GET' | 'PUT' | 'ADD_RMAP' | 'REMOVE_RMAP' };
const count =
  (...events: readonly Counting[]) =>
  (s: Act, pfn: Pfn): void => {
    for (const e of events) {
      if (pfn === ZERO) s.send(zeroCounts, e);
      else if (isAnon(pfn)) s.send(anon(pfn), e);
      else s.send(page(pfn), e);
    }
  };

export const getPage = count({ type: 'GET' });
export const putPage = count({ type: 'PUT' });
/** A PTE takes a reference and a place in the map count (and, with it, in the mm's rss): insert_page(), copy_one_pte(). */
export const mapPage = count({ type: 'GET' }, { type: 'ADD_RMAP' });
/** page_remove_rmap(): zap_pte_range() gives the reference back later. */
export const removeRmap = count({ type: 'REMOVE_RMAP' });
/** The PTE gives both back: wp_page_copy(). */
export const unmapPage = count({ type: 'REMOVE_RMAP' }, { type: 'PUT' });
