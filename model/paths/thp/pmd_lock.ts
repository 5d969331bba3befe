/**
 * pmd_lock(): one section under the lock of a PMD. Only who clears a huge PMD to set it again with other bits holds that lock
 * for more than a step (dax_mapping_entry_mkclean() up to 5.0): lockless looks come in between, who takes the lock waits.
 */
import { type Alternative, type Look, type Source, type StateConfig, wait } from '../../../explorer/chart.ts';
import { isFreePmd, pmd } from '../../entries/pmd.ts';
import { PMDL } from '../../sections.ts';

/** @param vma whose PMD it is */
export const pmdSection = (
  fn: string,
  src: Source,
  vma: (s: Pick<Look, 'get'>) => string,
  ...alternatives: readonly Alternative[]
): StateConfig =>
  wait(
    PMDL,
    fn,
    src,
    (s) => {
      const ref = pmd(vma(s));
      return { what: `the lock of ${ref.id}`, owners: [s.read(ref).heldBy ?? []].flat() };
    },
    ...alternatives.map((a) => ({
      ...a,
      guard: (s: Look) => s.read(pmd(vma(s)), isFreePmd) && (a.guard?.(s) ?? true),
    })),
  );
