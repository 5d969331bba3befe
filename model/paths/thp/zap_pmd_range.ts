/**
 * zap_pmd_range() of each VMA: a lockless look decides whether the PMD is huge; then it is cleared under its lock, as a whole
 * or (where the range is a part of it) by a split. A page table is gone through PTE by PTE. 6.5 and later: what is huge at the
 * second look is tried again, and not taken for corrupted.
 */
import { dispatch, type Look, otherwise, type StateConfig, step, type Target, when } from '../../../explorer/chart.ts';
import { isHuge, type PmdPeek, peek, pmd } from '../../entries/pmd.ts';
import type { Here } from '../../here.ts';
import type { MmParts, Range } from '../../parts.ts';
import { zapsInSteps } from '../../pins.ts';
import { zapIndex, zapPage } from '../../registers.ts';
import type { SceneVma } from '../../scene.ts';
import { LOCAL, PTL } from '../../sections.ts';
import { V40, V72, V414, V612 } from '../../sources.ts';
import { isWholeRange } from '../../thp.ts';
import { zap } from '../zap_pte_range.ts';
import { pmdClearBad } from './pmd_clear_bad.ts';
import { pmdSection } from './pmd_lock.ts';
import { clearCounted, clearHuge, isCountedPmd, splitCounted, zapCounted } from './split_huge_pmd.ts';

export function zapPmds(
  d: MmParts,
  here: Here,
  areas: readonly SceneVma[],
  range: Range,
  to: Target,
): Record<string, StateConfig> {
  const pages = (v: SceneVma): readonly string[] => range.pages.filter((p) => v.pages.includes(p));
  const walked = areas.filter((v) => pages(v).length > 0);
  const fn = 'zap_pmd_range';
  const src = V414.memory;
  if (walked.length === 0) return { [fn]: dispatch('unmap_mapping_range', V40.memory, otherwise(to, '')) };
  const at = (s: Pick<Look, 'get'>): SceneVma => walked[s.get(zapIndex)]!;
  const is = (s: Look): PmdPeek => s.read(pmd(at(s).id), peek);
  const second = d.pte_offset_map_fails ? 'pmd_none' : 'pmd_none_or_trans_huge_or_clear_bad';
  const whole = (s: Pick<Look, 'get'>): boolean => isWholeRange(here.scene, at(s), range.pages);
  const vma = (s: Pick<Look, 'get'>): string => at(s).id;
  const split = d.zap_split_ends ? 'next_vma' : second;
  /** Which of the two ways a huge PMD goes can come up at all. */
  const zaps = walked.some((v) => isWholeRange(here.scene, v, range.pages));
  const splits = walked.some((v) => !isWholeRange(here.scene, v, range.pages));
  const steps = zapsInSteps(d, here.scene);
  return {
    [fn]: step(
      LOCAL,
      fn,
      src,
      when((s) => s.read(pmd(at(s).id), isHuge), 'zap_huge_pmd', 'pmd_trans_huge() or pmd_devmap()'),
      ...(range.single_folio
        ? [
            when(
              (s) => is(s) === 'none' && whole(s),
              'sync_with_folio_pmd_zap',
              'pmd_none(): spin_lock(), spin_unlock()',
            ),
          ]
        : []),
      otherwise(second, 'not huge'),
    ),
    ...(range.single_folio && {
      sync_with_folio_pmd_zap: pmdSection('sync_with_folio_pmd_zap', V72.memory, vma, otherwise(second, '')),
    }),
    zap_huge_pmd: pmdSection(
      'zap_huge_pmd',
      V414.hugeMemory,
      vma,
      ...(steps && zaps
        ? [
            when(
              (s) => isCountedPmd(s, vma(s)) && whole(s),
              'zap_rmap',
              'pmdp_huge_get_and_clear_full()',
              (s) => clearCounted(s, here, vma(s)),
            ),
          ]
        : []),
      ...(steps && splits
        ? [
            when(
              (s) => isCountedPmd(s, vma(s)) && !whole(s),
              'split_rmap',
              'a part of the range: __split_huge_pmd(): pmdp_huge_clear_flush()',
              (s) => clearCounted(s, here, vma(s)),
            ),
          ]
        : []),
      when(
        (s) => s.read(pmd(at(s).id), isHuge) && whole(s),
        'next_vma',
        '',
        (s) => clearHuge(s, d, at(s).id),
      ),
      when(
        (s) => s.read(pmd(at(s).id), isHuge),
        split,
        'a part of the range: __split_huge_pmd()',
        (s) => clearHuge(s, d, at(s).id),
      ),
      otherwise(second, 'not huge any more'),
    ),
    ...(steps && zaps && zapCounted(d, here, 'zap', vma, 'next_vma')),
    ...(steps && splits && splitCounted(d, here, 'split', vma, split)),
    ...(d.pte_offset_map_fails
      ? {
          pmd_none: step(
            LOCAL,
            fn,
            V612.memory,
            when((s) => is(s) === 'table', 'zap_pte_range', 'a page table'),
            when((s) => is(s) === 'none', 'next_vma', 'pmd_none(): nothing to do'),
            otherwise(fn, '!pte_offset_map_lock(): again'),
          ),
        }
      : {
          pmd_none_or_trans_huge_or_clear_bad: step(
            LOCAL,
            fn,
            src,
            when((s) => is(s) === 'table', 'zap_pte_range', 'a page table'),
            when((s) => is(s) === 'devmap', 'pmd_clear_bad', 'pmd_bad()'),
            otherwise('next_vma', 'pmd_none() or pmd_trans_huge(): nothing to do'),
          ),
          pmd_clear_bad: pmdClearBad((s) => at(s).id, 'next_vma'),
        }),
    zap_pte_range: step(
      PTL,
      'zap_pte_range',
      V40.memory,
      when(
        (s) => s.get(zapPage) === pages(at(s)).length - 1,
        'next_vma',
        '',
        (s) => {
          zap(s, d, here, at(s).id, pages(at(s)).at(-1)!, range.even_cows === true);
          s.set(zapPage, 0);
        },
      ),
      otherwise('zap_pte_range', '', (s) => {
        const i = s.get(zapPage);
        zap(s, d, here, at(s).id, pages(at(s))[i]!, range.even_cows === true);
        s.set(zapPage, i + 1);
      }),
    ),
    next_vma: dispatch(
      'unmap_mapping_range',
      V40.memory,
      when(
        (s) => s.get(zapIndex) === walked.length - 1,
        to,
        '',
        (s) => s.set(zapIndex, 0),
      ),
      otherwise(fn, '', (s) => s.set(zapIndex, s.get(zapIndex) + 1)),
    ),
  };
}
