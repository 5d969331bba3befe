/** What an engine returns. */
import type { Alternative } from './alternative.ts';
import type { Behaviour } from './behaviour.ts';
import type { Finding } from './findings.ts';
import type { ExploredGraph, ExploredShape } from './state-graph.ts';

/** What symmetry was found. */
export interface SymmetryFacts {
  /** Each stored state stands for up to so many; 1: there is no symmetry. */
  readonly size: number;
  /** The renamings that make the group, e.g. `T0 <-> T1`. */
  readonly renamings: readonly string[];
  /** Renamings under which the system is not the same. */
  readonly refused: readonly { readonly renaming: string; readonly because: string }[];
  /** Whether others were left out because the group would have been too large. */
  readonly cut: boolean;
}

/**
 * What ended a search before every state was expanded: an option (`maxStates`, `maxBytes`, `maxDepth`, `stop`), or the
 * machine, which gave no more memory. `compact`: nothing has, but a state may have been missed.
 */
export type Limit = 'states' | 'memory' | 'depth' | 'stop' | 'machine' | 'compact';

/** A search that ended before every state was expanded. */
export interface Unfinished {
  readonly limit: Limit;
  /** States that were found and not expanded. */
  readonly left: number;
}

/** States were kept as hashes (compaction.ts). */
export interface Compaction {
  /** Of each hash. */
  readonly bits: number;
  /** The probability that a state was missed. */
  readonly missed: number;
}

/** What the search knows beside: every violation that it saw is at most so many steps away. */
export interface Compacted extends Compaction {
  readonly seenWithin: number;
}

/** What a reduced search did. */
export interface Reduced {
  readonly merge?: boolean;
  readonly symmetry?: boolean;
  readonly por?: boolean;
  /** How often the search was run until the tables, which it decides by, no longer grew. */
  readonly rounds?: number;
}

/** The counts, verdicts and runs of one search, and its graph on call. */
export interface Exploration {
  readonly states: number;
  readonly transitions: number;
  /** Longest shortest path from the initial state, in steps. */
  readonly depth: number;
  readonly seconds: number;
  /** The part of them in which XState was called to make the tables: what SPIN's generator and compiler do before. Compiled engine. */
  readonly tableSeconds?: number;
  /** Bytes of the visited set at its largest (the interpreter: of the whole heap at the end). */
  readonly peakBytes: number;
  /** Whether every state was expanded. */
  readonly complete: boolean;
  /** Absent: the exploration is complete. All states nearer than `depth` were expanded all the same. */
  readonly unfinished?: Unfinished;
  /** Absent: states were kept. Else a hash of each. */
  readonly compact?: Compacted;
  /** Absent: the search was not reduced. Else its states stand for others too. */
  readonly reduced?: Reduced;
  /** Absent: symmetry was not asked for. Present where there is none too, and why. */
  readonly symmetry?: SymmetryFacts;
  /** How many threads searched; absent: one. */
  readonly workers?: number;
  /** Runs of violations need not be the shortest, or not the first of the shortest: states were not met in the usual order. */
  readonly shortest?: false;
  /** The search in the usual order that the runs of violations come from, no deeper than they are; absent: this one. */
  readonly ordered?: Exploration;
  /** By property index. */
  readonly findings: readonly Finding[];
  /** Alternatives that some reachable step takes. */
  readonly taken: ReadonlySet<Alternative>;
  /** Canonical texts of the component locals in each final state (all processes finished), without monitors. */
  readonly ends: () => readonly string[];
  /** The explored graph, in the usual order of its states, built on call (about 11 bytes per transition); the states stay in memory as long as it lives. */
  readonly graph: () => ExploredGraph;
  /** The same in any order, and without what its edges are but for who steps (about 5 bytes per transition), if that graph is not built. */
  readonly shape: () => ExploredShape;
  /**
   * At least that part of it that is at most so many steps from the initial state; undefined if the part has more than
   * `maxStates`.
   */
  readonly near: (maxDepth: number, maxStates: number) => ExploredGraph | undefined;
  /** The system as a table, for exporters; the interpreter and reduced searches have none. */
  readonly behaviour?: () => Behaviour;
}

/** The part of an exploration that says whether it is complete. */
export const completeness = (limit: Limit | undefined, left: number): Pick<Exploration, 'complete' | 'unfinished'> =>
  limit === undefined ? { complete: true } : { complete: false, unfinished: { limit, left } };

/** Whether an allocation failed: of a typed array, or of a Map or Set beyond its largest size. */
export const isOutOfMemory = (e: unknown): boolean =>
  e instanceof RangeError && /allocation|array length|array buffer|maximum size/i.test(e.message);

/** Computes at the first call and remembers. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
