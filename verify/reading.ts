/** How to read a counterexample, as results have it: the explorer's answers with the good run replayed. */
import type { Reading } from '../explorer/explain.ts';
import type { System } from '../explorer/system.ts';
import { replay, type TraceStep } from '../explorer/trace.ts';

export interface ReadingResult {
  /** How often another process than before steps: the fewest of all shortest counterexamples, unless `switchesOpen` is set. */
  readonly switches: number;
  /** Why not all, or none, of the other shortest ones were looked at: not all were explored, or there are too many states. */
  readonly switchesOpen?: 'incomplete' | 'too large';
  /**
   * After so many steps of the trace a good run is still possible, one that never violates the property and in which all
   * processes finish, and after none later. -1: not even before the first step. Undefined: not computed, see `open`.
   */
  readonly goodUntil?: number;
  /** The rest of a shortest good run from there. */
  readonly goodRun?: readonly TraceStep[];
  /** Why `goodUntil` was not computed: not all states were explored, or there are too many, or the search was reduced. */
  readonly open?: 'incomplete' | 'too large' | 'reduced';
  /** Of a stored run: whether there is one that is shorter, or as short with fewer switches; absent: there is none. */
  readonly easier?: 'shorter' | 'fewer switches' | 'unknown';
}

export function readingResult(system: System, reading: Reading): ReadingResult {
  const { violation, switches, switchesOpen, good, open, easier } = reading;
  const { steps, rest } = good ?? {};
  const { run } = violation;
  return {
    switches,
    ...(switchesOpen && { switchesOpen }),
    ...(good && { goodUntil: steps ?? -1 }),
    ...(steps !== undefined &&
      rest && { goodRun: replay(system, [...run.slice(0, steps), ...rest]).steps.slice(steps) }),
    ...(open && { open }),
    ...(easier && { easier }),
  };
}
