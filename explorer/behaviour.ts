/**
 * All that a system does, as a table: what an exporter writes for another checker. Made from the tables of a complete
 * exploration, so that it has a row for every step that some reachable state takes, and no other.
 */
import type { Local } from './component.ts';
import { FaultlineError } from './errors.ts';
import type { StepCase } from './step.ts';
import type { System } from './system.ts';
import { BLOCKED, type Tables } from './tables.ts';
import type { Condition } from './trees.ts';

/** What a step does to a slot that it writes: the local after it, by the local before it. */
export interface SlotEffect {
  readonly slot: number;
  readonly to: ReadonlyMap<number, number>;
}

/** One way that a process steps. Conditions and choices tell the rows of one local apart: no two are the same step. */
export interface Row {
  /** The process's local before and after. */
  readonly from: number;
  readonly next: number;
  readonly when: readonly Condition[];
  readonly picks: readonly number[];
  readonly effects: readonly SlotEffect[];
  readonly step: StepCase;
}

/** A conjunct of a property, as the conditions under which it is violated: any of the lists, all of a list. */
export interface StateRule {
  readonly property: number;
  readonly name: string;
  /** Judged where all processes have finished, else everywhere. */
  readonly onlyAtEnd: boolean;
  readonly wrong: readonly (readonly Condition[])[];
}

/** Locals are numbered by slot from 0, which is the initial one. */
export interface Behaviour {
  readonly system: System;
  readonly states: number;
  readonly transitions: number;
  /** By slot. */
  readonly locals: readonly (readonly Local[])[];
  /** By process, in the order of `from`. */
  readonly rows: readonly (readonly Row[])[];
  readonly rules: readonly StateRule[];
  /** By process: the locals in which it has finished. */
  readonly finished: readonly (readonly number[])[];
  readonly rests: Rests;
}

/** Where runs may end before all processes have finished, which is where one of them waits for the environment. */
export interface Rests {
  /** By process: the locals in which it may be left so. */
  readonly locals: readonly (readonly number[])[];
  /** Deadlocks that cannot be told from such ends by locals alone. */
  readonly lookAlikes: number;
}

/** @param eachState calls with the vector of each state in turn @throws FaultlineError E_LIMIT where not complete */
export function behaviourOf(
  tables: Tables,
  facts: { readonly states: number; readonly transitions: number; readonly complete: boolean },
  eachState: (visit: (vec: Int32Array) => void) => void,
): Behaviour {
  const { system } = tables;
  if (!facts.complete) {
    throw new FaultlineError(
      'E_LIMIT',
      `more than ${facts.states} states, and the model is written only when all are known`,
      'Raise --max-states or --max-memory, or take a smaller scenario.',
    );
  }
  return {
    system,
    states: facts.states,
    transitions: facts.transitions,
    locals: tables.domains.map((d) => d.locals),
    rows: system.processes.map((_, p) => rowsOf(tables, p)),
    rules: tables.judged.map(({ property, conjunct, root, onlyAtEnd }) => ({
      property,
      name: conjunct.name,
      onlyAtEnd,
      wrong: tables
        .paths(root)
        .flatMap(({ leaf, when }) => (typeof tables.judgements[leaf] === 'object' ? [when] : [])),
    })),
    finished: system.processes.map((_, p) => localsOf(tables, p).filter((l) => tables.finished(p, l))),
    rests: restsOf(tables, eachState),
  };
}

const localsOf = (tables: Tables, p: number): number[] => [
  ...tables.domains[tables.system.firstProcess + p]!.locals.keys(),
];

function rowsOf(tables: Tables, p: number): Row[] {
  return localsOf(tables, p).flatMap((from) =>
    tables.stepPaths(p, from).flatMap(({ leaf, when, picks }): Row[] => {
      if (leaf === BLOCKED) return [];
      const { next, slots, effects, origin } = tables.leaves[leaf]!;
      const of = (slot: number) => when.find((c) => c.slot === slot)?.values;
      const written = effects.map((t, i): SlotEffect => ({ slot: slots[i]!, to: mapOf(t.table, of(slots[i]!)) }));
      return [{ from, next, when, picks, effects: written, step: origin! }];
    }),
  );
}

/** @param among the locals that are possible before the step; undefined: all that were ever looked up */
function mapOf(table: Int32Array, among: readonly number[] | undefined): ReadonlyMap<number, number> {
  const from = among ?? table.keys();
  return new Map([...from].flatMap((l) => (l < table.length && table[l]! >= 0 ? [[l, table[l]!] as const] : [])));
}

function restsOf(tables: Tables, eachState: (visit: (vec: Int32Array) => void) => void): Rests {
  const { system } = tables;
  const locals = system.processes.map(() => new Set<number>());
  const none = { locals: locals.map(() => []), lookAlikes: 0 };
  if (!system.processes.some((_, p) => localsOf(tables, p).some((l) => tables.environment(p, l)))) return none;
  const deadlocks: number[][] = [];
  eachState((vec) => {
    if (tables.allFinished(vec) || canStep(tables, vec)) return;
    const at = Array.from(vec.subarray(system.firstProcess, system.firstProcess + system.processes.length));
    if (!tables.mayRest(vec)) deadlocks.push(at);
    else for (const [p, l] of at.entries()) if (!tables.finished(p, l)) locals[p]!.add(l);
  });
  const alike = deadlocks.filter((at) => at.every((l, p) => tables.finished(p, l) || locals[p]!.has(l)));
  return { locals: locals.map((l) => [...l].sort((a, b) => a - b)), lookAlikes: alike.length };
}

const canStep = (tables: Tables, vec: Int32Array): boolean =>
  tables.system.processes.some(
    (_, p) =>
      !tables.finished(p, vec[tables.system.firstProcess + p]!) &&
      tables.steps(p, vec).some((leaf) => leaf !== BLOCKED),
  );
