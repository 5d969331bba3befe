/** Who takes part. */
import type { BenchCase, JudgedCase } from './cases.ts';
import type { Purpose, Sample } from './sample.ts';

/** A case, and what is to be done with it. `raw`: the bare model is explored, nothing is judged. */
export interface Task {
  readonly purpose: Purpose;
  readonly subject: BenchCase;
  readonly judged?: JudgedCase;
}

export interface Contender {
  /** Unique, and what `--only` matches. */
  readonly id: string;
  /** As the report names it. */
  readonly title: string;
  /** Whether its counts must be those of the bare model, unreduced. */
  readonly exact: boolean;
  run(task: Task, timeoutSeconds: number): Promise<Sample>;
}

export const taskName = ({ purpose, subject }: Task): string => `${purpose} ${subject.name}`;
