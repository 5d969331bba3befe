/**
 * A reduced search decides by the tables, and the tables grow while it runs. So it is run again until a whole run grows
 * nothing.
 *
 * Why the last run is right: let the known system be the one whose steps the tables know, where anything they do not know
 * (a branch of a tree, an entry of a transformer, a local without a tree) is an action that only reads and ends the run:
 * a MISS (actions.ts). The reduced search is right for the known system: it takes every step case that an unreduced
 * search of it would take, a MISS among them. It met none. So the unreduced search of the known system meets none
 * either, and then the known system is the whole one.
 *
 * With symmetry, each run ends with the check that asks the tables for the image of everything that they know
 * (equivariance.ts). So in the last run the known system is symmetric itself, MISSes and all, and what the processes of a
 * stored state's images can do is known as well as what its own can.
 */
import { type Exploration, type ExploreOptions, once, type Reductions } from '../exploration.ts';
import type { Tables } from '../tables.ts';
import { choiceTables } from './choice.ts';
import { checkSymmetry } from './equivariance.ts';
import { Reduction } from './reduction.ts';
import type { Symmetry } from './symmetry.ts';
import { warmUp } from './warm-up.ts';

/** Random runs before the first round: at most so many, and until so many in a row made nothing grow. */
const WARM_UP = 100;
const IDLE = 30;
/** In a round in which the tables have grown the decisions follow them each time there are so many times as many states. */
const LATER = 1.5;

/**
 * Called before a state is expanded: with each, or at least with the next one after the tables have grown, and with the
 * one whose number it returned.
 */
export type Each = (state: number) => number;
type Search = (reduction: Reduction | undefined, each?: Each) => Exploration;

/** @param whole explores everything, for who asks for the graph */
export function exploreReduced(
  tables: Tables,
  switches: Required<Pick<Reductions, 'merge' | 'por'>>,
  options: ExploreOptions,
  search: Search,
  symmetry?: Symmetry,
  whole: () => Exploration = () => search(undefined),
): Exploration {
  const started = performance.now();
  warmUp(tables, options.reduce?.warmUp ?? WARM_UP, IDLE, symmetry);
  // What is not symmetric is better known early.
  if (symmetry) checkSymmetry(tables, symmetry);
  for (let rounds = 1; ; rounds++) {
    const grown = (): number => tables.growth + (symmetry?.growth ?? 0);
    const growth = grown();
    const reduction = new Reduction(tables, choiceTables(tables, symmetry), switches);
    let known = growth;
    let next = 0;
    const found = search(reduction, (state) => {
      if (grown() === known) return Number.POSITIVE_INFINITY;
      if (state < next) return next;
      known = grown();
      next = Math.ceil(LATER * state);
      reduction.decideBy(choiceTables(tables, symmetry), state);
      return Number.POSITIVE_INFINITY;
    });
    if (found.complete && grown() !== growth) continue;
    return {
      ...found,
      seconds: (performance.now() - started) / 1000,
      reduced: { ...switches, rounds },
      // Readers of the graph want every step.
      graph: once(() => whole().graph()),
      near: (maxDepth, most) => whole().near(maxDepth, most),
    };
  }
}
