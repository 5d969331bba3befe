/** Replays a run on XState itself and records what a reader of a counterexample needs. */
import type { Source } from './alternative.ts';
import type { Move } from './findings.ts';
import { type GlobalState, initialState, type Successor, stateView, successors } from './interpreter.ts';
import { sameJson } from './json.ts';
import { stateFacts } from './machine.ts';
import type { Site } from './site.ts';
import type { Line } from './step.ts';
import type { System } from './system.ts';
import { slotText, type Valuation, valuation } from './valuation.ts';

/** One step of a counterexample. */
export interface TraceStep {
  readonly process: string;
  /** The kernel function that acts: the innermost one that the step reaches. */
  readonly function: string;
  /** What the section did, in one line. */
  readonly step: string;
  /** Components that changed: value before and after, as their kind shows them. Monitors are left out. */
  readonly changes: Readonly<Record<string, readonly [string, string]>>;
  readonly section: string;
  /** Call stack at the step, outermost first, as named by the design. */
  readonly stack: readonly string[];
  readonly lines: readonly Line[];
  /** The process's place and variables after the step, as valuations show them. */
  readonly after?: string;
  /** Where `function` is in the kernel's source. */
  readonly source?: Source;
  /** Where the design's author wrote what was taken, innermost call first; only while sites are recorded. */
  readonly sites?: readonly Site[];
}

/** A process that cannot step in the last state, and why. */
export interface Blocked {
  readonly process: string;
  readonly function: string;
  readonly what: string;
  readonly owners: readonly string[];
}

export interface Trace {
  readonly steps: readonly TraceStep[];
  /** Every component and process before the first step. */
  readonly initial: Valuation;
  readonly end: GlobalState;
  /** Processes that cannot step in the end state; empty unless that is a deadlock. */
  readonly blocked: readonly Blocked[];
}

/** The states of a run: before its first step and after each. */
export function statesOf(initial: Valuation, trace: readonly TraceStep[]): Valuation[] {
  const states = [initial];
  for (const { process, after = '', changes } of trace) {
    const changed = Object.entries(changes).map(([name, [, value]]) => [name, value]);
    states.push({ ...states.at(-1), ...Object.fromEntries(changed), [process]: after });
  }
  return states;
}

/** @throws Error if the run does not replay: then the two engines disagree. */
export function replay(system: System, run: readonly Move[]): Trace {
  let state = initialState(system);
  const steps: TraceStep[] = [];
  const initial = valuation(system, state);
  for (const move of run) {
    const taken = successors(system, state, move.process).find((s) => s.alternative === move.alternative);
    if (!taken) throw new Error(`the run does not replay: step ${steps.length + 1} is not enabled`);
    steps.push(traceStep(system, state, taken));
    state = taken.state;
  }
  const stuck = !system.processes.some((_, p) => successors(system, state, p).length > 0);
  return { steps, initial, end: state, blocked: stuck ? blocked(system, state) : [] };
}

/** An enabled step of `state`, as a trace shows it. */
export function traceStep(system: System, state: GlobalState, taken: Successor): TraceStep {
  const { machine, id } = system.processes[taken.process]!;
  const slot = system.firstProcess + taken.process;
  const facts = stateFacts(machine, state[slot]!);
  const { lines, taken: alternatives } = taken.result;
  const source = lines.at(-1)?.source ?? facts.src;
  const sites = alternatives.findLast((a) => a.sites)?.sites?.();
  return {
    process: id,
    function: lines.at(-1)?.function ?? facts.fn,
    step: lines.map((l) => l.text).join('; '),
    changes: changes(system, state, taken.state),
    section: facts.section,
    stack: facts.stack,
    lines,
    after: slotText(system, slot, taken.state[slot]!),
    ...(source && { source }),
    ...(sites && { sites }),
  };
}

function changes(system: System, before: GlobalState, after: GlobalState): TraceStep['changes'] {
  const out: Record<string, [string, string]> = {};
  for (const [slot, name] of system.names.entries()) {
    const c = system.components[slot];
    if (!c || c.monitor || sameJson(before[slot], after[slot])) continue;
    const show = (s: GlobalState) => c.kind.show(c.kind.decode(s[slot]!));
    out[name] = [show(before), show(after)];
  }
  return out;
}

/** The processes that wait in `state`. */
export function blocked(system: System, state: GlobalState): Blocked[] {
  const out: Blocked[] = [];
  for (const [p, { id, machine }] of system.processes.entries()) {
    const local = state[system.firstProcess + p]!;
    const facts = stateFacts(machine, local);
    if (!facts.mayBlock || successors(system, state, p).length > 0) continue;
    const context = local.context as Record<string, unknown>;
    const look = stateView(system, state).event().bind(context);
    const { what, owners } = facts.waitsFor?.(look) ?? { what: facts.id, owners: [] };
    out.push({ process: id, function: facts.fn, what, owners });
  }
  return out;
}
