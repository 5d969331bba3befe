/** Asks a guard. It is written where no compiler may have looked. */
import type { Guard, StepEvent } from './alternative.ts';
import { FaultlineError } from './errors.ts';

/** What the guard says. @throws what it threw, or where it says neither true nor false */
export function asked(guard: Guard, s: ReturnType<StepEvent['bind']>): boolean {
  let answer: unknown;
  try {
    answer = guard(s);
  } catch (e) {
    throw s.failed(e);
  }
  if (typeof answer === 'boolean') return answer;
  // Where no compiler looked: a name that there is not is undefined, and would be taken for false.
  const mend = 'A guard says true or false. Is a name in it misspelt? tsc tells, too.';
  throw s.failed(new FaultlineError('E_THROWN', `a guard answers ${shownType(answer)}, not true or false`, mend));
}
function shownType(value: unknown): string {
  if (value === undefined || value === null) return `${value}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
