/** The reductions by name, as options and results have them. */
import type { Reduced, Reductions } from '../explorer/exploration.ts';
import type { ReducedBy } from './result.ts';

export const REDUCTIONS = ['merge', 'symmetry', 'por'] as const satisfies readonly (keyof Reductions)[];
export type ReductionName = (typeof REDUCTIONS)[number];

export const reductionsOf = (names: readonly ReductionName[]): Reductions =>
  Object.fromEntries(names.map((name) => [name, true]));

/** What a search that was reduced says of it. */
export const reducedBy = (reduced: Reduced): ReducedBy => ({
  by: REDUCTIONS.filter((name) => reduced[name]),
  ...(reduced.rounds !== undefined && { rounds: reduced.rounds }),
});
