/**
 * unmap_mapping_range() and zap_pte_range(): one atomic zap per address space and page, never one for all. Special PTEs
 * (storage, zero page) are just cleared, their dirty bit is lost; a struct page loses its rmap and the PTE's reference.
 */
import {
  type Act,
  chart,
  dispatch,
  otherwise,
  type StateConfig,
  step,
  type Target,
  when,
} from '../../explorer/chart.ts';
import { isAnon, ZERO } from '../entries/pfn.ts';
import { pte } from '../entries/pte.ts';
import type { Here } from '../here.ts';
import { countsZero, isNormalPage } from '../normal-page.ts';
import type { MmParts, Range, Returns } from '../parts.ts';
import { zapIndex } from '../registers.ts';
import type { SceneVma } from '../scene.ts';
import { PTL } from '../sections.ts';
import { V40 } from '../sources.ts';
import { unmapPage } from './struct_page.ts';

/** State `zap_pte_range`: the walk over all VMAs of the file, in the order of the interval tree, one PTE a step. */
export const zapWalk = (here: Here, range: Range, to: Target): Record<string, StateConfig> =>
  zapOf(here, here.scene.vmas, range, to);

/** The same of some VMAs. */
export function zapOf(here: Here, areas: readonly SceneVma[], range: Range, to: Target): Record<string, StateConfig> {
  const places = areas.flatMap((v) =>
    range.pages.filter((p) => v.pages.includes(p)).map((p) => ({ vma: v.id, page: p })),
  );
  if (places.length === 0) return { zap_pte_range: dispatch('unmap_mapping_range', V40.memory, otherwise(to, '')) };
  const zapNext = (s: Act): void => {
    const at = places[s.get(zapIndex)]!;
    zap(s, here, at.vma, at.page, range.even_cows === true);
  };
  return {
    zap_pte_range: step(
      PTL,
      'zap_pte_range',
      V40.memory,
      when(
        (s) => s.get(zapIndex) === places.length - 1,
        to,
        '',
        (s) => {
          zapNext(s);
          s.set(zapIndex, 0);
        },
      ),
      otherwise('zap_pte_range', '', (s) => {
        zapNext(s);
        s.set(zapIndex, s.get(zapIndex) + 1);
      }),
    ),
  };
}

/** i_mmap_rwsem is left out: it keeps two such walks apart, and every zap is atomic by itself. */
export function unmap_mapping_range(_d: MmParts, here: Here, ret: Returns<'RETURN'>, range: Range): StateConfig {
  return chart(here, zapWalk(here, range, ret.RETURN));
}

/**
 * Clears one PTE. Without even_cows the struct page behind it must be of this mapping (details->check_mapping): a private
 * copy is not, and neither is the zero page where it counts as a page.
 */
export function zap(s: Act, { scene }: Here, vma: string, pageName: string, evenCows: boolean): void {
  const ref = pte(vma, pageName);
  const present = s.read(ref);
  s.line(present === null ? `${ref.id} is none` : `zap ${ref.id}`);
  if (present === null) return;
  if (isAnon(present.pfn) && !evenCows) {
    s.line('a private copy: kept');
    return;
  }
  if (present.pfn === ZERO && countsZero(scene) && !evenCows) {
    s.line('the zero page is not of this mapping: kept');
    return;
  }
  s.send(ref, { type: 'CLEAR' });
  if (isNormalPage(scene, present.pfn)) unmapPage(s, present.pfn);
}
