/**
 * free_pgtables() of mappings that are gone: unlink_file_vma() waits for a walk that has the file's VMAs, then what the zap
 * has left in the PMD is taken for corrupted. Only a huge PMD that was none when the zap looked is left. mm/memory.c, mm/mmap.c
 */
import { type Look, otherwise, type StateConfig, step, type Target, when } from '../../../explorer/chart.ts';
import { isHuge, pmd } from '../../entries/pmd.ts';
import { iMmapRwsem } from '../../entries/rwsem.ts';
import { vma } from '../../entries/vma.ts';
import type { Here } from '../../here.ts';
import { zapIndex } from '../../registers.ts';
import type { SceneVma } from '../../scene.ts';
import { LOCAL } from '../../sections.ts';
import { V40, V414 } from '../../sources.ts';
import { down, up } from '../locks.ts';
import { pmdClearBad } from './pmd_clear_bad.ts';

/** States from `unlink_file_vma` on. @param all whether the VMAs go as a whole; else a page of each was cut off */
export function freePgtables(
  here: Here,
  areas: readonly SceneVma[],
  { all, to }: { readonly all: boolean; readonly to: Target },
): Record<string, StateConfig> {
  const fn = 'unlink_file_vma';
  const left = (s: Look): number =>
    areas.findIndex((v) => (all || s.read(vma(v.id)).pages.length === 0) && s.read(pmd(v.id), isHuge));
  return {
    ...down(here, fn, { lock: iMmapRwsem, mode: 'write', fn, src: V40.mmap, to: 'unlinked' }),
    unlinked: up(here, iMmapRwsem, fn, V40.mmap, 'free_pgd_range'),
    free_pgd_range: step(
      LOCAL,
      'free_pgd_range',
      V414.memory,
      when(
        (s) => left(s) >= 0,
        'pmd_clear_bad',
        'pmd_none_or_clear_bad(): pmd_bad()',
        (s) => s.set(zapIndex, left(s)),
      ),
      otherwise(to, 'pmd_none(), or a page table', (s) => s.set(zapIndex, 0)),
    ),
    pmd_clear_bad: pmdClearBad((s) => areas[s.get(zapIndex)]!.id, 'free_pgd_range'),
  };
}
