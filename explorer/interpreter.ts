/**
 * The reference: what steps there are from a state, by XState's own `transition()`, with no table, no packing and no memory
 * of earlier answers. Slow on purpose; what the packed engine says must be what this one says.
 */
import type { Local } from './component.ts';
import { initialLocal, isDone, referenceStepper, type Stepper, stateFacts } from './machine.ts';
import type { Conjunct, PropertyInstance } from './property.ts';
import { react } from './reaction.ts';
import { located, runStep, type StepResult } from './step.ts';
import type { System } from './system.ts';
import { type Answers, type Ask, View } from './view.ts';

/** A global state: one local per slot of the system. */
export type GlobalState = readonly Local[];

/** Every machine where it begins, each component after the events that set it up. */
export function initialState(system: System): GlobalState {
  return system.names.map((_, slot) => {
    const c = system.components[slot];
    if (!c) return initialLocal(system.processes[slot - system.firstProcess]!.machine);
    return c.init.reduce((l, e) => react(c.kind, l, e, referenceStepper), initialLocal(c.kind.machine));
  });
}

export interface Successor {
  readonly process: number;
  readonly alternative: number;
  readonly result: StepResult;
  readonly state: GlobalState;
}

/** Every enabled step of `process` from `state`, in the fixed order of choices. Empty: it waits, or has finished. */
export function successors(
  system: System,
  state: GlobalState,
  process: number,
  stepper: Stepper = referenceStepper,
): Successor[] {
  const { machine } = system.processes[process]!;
  const local = state[system.firstProcess + process]!;
  if (isDone(machine, local)) return [];
  const facts = stateFacts(machine, local);
  const out: Successor[] = [];
  let alternative = 0;
  const explore = (picks: readonly number[]): void => {
    const answers: Answers = { local: (slot) => state[slot]!, pick: (n) => picks[n] ?? 0 };
    const { trail, result } = runStep(system, process, local, facts, answers, stepper);
    const choices = trail.filter((a): a is Ask & { kind: 'choice' } => a.kind === 'choice');
    const open = choices[picks.length];
    if (open) {
      for (let o = 0; o < open.options.length; o++) explore([...picks, o]);
      return;
    }
    // A blocked alternative keeps its number, so that numbers mean the same in both engines.
    if (result) {
      try {
        out.push({ process, alternative, result, state: applied(system, state, process, result, stepper) });
      } catch (e) {
        throw located(e, { machine: system.processes[process]!.id, state: facts.id });
      }
    }
    alternative++;
  };
  explore([]);
  return out;
}

function applied(
  system: System,
  state: GlobalState,
  process: number,
  result: StepResult,
  stepper: Stepper,
): GlobalState {
  const next = [...state];
  next[system.firstProcess + process] = result.next;
  for (const { slot, event } of result.sends) {
    next[slot] = react(system.component(slot).kind, next[slot]!, event, stepper);
  }
  return next;
}

/** A state to read from: nothing is recorded of it, and of a choice the first option is taken. */
export const stateView = (system: System, state: GlobalState): View =>
  new View(system, { local: (slot) => state[slot]!, pick: () => 0 }, referenceStepper);

/** Whether every process has reached a final state. */
export const allFinished = (system: System, state: GlobalState): boolean =>
  system.processes.every((p, i) => isDone(p.machine, state[system.firstProcess + i]!));

/** Whether it is no deadlock that nobody can step: all have finished, or one waits for the environment, which may hold what others wait for. */
export const mayRest = (system: System, state: GlobalState): boolean =>
  allFinished(system, state) ||
  system.processes.some((p, i) => stateFacts(p.machine, state[system.firstProcess + i]!).environment);

/** What a property says of a state. @param ended whether all processes have finished there */
export const judgedOf = ({ states = [], quiescence = [] }: PropertyInstance, ended: boolean): readonly Conjunct[] =>
  ended ? [...states, ...quiescence] : states;
