/** SPIN's verifier on one shape of a case in one mode. */
import { dirname } from 'node:path';
import type { BenchCase } from '../cases.ts';
import { type Ran, runMeasured } from '../child.ts';
import type { Contender, Task } from '../contender.ts';
import { type PanFigures, parsePan } from '../pan-output.ts';
import type { Sample } from '../sample.ts';
import { builtFor } from '../spin/build.ts';
import { type Mode, SHAPES, type Shape } from '../spin/modes.ts';

export interface SpinContender extends Contender {
  readonly shape: Shape;
  readonly mode: Mode;
}

export function spin(shape: Shape, mode: Mode): SpinContender {
  return {
    id: `spin-${shape}-${mode.id}`,
    title: `SPIN, ${shape}, ${mode.title}`,
    exact: mode.exact && shape !== 'hand-written',
    shape,
    mode,
    run: (task, timeoutSeconds) => search(shape, mode, task, timeoutSeconds),
  };
}

/** The mode in every shape that the case has. */
export const inEachShape = (mode: Mode, subject: BenchCase): SpinContender[] =>
  SHAPES.filter((shape) => shape !== 'hand-written' || subject.handWritten !== undefined).map((s) => spin(s, mode));

export const isSpin = (c: Contender): c is SpinContender => 'shape' in c;

/** The table of states: no larger than needed, and never grown during the search. */
const hashBits = (states: number): number => Math.ceil(Math.log2(states)) + 1;

const FIRST_DEPTH = 100_000;
const LAST_DEPTH = 100_000_000;
/** Depths that were enough, by verifier. */
const depths = new Map<string, number>();

async function search(shape: Shape, mode: Mode, task: Task, timeoutSeconds: number): Promise<Sample> {
  const built = await builtFor(task.subject, shape, mode);
  if ('failed' in built) return built;
  for (let depth = depths.get(built.pan) ?? FIRST_DEPTH; ; depth *= 10) {
    depths.set(built.pan, depth);
    const flags = ['-n', `-m${depth}`, `-w${hashBits(task.subject.states)}`];
    // Without -E a state in which nobody can step and somebody is unfinished is an error: no-deadlock.
    if (task.purpose === 'raw') flags.push('-E');
    const ran = await runMeasured(built.pan, flags, { cwd: dirname(built.pan), timeoutSeconds });
    const found = parsePan(ran.out);
    if (found?.incomplete === 'max search depth too small' && depth < LAST_DEPTH) continue;
    return sampleOf(ran, found, task);
  }
}

function sampleOf(ran: Ran, found: PanFigures | undefined, { purpose, judged }: Task): Sample {
  if (ran.timedOut) return { failed: 'not done in time' };
  if (!found) return { failed: ran.err.trim().split('\n').at(-1)?.slice(0, 120) || 'no result' };
  // An error ends the search: what it had not covered by then is no lack.
  if (found.incomplete !== undefined && !(purpose === 'counterexample' && found.errors > 0)) {
    return { failed: found.incomplete };
  }
  return {
    states: found.states,
    // The initial state counts as if a step led to it.
    transitions: found.transitions - 1,
    depth: found.depth,
    searchSeconds: found.seconds,
    prepareSeconds: 0,
    wallSeconds: ran.wallSeconds,
    ...(ran.cpuSeconds !== undefined && { cpuSeconds: ran.cpuSeconds }),
    ...(ran.residentBytes !== undefined && { residentBytes: ran.residentBytes }),
    storedBytes: found.storedBytes,
    ...(judged && { verdict: found.errors > 0 ? 'violated' : 'holds' }),
    ...(judged && found.errorDepth !== undefined && { steps: found.errorDepth }),
  };
}
