/** The reductions by name, as options and results have them. */
import type { Reduced } from '../explorer/exploration.ts';
import type { Reductions } from '../explorer/options.ts';

export const REDUCTIONS = ['merge', 'symmetry', 'por'] as const satisfies readonly (keyof Reductions)[];
export type ReductionName = (typeof REDUCTIONS)[number];

export const reductionsOf = (names: readonly ReductionName[]): Reductions =>
  Object.fromEntries(names.map((name) => [name, true]));

/** What a search says of its reductions. */
export interface ReducedBy {
  /** In the order of `--reduce`. */
  readonly by: readonly ReductionName[];
  /** How often the search was run until the tables that it decides by no longer grew. */
  readonly rounds?: number;
}

/** As a result names it. */
export const reducedBy = (reduced: Reduced): ReducedBy => ({
  by: REDUCTIONS.filter((name) => reduced[name]),
  ...(reduced.rounds !== undefined && { rounds: reduced.rounds }),
});
