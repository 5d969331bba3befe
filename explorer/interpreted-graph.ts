/** The graph of what the reference engine has explored: every edge is stepped once more. */
import type { Local } from './component.ts';
import type { Move } from './findings.ts';
import {
  allFinished,
  type GlobalState,
  judgedOf,
  mayRest,
  type Successor,
  stateView,
  successors,
} from './interpreter.ts';
import { canonical } from './json.ts';
import { stateFacts } from './machine.ts';
import type { Column, ExploredGraph, Wrong } from './state-graph.ts';
import type { StepCase } from './step.ts';
import type { System } from './system.ts';

/** So many times the memory of the states is taken by their graph: it has a state of its own for each edge. */
export const GRAPH = 3;

/** Where a state was first found: the state before it, and the step. */
export type Parent = readonly [state: number, move: Move];

export function graphOf(
  system: System,
  states: readonly GlobalState[],
  parents: readonly (Parent | undefined)[],
  expanded: number,
): ExploredGraph {
  const numbers = new Map(states.map((s, n) => [canonical(s), n]));
  const edges = states.map((s, n) =>
    n < expanded ? system.processes.flatMap((_, p) => successors(system, s, p)) : [],
  );
  const all = edges.flat();
  const factsOf = (n: number, { process: p }: Successor) =>
    stateFacts(system.processes[p]!.machine, states[n]![system.firstProcess + p]!);
  const cases = edges.flatMap((own, n) =>
    own.map((e): StepCase => ({ process: e.process, facts: factsOf(n, e), result: e.result })),
  );
  let first = 0;
  return {
    states: states.length,
    expanded,
    firstEdge: Uint32Array.from([0, ...edges.map((e) => (first += e.length))]),
    target: Uint32Array.from(all, (e) => numbers.get(canonical(e.state))!),
    process: Uint8Array.from(all, (e) => e.process),
    alternative: Uint16Array.from(all, (e) => e.alternative),
    // Nothing is remembered of earlier steps: every edge is a case of its own.
    step: Uint32Array.from(all, (_, e) => e),
    cases,
    parentOf: (s) => parents[s]?.[0] ?? 0xffffffff,
    local: (s, slot) => states[s]![slot]!,
    column: (slot) => columnOf(states, slot),
    finished: (s) => allFinished(system, states[s]!),
    wrong: (property, s) => wrongIn(system, property, states[s]!, s < expanded && edges[s]!.length === 0),
  };
}

function columnOf(states: readonly GlobalState[], slot: number): Column {
  const numbers = new Map<string, number>();
  const locals: Local[] = [];
  const of = Uint16Array.from(states, (state) => {
    const local = state[slot]!;
    const key = canonical(local);
    if (!numbers.has(key)) numbers.set(key, locals.push(local) - 1);
    return numbers.get(key)!;
  });
  return { of, locals };
}

/** @param still whether no process can step in the state */
function wrongIn(system: System, property: number, state: GlobalState, still: boolean): Wrong | undefined {
  const p = system.properties[property]!;
  for (const c of judgedOf(p, allFinished(system, state))) {
    const judgement = c.judge(stateView(system, state) as never);
    if (typeof judgement === 'object') return { damage: judgement.violated, element: c.name };
  }
  return p.deadlock && still && !mayRest(system, state) ? { damage: '' } : undefined;
}
