/** What an engine is asked for, and what it says meanwhile. */

/** How far a search has come. */
export interface Progress {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** States found and not yet expanded. */
  readonly frontier: number;
  readonly seconds: number;
  readonly bytes: number;
}

/** Ways to store fewer states with the same verdicts. */
export interface Reductions {
  /** Steps that nobody else can depend on are made together with the step before. */
  readonly merge?: boolean;
  /** Of states that differ only in which of several like parts is which, one is stored. */
  readonly symmetry?: boolean;
  /** Of independent steps, not every order is tried. */
  readonly por?: boolean;
  /** Random runs before the search, at most, so that it knows what steps there are. Default: 100. */
  readonly warmUp?: number;
}

/** Of one search; all may be left out. */
export interface ExploreOptions {
  /** Limit of the number of states. */
  readonly maxStates?: number;
  /** Limit of the visited set in bytes. */
  readonly maxBytes?: number;
  /** States so many steps from the initial one are judged, but no step is taken from them. */
  readonly maxDepth?: number;
  /** End at the first violation. */
  readonly stop?: boolean;
  /** How many threads search; default 1. */
  readonly workers?: number;
  /** Keep a hash of each state only (compaction.ts): then no verdict is `holds`. */
  readonly compact?: boolean;
  /** Default: none. */
  readonly reduce?: Reductions;
  readonly onProgress?: (p: Progress) => void;
}
