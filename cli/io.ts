/** The streams of one invocation, injected so that tests capture them. */
import type { ProgressSink } from '../report/progress.ts';
import type { Run } from '../report/verdicts.ts';

export interface Io {
  /** Results. Text as it is: line ends are the caller's. */
  out(text: string): void;
  /** Progress and errors. */
  readonly err: ProgressSink;
  /** What every run came to, beside the text of it. */
  verdicts?(runs: readonly Run[]): void;
  /** Width of the terminal that results go to, in characters; undefined: a file or pipe. */
  readonly columns?: number;
  /** Whether an internal error shows its stack. */
  readonly debug: boolean;
}
