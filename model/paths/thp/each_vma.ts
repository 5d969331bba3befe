/** vma_interval_tree_foreach(), where a PMD is looked at in each VMA: register `zapIndex` counts them. mm/interval_tree.c */
import {
  dispatch,
  type Look,
  otherwise,
  type Source,
  type StateConfig,
  type Target,
  unreached,
  when,
} from '../../../explorer/chart.ts';
import { zapIndex } from '../../registers.ts';
import type { SceneVma } from '../../scene.ts';

interface Walk {
  readonly fn: string;
  readonly src: Source;
  /** Whether the walk comes to the VMA. */
  readonly meets: (s: Pick<Look, 'get'>, vma: SceneVma) => boolean;
  /** The state that begins with a VMA. */
  readonly each: Target;
  /** After the last one. */
  readonly to: Target;
  /** Why there is always a VMA to come to, if there is. */
  readonly noneIsUnreached?: string;
}

/** States `first_vma` and `next_vma`; what is done in a VMA ends in the latter. */
export function eachVma(
  vmas: readonly SceneVma[],
  { fn, src, meets, each, to, noneIsUnreached }: Walk,
): Record<string, StateConfig> {
  const from = (s: Pick<Look, 'get'>, i: number): number | undefined => {
    const next = vmas.findIndex((v, j) => j >= i && meets(s, v));
    return next < 0 ? undefined : next;
  };
  return {
    first_vma: dispatch(
      fn,
      src,
      when(
        (s) => from(s, 0) !== undefined,
        each,
        '',
        (s) => s.set(zapIndex, from(s, 0)!),
      ),
      unreached(noneIsUnreached, otherwise(to, '')),
    ),
    next_vma: dispatch(
      fn,
      src,
      when(
        (s) => from(s, s.get(zapIndex) + 1) === undefined,
        to,
        '',
        (s) => s.set(zapIndex, 0),
      ),
      otherwise(each, '', (s) => s.set(zapIndex, from(s, s.get(zapIndex) + 1)!)),
    ),
  };
}
