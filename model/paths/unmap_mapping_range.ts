/** unmap_mapping_range(): one atomic zap (zap_pte_range.ts) per address space and page, never one for all. */
import {
  type Act,
  chart,
  dispatch,
  type Look,
  otherwise,
  register,
  type StateConfig,
  step,
  type Target,
  when,
} from '../../explorer/chart.ts';
import { iMmapRwsem, type Mode } from '../entries/rwsem.ts';
import { inTree, isMet, vma } from '../entries/vma.ts';
import type { Here } from '../here.ts';
import type { MmParts, Range, Returns } from '../parts.ts';
import { splitsInSteps } from '../pins.ts';
import { zapIndex } from '../registers.ts';
import type { Scene, SceneVma } from '../scene.ts';
import { LOCAL } from '../sections.ts';
import { V40, V414 } from '../sources.ts';
import { thpOn } from '../thp.ts';
import { tlbOn } from '../tlb-slots.ts';
import { down, up } from './locks.ts';
import { zapStates } from './page_cache/zap.ts';
import { zapPmds } from './thp/zap_pmd_range.ts';
import { tlbFinishMmu, tlbGatherMmu } from './tlb.ts';
import { zap } from './zap_pte_range.ts';

/** The places of a walk, by number, that the file's tree has: munmap takes what it has cut off out of the tree before it flushes. */
const inFile = register<readonly number[]>('in_file', []);

/** Whether a walk can begin when the file's tree no longer has a page that a TLB still has: munmap, with tlb=on. */
const looksAtTree = (scene: Scene): boolean =>
  tlbOn(scene) && scene.threads.some((t) => t.operations.some((o) => o.name === 'munmap'));

/** Where the walk over all VMAs of the file begins. */
export const walkBegins = ({ scene }: Here): string => {
  if (thpOn(scene)) return 'zap_pmd_range';
  return looksAtTree(scene) ? 'vma_interval_tree_foreach' : 'zap_pte_range';
};

/**
 * States from walkBegins() on: the walk over all VMAs of the file, in the order of the interval tree, one PTE a step. i_mmap_rwsem is
 * held, so that the tree stays as it is.
 */
export const zapWalk = (d: MmParts, here: Here, range: Range, to: Target): Record<string, StateConfig> => {
  const areas = here.scene.vmas;
  if (!looksAtTree(here.scene)) return zapOf(d, here, areas, range, to);
  const has = (s: Look): readonly number[] =>
    placesOf(areas, range).flatMap(({ vma: v, page }, i) => (inTree(s.read(vma(v.id)), page) ? [i] : []));
  return {
    vma_interval_tree_foreach: step(
      LOCAL,
      'unmap_mapping_range',
      V414.memory,
      when((s) => has(s).length === 0, to, 'no VMA in the tree'),
      otherwise('zap_pte_range', '', (s) => {
        s.set(inFile, has(s));
        s.set(zapIndex, has(s)[0]!);
      }),
    ),
    ...zapOf(d, here, areas, range, to, (s) => s.get(inFile)),
  };
};

interface Place {
  readonly vma: SceneVma;
  readonly page: string;
}
const placesOf = (areas: readonly SceneVma[], range: Range): readonly Place[] =>
  areas.flatMap((vma) => range.pages.filter((p) => vma.pages.includes(p)).map((page) => ({ vma, page })));

/**
 * State `zap_pte_range`: the walk over some VMAs. With tlb=on each VMA's PTEs are flushed together after its last one, in a step of
 * its own. @param visited which places, if not all
 */
export function zapOf(
  d: MmParts,
  here: Here,
  areas: readonly SceneVma[],
  range: Range,
  to: Target,
  visited?: (s: Pick<Look, 'get'>) => readonly number[],
): Record<string, StateConfig> {
  if (thpOn(here.scene)) return zapPmds(d, here, areas, range, to);
  const places = placesOf(areas, range);
  if (places.length === 0) return { zap_pte_range: dispatch('unmap_mapping_range', V40.memory, otherwise(to, '')) };
  const all = places.map((_, i) => i);
  const visits = visited ?? (() => all);
  /** The place `by` further on. */
  const next = (s: Pick<Look, 'get'>, by = 1): number | undefined => visits(s)[visits(s).indexOf(s.get(zapIndex)) + by];
  const vmaAt = (i: number | undefined) => (i === undefined ? undefined : places[i]?.vma);
  const isLast = (s: Pick<Look, 'get'>): boolean => next(s) === undefined;
  const zapHere = (s: Act): void => {
    const { vma, page } = places[s.get(zapIndex)]!;
    if (vma !== vmaAt(next(s, -1))) tlbGatherMmu(s, d, here, vma.mm);
    if (isMet(s, vma, page)) zap(s, d, here, vma.id, page, range.even_cows === true);
    else s.line(`${vma.id} is not in the file's tree yet`);
  };
  const goOn = (s: Act): void => s.set(zapIndex, next(s)!);
  const stop = (s: Act): void => {
    s.set(zapIndex, 0);
    if (visited) s.set(inFile, []);
  };
  const area = (s: Pick<Look, 'get'>): SceneVma => vmaAt(s.get(zapIndex))!;
  /** Of the VMA, what is walked. */
  const walked = (s: Pick<Look, 'get'>): readonly string[] =>
    visits(s).flatMap((i) => (places[i]!.vma === area(s) ? [places[i]!.page] : []));
  const flushes = tlbOn(here.scene);
  return {
    ...zapStates(d, here, 'zap_pte_range', (s) => places[s.get(zapIndex)]!, {
      alternatives: [
        flushes
          ? when((s) => area(s) !== vmaAt(next(s)), 'tlb_finish_mmu', '', zapHere)
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
        area,
        visited ? walked : range.pages,
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
    if (!iMmapCounts(here.scene, d) && !splitsInSteps(d, here.scene))
      return chart(here, zapWalk(d, here, range, ret.RETURN));
    const fn = 'unmap_mapping_range';
    return chart(here, {
      ...down(here, 'i_mmap_rwsem', {
        lock: iMmapRwsem,
        mode: iMmap,
        fn,
        src: V414.memory,
        to: walkBegins(here),
      }),
      ...zapWalk(d, here, range, 'i_mmap_up'),
      i_mmap_up: up(here, iMmapRwsem, fn, V414.memory, ret.RETURN),
    });
  };

export const unmap_mapping_range = unmapMappingRange('write');
