/** What one run of one contender on one case yields. */

export interface Figures {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** The search itself, by the contender's own clock. Our engine's tables grow during the search. */
  readonly searchSeconds: number;
  /** Of these, growing our tables: calls of XState. SPIN has them compiled in. */
  readonly tableSeconds?: number;
  /** What our engine does before the search: building the system. SPIN's part is in `Built`, reported apart. */
  readonly prepareSeconds: number;
  /** Of the whole process, from its start to its end. */
  readonly wallSeconds: number;
  /** User and system time of the whole process. */
  readonly cpuSeconds?: number;
  /** Of the visited set, with all that a trace needs. */
  readonly storedBytes: number;
  /** Peak resident memory of the whole process. */
  readonly residentBytes?: number;
  /** Where a property was judged. */
  readonly verdict?: string;
  /** Steps of the counterexample. */
  readonly steps?: number;
}

/** A run that gave no figures; the report says why. `wrong`: it gave a result that cannot be right. */
export interface Failure {
  readonly failed: string;
  readonly wrong?: boolean;
}

export type Sample = Figures | Failure;

export const isFailure = (s: Sample): s is Failure => 'failed' in s;

/** What a contender is asked for. */
export type Purpose = 'raw' | 'verdict' | 'counterexample';
