/** The page table that a PTE is to be put into: it is there, or is allocated under the PMD's lock. */
import { otherwise, type Source, type StateConfig, type Target, unreached, when } from '../../../explorer/chart.ts';
import { peek, pmd } from '../../entries/pmd.ts';
import type { Here } from '../../here.ts';
import { mark } from '../../marks.ts';
import { pmdSection } from './pmd_lock.ts';

const KEPT_AWAY = 'the PMD was looked at under the entry lock, which every PMD fault of the range takes first';

/**
 * One state. (The lockless pmd_none() that comes before decides nothing: a page table stays.)
 * @param t.huge where a huge PMD leads: pte_alloc_one_map() looks again and returns NOPAGE. get_locked_pte() does not look, and
 * takes the page's memory for a page table
 */
export const allocTable = (
  here: Here,
  t: { fn: string; src: Source; to: Target; huge: { readonly to: Target; readonly looks: boolean } },
): StateConfig => {
  const ref = pmd(here.thread.vma);
  return pmdSection(
    t.fn,
    t.src,
    () => here.thread.vma,
    when((s) => s.read(ref, peek) === 'table', t.to, ''),
    when(
      (s) => s.read(ref, peek) === 'none',
      t.to,
      'pmd_populate()',
      (s) => s.send(ref, { type: 'POPULATE' }),
    ),
    unreached(
      KEPT_AWAY,
      t.huge.looks
        ? otherwise(t.huge.to, 'pmd_devmap_trans_unstable(): NOPAGE')
        : otherwise(t.huge.to, 'a huge page is taken for a page table', (s) =>
            s.mark(mark({ type: 'warn', site: `${t.fn}: pmd_trans_huge() or pmd_devmap()` })),
          ),
    ),
  );
};
