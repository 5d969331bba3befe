/**
 * pmd_none_or_trans_huge_or_clear_bad() knows no pmd_devmap: what it takes for a corrupted PMD is storage that a fault has just
 * put there. It prints "bad pmd" and clears the PMD, without a lock (the write itself is atomic). mm/pgtable-generic.c
 */
import { type Look, otherwise, type StateConfig, step, type Target } from '../../../explorer/chart.ts';
import { pmd } from '../../entries/pmd.ts';
import { mark } from '../../marks.ts';
import { PMDL } from '../../sections.ts';
import { V414 } from '../../sources.ts';

export const pmdClearBad = (vma: (s: Pick<Look, 'get'>) => string, to: Target): StateConfig =>
  step(
    PMDL,
    'pmd_clear_bad',
    V414.pgtable,
    otherwise(to, 'pmd_ERROR(): bad pmd; pmd_clear()', (s) => {
      s.mark(mark({ type: 'warn', site: 'pmd_clear_bad: bad pmd' }));
      s.send(pmd(vma(s)), { type: 'CLEAR' });
    }),
  );
