/** One run of a system in which its processes take turns: each goes on for as long as it is told, and the others stand still. */
import { FaultlineError } from './errors.ts';
import { type GlobalState, type Successor, successors } from './interpreter.ts';
import { isDone, type StateFacts, sharedStepper, stateFacts } from './machine.ts';
import type { System } from './system.ts';

/** A step of a turn. */
export interface TurnStep {
  readonly before: GlobalState;
  readonly facts: StateFacts;
  readonly taken: Successor;
}
export interface TurnTaken {
  readonly steps: readonly TurnStep[];
  readonly state: GlobalState;
  /** The process has to wait for another one, which stands still: the turn is not over. */
  readonly waits?: StateFacts;
}

/** More steps than any turn has that ends. */
const ENDLESS = 100_000;

/**
 * @param process its number
 * @param goesOn whether the turn lasts where the process stands now
 * @throws FaultlineError E_UNSUPPORTED where the process could go on in two ways: then the turn is no single run
 */
export function takeTurn(
  system: System,
  from: GlobalState,
  process: number,
  goesOn: (facts: StateFacts) => boolean,
): TurnTaken {
  const { machine, id } = system.processes[process]!;
  const steps: TurnStep[] = [];
  let state = from;
  while (steps.length < ENDLESS) {
    const local = state[system.firstProcess + process]!;
    if (isDone(machine, local)) break;
    const facts = stateFacts(machine, local);
    if (!goesOn(facts)) break;
    const [taken, other] = successors(system, state, process, sharedStepper);
    if (!taken) return { steps, state, waits: facts };
    if (other) {
      throw new FaultlineError(
        'E_UNSUPPORTED',
        `in ${facts.fn}() ${id} can go on in two ways, so that its run is not the only one`,
        'Leave out the config that lets a step end in two ways.',
      );
    }
    steps.push({ before: state, facts, taken });
    state = taken.state;
  }
  if (steps.length === ENDLESS) throw new Error(`the turn of ${id} does not end`);
  return { steps, state };
}
