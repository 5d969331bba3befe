/** Replays a stored run step by step, and says where it departs from what was stored. */
import { explainDeadlock } from './deadlock.ts';
import type { Move } from './findings.ts';
import {
  allFinished,
  type GlobalState,
  initialState,
  mayRest,
  type Successor,
  stateView,
  successors,
} from './interpreter.ts';
import { canonical } from './json.ts';
import { stateFacts } from './machine.ts';
import type { System } from './system.ts';
import { type Blocked, blocked, type TraceStep, traceStep } from './trace.ts';
import { type Valuation, valuation } from './valuation.ts';

/** A step as it was stored; what a format does not have is not compared. */
export interface ExpectedStep {
  readonly process: string;
  readonly alternative: number;
  readonly function: string;
  readonly step: string;
  readonly changes?: TraceStep['changes'];
  /** Components and processes after the step. */
  readonly after?: Valuation;
}

export interface PossibleStep extends TraceStep {
  readonly alternative: number;
}

export interface Departure {
  /** Number of steps that are as stored. */
  readonly after: number;
  /** Undefined: the initial state is another one already. */
  readonly expected?: ExpectedStep;
  /** What is not as stored, as a sentence. */
  readonly why: string;
  /** Every step that is enabled there. */
  readonly possible: readonly PossibleStep[];
}

export interface Retraced {
  /** The steps up to the departure, as they are now. */
  readonly steps: readonly TraceStep[];
  readonly moves: readonly Move[];
  /** One more than steps. */
  readonly states: readonly GlobalState[];
  readonly initial: Valuation;
  readonly departure?: Departure;
}

/**
 * Takes stored steps again, one after the other, up to the first that is not possible or does something else.
 * @param initially the values that it began with when it was stored; where they differ it departs before the first step
 */
export function retrace(system: System, expected: readonly ExpectedStep[], initially?: Valuation): Retraced {
  let state = initialState(system);
  const initial = valuation(system, state);
  const states = [state];
  const steps: TraceStep[] = [];
  const moves: Move[] = [];
  const depart = (why: string, step?: ExpectedStep): Retraced => {
    const possible = everyStep(system, state).map((s) => ({
      ...traceStep(system, state, s),
      alternative: s.alternative,
    }));
    const departure = { after: steps.length, ...(step && { expected: step }), why, possible };
    return { steps, moves, states, initial, departure };
  };
  const first = initially && differing(initially, initial);
  if (first !== undefined) return depart(`in the initial state, ${first}`);
  for (const step of expected) {
    const process = system.processes.findIndex((p) => p.id === step.process);
    if (process < 0) return depart(`there is no process ${step.process}`, step);
    const own = successors(system, state, process);
    if (own.length === 0) return depart(`${step.process} cannot step there`, step);
    const taken = own.find((s) => s.alternative === step.alternative);
    if (!taken) return depart(`${step.process} has no alternative ${step.alternative} there`, step);
    const now = traceStep(system, state, taken);
    const after = valuation(system, taken.state);
    const difference = stepDifference(step, now) ?? (step.after && differing(step.after, after));
    if (difference !== undefined) return depart(difference, step);
    state = taken.state;
    states.push(state);
    steps.push(now);
    moves.push({ process, alternative: taken.alternative });
  }
  return { steps, moves, states, initial };
}

const everyStep = (system: System, state: GlobalState): Successor[] =>
  system.processes.flatMap((_, p) => successors(system, state, p));

function stepDifference(stored: ExpectedStep, now: TraceStep): string | undefined {
  if (stored.function !== now.function) return `the step is one of ${now.function}() now`;
  if (stored.step !== now.step) return 'the step does something else now';
  if (stored.changes && canonical(stored.changes) !== canonical(now.changes))
    return 'the step changes something else now';
  return undefined;
}

/** The first stored name whose value is another one, in words. What a system has more than it had is no difference. */
function differing(stored: Valuation, now: Valuation): string | undefined {
  for (const [name, before] of Object.entries(stored)) {
    const after = Object.hasOwn(now, name) ? now[name] : undefined;
    if (after === undefined) return `${name} is not there any more`;
    if (before !== after) return `${name} was "${before}" and is "${after}" now`;
  }
  return undefined;
}

export interface Violated {
  readonly damage: string;
  readonly element?: string;
  readonly blocked?: readonly Blocked[];
}

/** Whether the run still violates the system's property number `property`: by its last step, in its last state, or for ever. */
export function violationOf(
  system: System,
  { moves, states }: Retraced,
  property: number,
  loopFrom?: number,
): Violated | undefined {
  const p = system.properties[property]!;
  const end = states.at(-1)!;
  if (loopFrom !== undefined) return p.completes && endless(system, moves, states, loopFrom, p.completes);
  const last = moves.at(-1);
  if (last) {
    const step = successors(system, states.at(-2)!, last.process).find((s) => s.alternative === last.alternative);
    const judgement = step?.result.judgements[property];
    if (typeof judgement === 'object') return { damage: judgement.violated };
  }
  const finished = allFinished(system, end);
  for (const c of [...(p.states ?? []), ...(finished ? (p.quiescence ?? []) : [])]) {
    const judgement = c.judge(stateView(system, end) as never);
    if (typeof judgement === 'object') return { damage: judgement.violated, element: c.name };
  }
  if (!p.deadlock || mayRest(system, end) || everyStep(system, end).length > 0) return undefined;
  const waiting = blocked(system, end);
  return { damage: explainDeadlock(waiting).text, blocked: waiting };
}

/** A loop that closes, is weakly fair, and on which some process never completes what it is inside of. */
function endless(
  system: System,
  moves: readonly Move[],
  states: readonly GlobalState[],
  loopFrom: number,
  completes: (stack: readonly string[]) => boolean,
): Violated | undefined {
  if (canonical(states[loopFrom]) !== canonical(states.at(-1))) return undefined;
  const loop = states.slice(loopFrom);
  const steps = (p: number): boolean => moves.slice(loopFrom).some((m) => m.process === p);
  const fair = system.processes.every((_, p) => steps(p) || loop.some((s) => successors(system, s, p).length === 0));
  if (!fair) return undefined;
  const inside = (p: number): boolean =>
    loop.every((s) => completes(stateFacts(system.processes[p]!.machine, s[system.firstProcess + p]!).stack));
  const who = system.processes.findIndex((_, p) => inside(p));
  return who < 0 ? undefined : { damage: `${system.processes[who]!.id} never completes what it began` };
}
