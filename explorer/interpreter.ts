/**
 * The reference engine: breadth-first search that steps XState's own `transition()` for every state, with no table, no
 * packing and no memory of earlier answers. Slow on purpose; what the packed engine says must be what this one says.
 */
import type { Alternative } from './alternative.ts';
import { now } from './clock.ts';
import type { Local } from './component.ts';
import { boundError, LOCALS_LIMIT } from './domain.ts';
import { completeness, type Exploration, isOutOfMemory, type Limit, once } from './exploration.ts';
import { Findings, type Move } from './findings.ts';
import { HeapGauge } from './heap-gauge.ts';
import { canonical } from './json.ts';
import { initialLocal, isDone, referenceStepper, type Stepper, stateFacts } from './machine.ts';
import type { ExploreOptions } from './options.ts';
import { react } from './reaction.ts';
import { type Column, type ExploredGraph, firstBeyond, type Wrong } from './state-graph.ts';
import { judging, located, runStep, type StepCase, type StepResult } from './step.ts';
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

/**
 * Explores by stepping XState itself, without any table: the reference.
 * @throws FaultlineError what a path of the system gets wrong
 */
export function exploreInterpreted(system: System, options: ExploreOptions = {}): Exploration {
  const started = now();
  const heap = new HeapGauge(options.maxBytes);
  const findings = new Findings(system);
  const states: GlobalState[] = [];
  const parents: (readonly [number, Move] | undefined)[] = [];
  const known = new Set<string>();
  const taken = new Set<Alternative>();
  const locals = system.names.map(() => new Set<string>());
  let transitions = 0;
  let depth = 0;

  const add = (state: GlobalState, from?: readonly [number, Move]): void => {
    const key = canonical(state);
    if (known.has(key)) return;
    known.add(key);
    const n = states.push(state) - 1;
    parents.push(from);
    for (const [slot, seen] of locals.entries()) {
      seen.add(canonical(state[slot]));
      if (seen.size > LOCALS_LIMIT)
        throw boundError(
          system.names[slot]!,
          states.map((s) => s[slot]!),
          LOCALS_LIMIT,
        );
    }
    const ended = allFinished(system, state);
    for (const [i, p] of system.properties.entries()) {
      for (const c of [...(p.states ?? []), ...(ended ? (p.quiescence ?? []) : [])]) {
        findings.note(
          i,
          judging(p.id, () => c.judge(stateView(system, state) as never)),
          n,
          undefined,
          c.name,
        );
      }
    }
  };
  const progress = (n: number) => ({
    states: states.length,
    transitions,
    depth,
    frontier: states.length - n,
    seconds: (now() - started) / 1000,
    bytes: process.memoryUsage().heapUsed,
  });

  let expanded = 0;
  const search = (): Limit | undefined => {
    add(initialState(system));
    let levelEnd = 1;
    for (let n = 0; n < states.length; n++) {
      if (n === levelEnd) {
        depth++;
        levelEnd = states.length;
      }
      if (options.stop && findings.any) return 'stop';
      if (depth === options.maxDepth) return 'depth';
      if (states.length > (options.maxStates ?? Number.POSITIVE_INFINITY)) return 'states';
      if (n % 500 === 499) {
        options.onProgress?.(progress(n));
        const full = heap.limit();
        if (full) return full;
      }
      expand(n);
      expanded = n + 1;
      if (options.stop && findings.any && expanded < states.length) return 'stop';
    }
    return undefined;
  };
  const expand = (n: number): void => {
    const state = states[n]!;
    let enabled = 0;
    for (let p = 0; p < system.processes.length; p++) {
      for (const s of successors(system, state, p)) {
        enabled++;
        transitions++;
        const move = { process: p, alternative: s.alternative };
        for (const a of s.result.taken) taken.add(a);
        for (const [i, j] of s.result.judgements.entries()) findings.note(i, j, n, move);
        add(s.state, [n, move]);
      }
    }
    if (enabled === 0 && !mayRest(system, state)) {
      for (const [i, p] of system.properties.entries()) if (p.deadlock) findings.note(i, { violated: '' }, n);
    }
  };
  let limit: Limit | undefined;
  try {
    limit = search();
  } catch (e) {
    // Such as a Set of 2^24 states.
    if (!isOutOfMemory(e)) throw e;
    limit = 'machine';
  }
  options.onProgress?.(progress(states.length));

  const runTo = (state: number): Move[] => {
    const moves: Move[] = [];
    for (let at = parents[state]; at; at = parents[at[0]]) moves.push(at[1]);
    return moves.reverse();
  };
  const ends = (): string[] => {
    const shared = (s: GlobalState) =>
      system.names.flatMap((name, slot) =>
        system.components[slot] && !system.isMonitor(slot) ? [[name, s[slot]!]] : [],
      );
    return [...new Set(states.filter((s) => allFinished(system, s)).map((s) => canonical(shared(s))))].sort();
  };
  const near = (maxDepth: number, maxStates: number): ExploredGraph | undefined => {
    const before = (d: number) => firstBeyond(d, states.length, (s) => parents[s]?.[0] ?? 0);
    const count = before(maxDepth);
    if (count > maxStates) return undefined;
    heap.afford((GRAPH * count) / states.length);
    return graphOf(system, states.slice(0, count), parents, Math.min(expanded, before(maxDepth - 1)));
  };
  const graph = once(() => {
    heap.afford(GRAPH);
    return graphOf(system, states, parents, expanded);
  });
  return {
    states: states.length,
    transitions,
    depth,
    seconds: (now() - started) / 1000,
    peakBytes: process.memoryUsage().heapUsed,
    ...completeness(limit, states.length - expanded),
    findings: findings.finish(limit === undefined, runTo),
    taken,
    ends,
    graph,
    shape: graph,
    near,
  };
}

/** So many times the memory of the states is taken by their graph: it has a state of its own for each edge. */
const GRAPH = 3;

function graphOf(
  system: System,
  states: readonly GlobalState[],
  parents: readonly (readonly [number, Move] | undefined)[],
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
  const ended = allFinished(system, state);
  for (const c of [...(p.states ?? []), ...(ended ? (p.quiescence ?? []) : [])]) {
    const judgement = c.judge(stateView(system, state) as never);
    if (typeof judgement === 'object') return { damage: judgement.violated, element: c.name };
  }
  return p.deadlock && still && !mayRest(system, state) ? { damage: '' } : undefined;
}
