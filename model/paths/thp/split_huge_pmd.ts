/**
 * split_huge_pmd() of a file's PMD, and with it zap_huge_pmd(): the PMD is cleared and flushed, nothing is put in its place.
 * What was mapped is faulted in again. mm/huge_memory.c. Up to 6.14 that is one section. Since 6.15 the PMD of a block has a counted
 * page (vma_is_special_huge() is false of DAX), whose counts are read without the PMD's lock: the PMD is cleared in one step, its rmap
 * goes in the next, its reference after that. Read from 7.1.3
 */
import { type Act, type Look, otherwise, type StateConfig, step, type Target, when } from '../../../explorer/chart.ts';
import { pins } from '../../entries/pins.ts';
import { isHuge, peek, pmd } from '../../entries/pmd.ts';
import type { Here } from '../../here.ts';
import type { MmParts } from '../../parts.ts';
import { hugeBlock, zapsInSteps } from '../../pins.ts';
import { LOCAL, PMDL } from '../../sections.ts';
import { V72, V414 } from '../../sources.ts';
import { gatherOf } from '../tlb.ts';
import { withdraw } from './deposit.ts';
import { pmdSection } from './pmd_lock.ts';

/** Under the PMD's lock, where it is huge. */
export function clearHuge(s: Act, d: MmParts, vma: string): void {
  s.line(`clear ${pmd(vma).id}`);
  withdraw(s, d, vma);
  s.send(pmd(vma), { type: 'CLEAR' });
}

/** The first of several steps: the PMD is none, its lock held, and its page counted as before. */
export function clearCounted(s: Act, { me }: Here, vma: string): void {
  s.line(`clear ${pmd(vma).id}`);
  s.send(pmd(vma), { type: 'ZAP', by: me });
}

/** Whether the huge page is a block's: that of the huge zero page is not counted (pmd_special()). */
export const isCountedPmd = (s: Look, vma: string): boolean => s.read(pmd(vma), peek) === 'devmap';

type Of = (s: Pick<Look, 'get'>) => string;

function removeRmap(s: Act, d: MmParts, here: Here, vma: string): void {
  withdraw(s, d, vma);
  s.send(pmd(vma), { type: 'REMOVE_RMAP' });
  // Whose the PMD's reference is now.
  s.send(pins(hugeBlock(here.scene)), { type: 'PIN', holder: gatherOf(here) });
}

const folioPut = (s: Act, here: Here): void =>
  s.send(pins(hugeBlock(here.scene)), { type: 'UNPIN', holder: gatherOf(here) });

/** States `name`_rmap and `name`_put: what is left of zap_huge_pmd(). The gather puts the reference after the lock was dropped. */
export const zapCounted = (d: MmParts, here: Here, name: string, vma: Of, to: Target): Record<string, StateConfig> => ({
  [`${name}_rmap`]: step(
    PMDL,
    'zap_huge_pmd_folio',
    V72.hugeMemory,
    otherwise(`${name}_put`, 'folio_remove_rmap_pmd(); unlock', (s) => {
      removeRmap(s, d, here, vma(s));
      s.send(pmd(vma(s)), { type: 'UNLOCK' });
    }),
  ),
  [`${name}_put`]: step(
    LOCAL,
    'tlb_finish_mmu',
    V72.memory,
    otherwise(to, 'folio_put(); wake_up_var() at none', (s) => folioPut(s, here)),
  ),
});

/** States `name`_rmap and `name`_put: what is left of __split_huge_pmd_locked(), all under the lock. */
export const splitCounted = (
  d: MmParts,
  here: Here,
  name: string,
  vma: Of,
  to: Target,
  end?: (s: Act) => void,
): Record<string, StateConfig> => ({
  [`${name}_rmap`]: step(
    PMDL,
    '__split_huge_pmd_locked',
    V72.hugeMemory,
    otherwise(`${name}_put`, 'folio_remove_rmap_pmd()', (s) => removeRmap(s, d, here, vma(s))),
  ),
  [`${name}_put`]: step(
    PMDL,
    '__split_huge_pmd_locked',
    V72.hugeMemory,
    otherwise(to, 'folio_put(); wake_up_var() at none; unlock', (s) => {
      folioPut(s, here);
      s.send(pmd(vma(s)), { type: 'UNLOCK' });
      end?.(s);
    }),
  ),
});

/** State `name`, and more where its page is counted: __split_huge_pmd() of the thread's own VMA. */
export const splitUnderLock = (
  d: MmParts,
  here: Here,
  name: string,
  to: Target,
  end?: (s: Act) => void,
): Record<string, StateConfig> => {
  const { vma } = here.thread;
  const steps = zapsInSteps(d, here.scene);
  return {
    [name]: pmdSection(
      '__split_huge_pmd',
      V414.hugeMemory,
      () => vma,
      ...(steps
        ? [
            when(
              (s) => isCountedPmd(s, vma),
              `${name}_rmap`,
              'pmdp_huge_clear_flush()',
              (s) => clearCounted(s, here, vma),
            ),
          ]
        : []),
      when(
        (s) => s.read(pmd(vma), isHuge),
        to,
        '',
        (s) => {
          clearHuge(s, d, vma);
          end?.(s);
        },
      ),
      otherwise(to, 'not huge any more', end),
    ),
    ...(steps && splitCounted(d, here, name, () => vma, to, end)),
  };
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
  ...splitUnderLock(d, here, `${name}_locked`, to, end),
});
