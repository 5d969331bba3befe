/** Results as a run would leave them. */
import { RAW } from '../../bench/cases.ts';
import type { Contender, Task } from '../../bench/contender.ts';
import type { Figures } from '../../bench/sample.ts';

export const SUBJECT = RAW[1]!;
export const TASK: Task = { purpose: 'raw', subject: SUBJECT };

/** @param seconds of the search */
export const figures = (seconds: number, more: Partial<Figures> = {}): Figures => ({
  states: SUBJECT.states,
  transitions: SUBJECT.transitions,
  depth: SUBJECT.depth,
  searchSeconds: seconds,
  prepareSeconds: 0.1,
  wallSeconds: seconds + 0.3,
  storedBytes: 16 * SUBJECT.states,
  ...more,
});

export const contender = (id: string, exact = true): Contender => ({
  id,
  title: id,
  exact,
  run: () => Promise.resolve({ failed: 'not in a test' }),
});
