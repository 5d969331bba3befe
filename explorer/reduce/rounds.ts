/**
 * A reduced search decides by the tables, and the tables grow while it runs. So it is run again until every decision of a
 * run is right by what the tables hold at its end: as a rule since the run has grown nothing.
 *
 * Why that run is right: let the known system be the one whose steps the tables know at the end, where anything they do
 * not know (a branch of a tree, an entry of a transformer, a local without a tree) is an action that only reads and ends
 * the run: a MISS (actions.ts). The reduced search is right for the known system: it takes every step case that an
 * unreduced search of it would take, a MISS among them. It met none, since what it did not know it asked for at once. So
 * the unreduced search of the known system meets none either, and then the known system is the whole one.
 *
 * A run in which the tables have grown is such a search if each choice tables that it used `covers` (choice.ts) those of the
 * end: it saw every conflict that there is between what it knew, and cut cycles wherever they are to be cut; where a state
 * has something that it did not know, it takes every step. So what it chose is persistent in the known system too.
 *
 * With symmetry, each run ends with the check that asks the tables for the image of everything that they know until they
 * no longer grow by it (equivariance.ts). So the known system is symmetric itself, MISSes and all, and what the processes of
 * a stored state's images can do is known as well as what its own can.
 */

import { now } from '../clock.ts';
import { type Exploration, once } from '../exploration.ts';
import type { ExploreOptions, Reductions } from '../options.ts';
import type { Tables } from '../tables.ts';
import { type ChoiceTables, type ConflictsOf, choiceTables, covers, isClosed } from './choice.ts';
import { checkSymmetry } from './equivariance.ts';
import { Reduction, type Ways } from './reduction.ts';
import type { Symmetry } from './symmetry.ts';
import { warmUp } from './warm-up.ts';

/** Random runs before the first round: at most so many, and until so many in a row made nothing grow. */
const WARM_UP = 1000;
const IDLE = 100;
/**
 * In a round in which the tables have grown the decisions follow them from so many states on, and then each time there are
 * so many times as many.
 */
const FIRST = 8_000;
const LATER = 8;
/** From so many states on they do not change any more: several workers know no order of states. */
const SETTLED = 600_000;
/** A later round in which the tables grow so early begins again: before it has expanded such a part of the last one's states. */
const EARLY = 1 / 32;

/**
 * Called before a state is expanded: with each, or at least with the next one after the tables have grown, and with the
 * one whose number it returned; never again once it has returned infinity. May throw: then the search is over, and another
 * may follow.
 */
export type Each = (state: number) => number;
type Search = (reduction: Reduction | undefined, each?: Each) => Exploration;
type Switches = Required<Pick<Reductions, 'merge' | 'por'>>;

/** @param whole explores everything, for who asks for the graph */
export function exploreReduced(
  tables: Tables,
  switches: Switches,
  options: ExploreOptions,
  search: Search,
  conflictsOf: ConflictsOf,
  symmetry?: Symmetry,
  whole: () => Exploration = () => search(undefined),
): Exploration {
  const started = now();
  warmUp(tables, options.reduce?.warmUp ?? WARM_UP, IDLE, symmetry);
  // What is not symmetric is better known early.
  if (symmetry) checkSymmetry(tables, symmetry);
  const rounds = new Rounds(tables, switches, search, conflictsOf, symmetry);
  const found = rounds.last();
  const unreduced = once(whole);
  return {
    ...found,
    seconds: (now() - started) / 1000,
    reduced: { ...switches, rounds: rounds.count },
    // Readers of the graph want every step.
    graph: () => unreduced().graph(),
    shape: () => unreduced().shape(),
    near: (maxDepth, most) => unreduced().near(maxDepth, most),
  };
}

/** A round is given up. */
const AGAIN = new Error('the search begins again');

class Rounds {
  /** Of rounds that came to their end. */
  count = 0;
  private readonly tables: Tables;
  private ways: Omit<Ways, 'learns'>;
  private readonly search: Search;
  private readonly conflictsOf: ConflictsOf;
  private readonly symmetry: Symmetry | undefined;
  private data: ChoiceTables;
  /** How much the tables had grown when `data` was made. */
  private known: number;
  /** States of the last round; 0: there was none. */
  private states = 0;

  constructor(
    tables: Tables,
    switches: Switches,
    search: Search,
    conflictsOf: ConflictsOf,
    symmetry: Symmetry | undefined,
  ) {
    this.tables = tables;
    this.ways = { ...switches, sleep: switches.merge && switches.por && !symmetry };
    this.search = search;
    this.conflictsOf = conflictsOf;
    this.symmetry = symmetry;
    this.known = this.growth;
    this.data = choiceTables(tables, conflictsOf, symmetry);
  }

  /** The first round that is right. */
  last(): Exploration {
    for (;;) {
      const growth = this.known;
      const reduction = new Reduction(this.tables, this.data, { ...this.ways, learns: this.states === 0 });
      const found = this.round(reduction);
      if (!found) continue;
      this.count++;
      this.states = found.states;
      if (!found.complete) return found;
      const sound = !reduction.ways.sleep || !reduction.endless;
      if (!sound) this.ways = { ...this.ways, sleep: false };
      else if (this.growth === growth) return found;
      this.follow();
      if (sound && this.stillRight(reduction)) return found;
    }
  }

  /** Whether what the reduction decided is right by what the tables hold now. */
  private stillRight({ decidedBy, ways }: Reduction): boolean {
    if (!decidedBy.every((d) => this.covers(d))) return false;
    return !ways.sleep || (!ways.learns && decidedBy.length === 1 && isClosed(decidedBy[0]!, this.data));
  }

  private covers(used: ChoiceTables): boolean {
    return covers(used, this.data, this.ways.por && !this.ways.sleep);
  }

  /** @returns undefined: it was given up */
  private round(reduction: Reduction): Exploration | undefined {
    const later = this.states > 0;
    const settled = later ? Math.min(SETTLED, EARLY * this.states) : SETTLED;
    let next = later ? 0 : FIRST;
    const each = (state: number): number => {
      if (state >= settled) return Number.POSITIVE_INFINITY;
      if (this.growth === this.known) return settled;
      if (state < next) return Math.min(next, settled);
      next = Math.max(FIRST, Math.ceil(LATER * state));
      const before = this.data;
      this.follow();
      if (!later) reduction.decideBy(this.data, state);
      else if (!this.covers(before)) throw AGAIN;
      return settled;
    };
    try {
      return this.search(reduction, each);
    } catch (e) {
      if (e === AGAIN) return undefined;
      throw e;
    }
  }

  private get growth(): number {
    return this.tables.growth + (this.symmetry?.growth ?? 0);
  }

  private follow(): void {
    if (this.growth === this.known) return;
    this.known = this.growth;
    this.data = choiceTables(this.tables, this.conflictsOf, this.symmetry);
  }
}
