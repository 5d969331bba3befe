/** unmap_mapping_range(): one atomic zap (zap_pte_range.ts) per address space and page, never one for all. */
import {
  type Act,
  chart,
  dispatch,
  type Look,
  otherwise,
  type StateConfig,
  type Target,
  when,
} from '../../explorer/chart.ts';
import { iMmapRwsem, type Mode } from '../entries/rwsem.ts';
import type { Here } from '../here.ts';
import type { MmParts, Range, Returns } from '../parts.ts';
import { zapIndex } from '../registers.ts';
import type { Scene, SceneVma } from '../scene.ts';
import { V40, V414 } from '../sources.ts';
import { thpOn } from '../thp.ts';
import { tlbOn } from '../tlb-slots.ts';
import { down, up } from './locks.ts';
import { zapStates } from './page_cache/zap.ts';
import { zapPmds } from './thp/zap_pmd_range.ts';
import { tlbFinishMmu, tlbGatherMmu } from './tlb.ts';
import { zap } from './zap_pte_range.ts';

/** State `zap_pte_range`: the walk over all VMAs of the file, in the order of the interval tree, one PTE a step. */
export const zapWalk = (d: MmParts, here: Here, range: Range, to: Target): Record<string, StateConfig> =>
  zapOf(d, here, here.scene.vmas, range, to);

/** The same of some VMAs. With tlb=on each VMA's PTEs are flushed together after its last one, in a step of its own. */
export function zapOf(
  d: MmParts,
  here: Here,
  areas: readonly SceneVma[],
  range: Range,
  to: Target,
): Record<string, StateConfig> {
  if (thpOn(here.scene)) return zapPmds(d, here, areas, range, to);
  const places = areas.flatMap((vma) =>
    range.pages.filter((p) => vma.pages.includes(p)).map((page) => ({ vma, page })),
  );
  if (places.length === 0) return { zap_pte_range: dispatch('unmap_mapping_range', V40.memory, otherwise(to, '')) };
  const vmaAt = (i: number) => places[i]?.vma;
  const isLast = (s: Pick<Look, 'get'>): boolean => s.get(zapIndex) === places.length - 1;
  const zapHere = (s: Act): void => {
    const i = s.get(zapIndex);
    const { vma, page } = places[i]!;
    if (vma !== vmaAt(i - 1)) tlbGatherMmu(s, d, here, vma.mm);
    zap(s, d, here, vma.id, page, range.even_cows === true);
  };
  const goOn = (s: Act): void => s.set(zapIndex, s.get(zapIndex) + 1);
  const stop = (s: Act): void => s.set(zapIndex, 0);
  const flushes = tlbOn(here.scene);
  return {
    ...zapStates(d, here, 'zap_pte_range', (s) => places[s.get(zapIndex)]!, {
      alternatives: [
        flushes
          ? when((s) => vmaAt(s.get(zapIndex)) !== vmaAt(s.get(zapIndex) + 1), 'tlb_finish_mmu', '', zapHere)
          : when(isLast, to, '', (s) => {
              zapHere(s);
              stop(s);
            }),
        otherwise('zap_pte_range', '', (s) => {
          zapHere(s);
          goOn(s);
        }),
      ],
    }),
    ...(flushes && {
      tlb_finish_mmu: tlbFinishMmu(
        d,
        here,
        (s) => vmaAt(s.get(zapIndex))!,
        range.pages,
        { when: isLast, to, after: stop },
        { to: 'zap_pte_range', after: goOn },
      ),
    }),
  };
}

/**
 * i_mmap_rwsem keeps two walks apart, and a walk and mkclean. It is left out where each change of a PTE or PMD is one section. It
 * counts with tlb=on, as a walk is over only when it has flushed, and where mkclean makes a huge PMD none for a moment.
 */
export const iMmapCounts = (scene: Scene, d: MmParts): boolean =>
  tlbOn(scene) || (thpOn(scene) && d.mkclean_clears_pmd);

/**
 * @param iMmap how the era takes it
 */
export const unmapMappingRange =
  (iMmap: Mode) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>, range: Range): StateConfig => {
    if (!iMmapCounts(here.scene, d)) return chart(here, zapWalk(d, here, range, ret.RETURN));
    const fn = 'unmap_mapping_range';
    return chart(here, {
      ...down(here, 'i_mmap_rwsem', {
        lock: iMmapRwsem,
        mode: iMmap,
        fn,
        src: V414.memory,
        to: thpOn(here.scene) ? 'zap_pmd_range' : 'zap_pte_range',
      }),
      ...zapWalk(d, here, range, 'i_mmap_up'),
      i_mmap_up: up(here, iMmapRwsem, fn, V414.memory, ret.RETURN),
    });
  };

export const unmap_mapping_range = unmapMappingRange('write');
