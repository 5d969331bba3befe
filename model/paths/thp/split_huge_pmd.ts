/**
 * split_huge_pmd() of a file's PMD, and with it zap_huge_pmd(): the PMD is cleared and flushed, nothing is put in its place.
 * What was mapped is faulted in again. mm/huge_memory.c
 */
import { type Act, otherwise, type StateConfig, step, type Target, when } from '../../../explorer/chart.ts';
import { isHuge, pmd } from '../../entries/pmd.ts';
import type { Here } from '../../here.ts';
import type { MmParts } from '../../parts.ts';
import { LOCAL } from '../../sections.ts';
import { V414 } from '../../sources.ts';
import { withdraw } from './deposit.ts';
import { pmdSection } from './pmd_lock.ts';

/** Under the PMD's lock, where it is huge. */
export function clearHuge(s: Act, d: MmParts, vma: string): void {
  s.line(`clear ${pmd(vma).id}`);
  withdraw(s, d, vma);
  s.send(pmd(vma), { type: 'CLEAR' });
}

/** __split_huge_pmd() of the thread's own VMA. */
export const splitUnderLock = (d: MmParts, { thread }: Here, to: Target, end?: (s: Act) => void): StateConfig => {
  const ref = pmd(thread.vma);
  return pmdSection(
    '__split_huge_pmd',
    V414.hugeMemory,
    () => thread.vma,
    when(
      (s) => s.read(ref, isHuge),
      to,
      '',
      (s) => {
        clearHuge(s, d, thread.vma);
        end?.(s);
      },
    ),
    otherwise(to, 'not huge any more', end),
  );
};

/** States `name`, a lockless look, and `name`_locked. */
export const splitHugePmd = (
  d: MmParts,
  here: Here,
  name: string,
  to: Target,
  end?: (s: Act) => void,
): Record<string, StateConfig> => ({
  [name]: step(
    LOCAL,
    'split_huge_pmd',
    V414.hugeMemory,
    when((s) => s.read(pmd(here.thread.vma), isHuge), `${name}_locked`, 'pmd_trans_huge() or pmd_devmap()'),
    otherwise(to, 'not huge', end),
  ),
  [`${name}_locked`]: splitUnderLock(d, here, to, end),
});
