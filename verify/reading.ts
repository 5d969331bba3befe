/** How to read a counterexample, as results have it: the explorer's answers with the good run replayed. */
import type { Reading } from '../explorer/explain.ts';
import type { System } from '../explorer/system.ts';
import { replay, type TraceStep } from '../explorer/trace.ts';

export interface ReadingResult {
  /** How often another process than before steps: the fewest of all shortest counterexamples, unless `open` is set. */
  readonly switches: number;
  /**
   * After so many steps of the trace a good run is still possible, one that never violates the property and in which all
   * processes finish, and after none later. -1: not even before the first step. Undefined: not computed, see `open`.
   */
  readonly goodUntil?: number;
  /** The rest of a shortest good run from there. */
  readonly goodRun?: readonly TraceStep[];
  /** Why something was not computed: not all states were explored, or there are too many. */
  readonly open?: 'incomplete' | 'too large';
  /** Of a stored run: whether there is one that is shorter, or as short with fewer switches; absent: there is none. */
  readonly easier?: 'shorter' | 'fewer switches' | 'unknown';
}

export function readingResult(system: System, { violation, switches, good, open, easier }: Reading): ReadingResult {
  const { steps, rest } = good ?? {};
  const { run } = violation;
  return {
    switches,
    ...(good && { goodUntil: steps ?? -1 }),
    ...(steps !== undefined &&
      rest && { goodRun: replay(system, [...run.slice(0, steps), ...rest]).steps.slice(steps) }),
    ...(open && { open }),
    ...(easier && { easier }),
  };
}
