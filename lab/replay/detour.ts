/** Runs that violate the same property as another, and in which a process is held where a function begins. */
import type { Move } from '../../explorer/findings.ts';
import { type GlobalState, initialState, successors } from '../../explorer/interpreter.ts';
import { violationOf } from '../../explorer/retrace.ts';
import type { Prepared } from '../../verify/verify.ts';
import { type Predicted, predict } from './predict.ts';

/** How often a run is changed. */
const MOST_CHANGES = 12;

/** @returns the states of a run, undefined where it is none */
function statesOf({ system }: Prepared, moves: readonly Move[]): GlobalState[] | undefined {
  const states = [initialState(system)];
  for (const { process, alternative } of moves) {
    const taken = successors(system, states.at(-1)!, process).find((s) => s.alternative === alternative);
    if (!taken) return undefined;
    states.push(taken.state);
  }
  return states;
}

/** After how many steps the property is violated; undefined: it is not, or this is no run. */
export function violatedAfter(prepared: Prepared, moves: readonly Move[]): number | undefined {
  const states = statesOf(prepared, moves);
  if (!states) return undefined;
  const isBad = (n: number): boolean => {
    const run = { steps: [], initial: {}, moves: moves.slice(0, n), states: states.slice(0, n + 1) };
    return violationOf(prepared.system, run, 0) !== undefined;
  };
  const found = moves.findIndex((_, n) => isBad(n + 1));
  return found < 0 ? undefined : found + 1;
}

/**
 * Where no function begins between two steps, whoever would be held there goes on by a step, now and not later, as long as the
 * property is violated at the end all the same.
 */
export function withHolds(prepared: Prepared, moves: readonly Move[]): Predicted {
  let best = moves;
  for (let n = 0; n < MOST_CHANGES; n++) {
    const predicted = predict(prepared, best);
    const turn = predicted.turns.find((t) => t.until.kind === 'nowhere');
    const process = turn && prepared.system.processes.findIndex((p) => p.id === turn.process);
    const further = turn && goesOn(prepared, best, process!, turn.last + 1);
    if (further) best = further;
    else if (turn) break;
    else return predicted;
  }
  return predict(prepared, moves);
}

/** @param at number of the step that the process then does */
function goesOn(prepared: Prepared, moves: readonly Move[], process: number, at: number): Move[] | undefined {
  const later = moves.findIndex((m, n) => n >= at && m.process === process);
  const rest = moves.filter((_, n) => n >= at && n !== later);
  const state = statesOf(prepared, moves.slice(0, at))!.at(-1)!;
  const steps = later < 0 ? successors(prepared.system, state, process) : [moves[later]!];
  return steps
    .map(({ alternative }) => [...moves.slice(0, at), { process, alternative }, ...rest])
    .find((run) => violatedAfter(prepared, run) === run.length);
}
