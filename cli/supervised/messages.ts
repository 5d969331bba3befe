/** What the supervising process and the one that runs a design file tell each other. JSON data. */
import type { FoundVerdict } from '../../report/verdict-changes.ts';

/** How the results are looked at: the child has no streams of its own. */
export interface Start {
  readonly argv: readonly string[];
  readonly columns?: number;
  readonly terminal: boolean;
  readonly errorColumns?: number;
  readonly debug: boolean;
}

export interface Done {
  readonly code: number;
  readonly verdicts: readonly FoundVerdict[];
  /** Absolute paths of the user's own files that were loaded. */
  readonly files: readonly string[];
  /** Whether the process ended before it could say so itself. */
  readonly died?: boolean;
}

export type Message =
  | { readonly kind: 'out'; readonly text: string }
  | { readonly kind: 'err'; readonly text: string }
  | ({ readonly kind: 'done' } & Done);

/** File descriptor on which the watchdog thread says what does not end: the child's other channels wait for its main thread. */
export const WATCHDOG_FD = 4;
