/**
 * A second, tiny search, written only to check the engines: all states, transitions, depth, and for every property the
 * length of a shortest violation. It shares no code with them but `successors` (one step on XState itself) and has its
 * own idea of when two states are equal.
 */
import { allFinished, type GlobalState, initialState, stateView, successors } from '../../explorer/interpreter.ts';
import { stateFacts } from '../../explorer/machine.ts';
import type { Judgement } from '../../explorer/property.ts';
import type { System } from '../../explorer/system.ts';

export interface Survey {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** By property: steps of a shortest violating run; undefined: none. */
  readonly shortest: readonly (number | undefined)[];
  /** By property: whether its premise was met. */
  readonly premise: readonly boolean[];
  /** Final states, by their components' canonical texts. */
  readonly ends: readonly string[];
  /** Facts for the statistics of the generator. */
  readonly sawWaiting: boolean;
  readonly sawChoice: boolean;
  readonly sawDeadlock: boolean;
  readonly sawEnd: boolean;
  readonly sawSelfLoop: boolean;
}

/** JSON with sorted keys, written differently from the one under test. */
export function text(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(text).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'undefined';
  const fields = Object.entries(value).filter(([, v]) => v !== undefined);
  return `{${fields
    .map(([k, v]) => `${JSON.stringify(k)}:${text(v)}`)
    .sort()
    .join()}}`;
}

/** The judgements of a property in a state. `stuck`: some process is unfinished and none can step. */
export function judgeState(system: System, state: GlobalState, property: number, stuck: boolean): Judgement[] {
  const p = system.properties[property]!;
  const conjuncts = [...(p.states ?? []), ...(allFinished(system, state) ? (p.quiescence ?? []) : [])];
  return [
    ...conjuncts.map((c) => c.judge(stateView(system, state) as never)),
    ...(stuck && p.deadlock ? [{ violated: '' }] : []),
  ];
}

/** Explores everything. @returns undefined if there are more than `limit` states */
export function survey(system: System, limit: number): Survey | undefined {
  const distance = new Map<string, number>();
  const queue: GlobalState[] = [];
  const shortest: (number | undefined)[] = system.properties.map(() => undefined);
  const premise = system.properties.map((p) => p.neverVacuous === true);
  const ends = new Set<string>();
  const saw = { sawWaiting: false, sawChoice: false, sawDeadlock: false, sawEnd: false, sawSelfLoop: false };
  let transitions = 0;
  let depth = 0;
  const judged = (property: number, j: Judgement, steps: number): void => {
    if (j !== undefined) premise[property] = true;
    if (typeof j === 'object') shortest[property] = Math.min(shortest[property] ?? steps, steps);
  };
  const found = (state: GlobalState, steps: number): void => {
    const key = text(state);
    if (distance.has(key)) return;
    distance.set(key, steps);
    depth = Math.max(depth, steps);
    queue.push(state);
  };

  found(initialState(system), 0);
  for (let next = queue.shift(); next; next = queue.shift()) {
    if (distance.size > limit) return undefined;
    const state = next;
    const key = text(state);
    const steps = distance.get(key)!;
    let enabled = 0;
    for (const [p, { machine }] of system.processes.entries()) {
      const ways = successors(system, state, p);
      enabled += ways.length;
      transitions += ways.length;
      saw.sawWaiting ||= ways.length === 0 && stateFacts(machine, state[system.firstProcess + p]!).mayBlock;
      saw.sawChoice ||= ways.length > 1;
      for (const way of ways) {
        for (const [i, j] of way.result.judgements.entries()) judged(i, j, steps + 1);
        saw.sawSelfLoop ||= text(way.state) === key;
        found(way.state, steps + 1);
      }
    }
    const ended = allFinished(system, state);
    const stuck = enabled === 0 && !ended;
    saw.sawDeadlock ||= stuck;
    saw.sawEnd ||= ended;
    if (ended) {
      const shared = state.slice(0, system.firstProcess).map((l, i) => [system.names[i], l]);
      ends.add(text(shared));
    }
    for (const i of system.properties.keys()) {
      for (const j of judgeState(system, state, i, stuck)) judged(i, j, steps);
    }
  }
  return { states: distance.size, transitions, depth, shortest, premise, ends: [...ends].sort(), ...saw };
}
