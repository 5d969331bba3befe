/**
 * A reduced search decides by the tables, and the tables grow while it runs. So it is run again until a whole run grows
 * nothing.
 *
 * Why the last run is right: let the known system be the one whose steps the tables know, where anything they do not know
 * (a branch of a tree, an entry of a transformer, a local without a tree) is an action that only reads and ends the run:
 * a MISS (actions.ts). The reduced search is right for the known system: it takes every step case that an unreduced
 * search of it would take, a MISS among them. It met none. So the unreduced search of the known system meets none
 * either, and then the known system is the whole one.
 */
import { type Exploration, type ExploreOptions, once, type Reductions } from '../exploration.ts';
import type { Tables } from '../tables.ts';
import { choiceTables } from './choice.ts';
import { Reduction } from './reduction.ts';

const WARM_UP = 2_000;

type Search = (
  reduction: Reduction | undefined,
  limits: Pick<ExploreOptions, 'maxStates' | 'onProgress'>,
) => Exploration;

export function exploreReduced(
  tables: Tables,
  switches: Required<Pick<Reductions, 'merge' | 'por'>>,
  options: ExploreOptions,
  search: Search,
): Exploration {
  const started = performance.now();
  const { maxStates = Number.POSITIVE_INFINITY, reduce: { warmUp = WARM_UP } = {} } = options;
  search(undefined, { maxStates: Math.min(warmUp, maxStates), onProgress: () => {} });
  for (let rounds = 1; ; rounds++) {
    const { growth } = tables;
    const reduction = new Reduction(tables, choiceTables(tables), switches);
    const found = search(reduction, {});
    if (found.complete && tables.growth !== growth) continue;
    return {
      ...found,
      seconds: (performance.now() - started) / 1000,
      reduced: { ...switches, rounds },
      // Readers of the graph want every step.
      graph: once(() => search(undefined, {}).graph()),
    };
  }
}
