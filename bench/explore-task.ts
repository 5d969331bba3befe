/** What explore-child.ts is told, and what it answers. */

export interface ExploreTask {
  readonly design: string;
  readonly scenario: string;
  readonly properties: readonly string[];
  /** `typed-arrays`: the compiled engine's reference in plain TypeScript. */
  readonly engine: 'packed' | 'typed-arrays' | 'interpreter';
  readonly workers: number;
  readonly reduce: Reductions;
  /** End at the first violation. */
  readonly stop: boolean;
}

export interface Reductions {
  readonly merge?: boolean;
  readonly symmetry?: boolean;
  readonly por?: boolean;
}

export interface ExploreFigures {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly searchSeconds: number;
  readonly tableSeconds?: number;
  readonly prepareSeconds: number;
  readonly storedBytes: number;
  readonly complete: boolean;
  readonly verdict?: string;
  readonly steps?: number;
  /** Microseconds of the monotonic clock: the design is loaded, the system is there, the search has ended. */
  readonly clock: { readonly started: number; readonly ready: number; readonly ended: number };
}
