/**
 * What the tables know, as a list of actions: one for each way that a process can step from one of its locals. An action
 * is enabled where every slot has a value that its guard names; it moves the process and transforms slots.
 *
 * Subtrees that do the same are one (a step that reads a whole value and looks at one field of it depends on that field).
 * What the tables do not know is an action too, a MISS: it only reads. So the actions are a system of their own, the
 * known one, and a search of it that meets no MISS is a search of the whole system.
 */
import type { Transformer } from '../domain.ts';
import { canonical } from '../json.ts';
import { BLOCKED, type Tables } from '../tables.ts';
import { CHOICE, LEAF, READ } from '../trees.ts';
import { add, fullRow, has, type Rows, rowsFor } from './rows.ts';

export const STEP = 0;
/** The process waits: an action that reads and does nothing. */
export const WAIT = 1;
export const MISS = 2;

export interface Effect {
  readonly slot: number;
  /** By value. */
  readonly to: Int32Array;
}

export interface Action {
  readonly id: number;
  readonly kind: number;
  readonly process: number;
  /** Locals are numbered over all processes, see `firstLocal`. */
  readonly from: number;
  /** -1: none. */
  readonly next: number;
  /** A row: the values of each slot at which the action is enabled. */
  readonly guard: Uint32Array;
  /** Slots that the guard looks at. */
  readonly reads: readonly number[];
  readonly effects: readonly Effect[];
}

export interface Known {
  readonly rows: Rows;
  /** Number of values by slot; 0 for a process. */
  readonly sizes: readonly number[];
  /** By process the number of its first local, and behind the last one. */
  readonly firstLocal: Int32Array;
  readonly actions: readonly Action[];
  /** By local. */
  readonly actionsFrom: readonly (readonly Action[])[];
  /** By leaf node of the trees; -1: none. */
  readonly actionOf: Int32Array;
}

export function knownSystem(tables: Tables): Known {
  return new Knowing(tables).known();
}

class Knowing {
  private readonly tables: Tables;
  private readonly sizes: number[];
  private readonly rows: Rows;
  private readonly firstLocal: Int32Array;
  private readonly actions: Action[] = [];
  private readonly actionsFrom: Action[][];
  private readonly actionOf: Int32Array;
  /** By node: the first node whose subtree does the same. */
  private readonly sameAs = new Map<number, number>();
  private readonly byText = new Map<string, number>();
  private readonly tablesOf = new Map<Transformer, Int32Array>();
  private readonly numbers = new Map<object, number>();
  private process = 0;
  private from = 0;

  constructor(tables: Tables) {
    this.tables = tables;
    const { system } = tables;
    const processes = system.processes.length;
    this.sizes = system.names.map((_, slot) => (system.components[slot] ? tables.domains[slot]!.size : 0));
    this.rows = rowsFor(this.sizes);
    this.firstLocal = new Int32Array(processes + 1);
    for (let p = 0; p < processes; p++) {
      this.firstLocal[p + 1] = this.firstLocal[p]! + tables.domains[system.firstProcess + p]!.size;
    }
    this.actionsFrom = Array.from({ length: this.firstLocal[processes]! }, () => []);
    this.actionOf = new Int32Array(tables.trees.size).fill(-1);
  }

  known(): Known {
    const { tables, rows, sizes, firstLocal, actions, actionsFrom, actionOf } = this;
    const anything = fullRow(rows, sizes);
    for (const [p] of tables.system.processes.entries()) {
      const locals = firstLocal[p + 1]! - firstLocal[p]!;
      for (let local = 0; local < locals; local++) {
        if (tables.finished(p, local)) continue;
        this.process = p;
        this.from = firstLocal[p]! + local;
        const root = tables.roots[p]![local];
        const node = root === undefined ? -1 : tables.trees.kidOf(root, 0);
        if (node < 0) this.put(MISS, anything, [], -1, []);
        else this.walk([node], anything, []);
      }
    }
    return { rows, sizes, firstLocal, actions, actionsFrom, actionOf };
  }

  /** @param nodes that do the same @param guard of the path to them */
  private walk(nodes: readonly number[], guard: Uint32Array, reads: readonly number[]): void {
    const { trees } = this.tables;
    const kind = trees.kindOf(nodes[0]!);
    const data = trees.dataOf(nodes[0]!);
    if (kind === LEAF) {
      this.leaf(nodes, guard, reads);
    } else if (kind === CHOICE) {
      for (let option = 0; option < data; option++) {
        const kids = nodes.map((n) => trees.kidOf(n, option)).filter((k) => k >= 0);
        if (kids.length === 0) this.put(MISS, guard, reads, -1, []);
        else this.walk(kids, guard, reads);
      }
    } else {
      this.branch(nodes, data, guard, reads);
    }
  }

  private branch(nodes: readonly number[], slot: number, guard: Uint32Array, reads: readonly number[]): void {
    const { trees } = this.tables;
    const groups = new Map<number, { kids: Set<number>; values: number[] }>();
    for (let v = 0; v < this.sizes[slot]!; v++) {
      if (!has(this.rows, guard, 0, slot, v)) continue;
      const kids = nodes.map((n) => trees.kidOf(n, v)).filter((k) => k >= 0);
      const key = kids.length === 0 ? -1 : this.same(kids[0]!);
      const group = groups.get(key) ?? { kids: new Set(), values: [] };
      groups.set(key, group);
      group.values.push(v);
      for (const k of kids) group.kids.add(k);
    }
    const slots = reads.includes(slot) ? reads : [...reads, slot];
    for (const [key, { kids, values }] of groups) {
      const narrower = this.narrowed(guard, slot, values);
      if (key < 0) this.put(MISS, narrower, slots, -1, []);
      else this.walk([...kids], narrower, slots);
    }
  }

  private leaf(nodes: readonly number[], guard: Uint32Array, reads: readonly number[]): void {
    const { tables, sizes } = this;
    const number = tables.trees.dataOf(nodes[0]!);
    if (number === BLOCKED) {
      this.name(nodes, this.put(WAIT, guard, reads, -1, []));
      return;
    }
    const leaf = tables.leaves[number]!;
    let known = guard;
    let slots = reads;
    const effects = leaf.effects.map((t, i): Effect => {
      const slot = leaf.slots[i]!;
      const to = this.table(t, sizes[slot]!);
      const lacks: number[] = [];
      const knows: number[] = [];
      for (let v = 0; v < to.length; v++) {
        if (has(this.rows, guard, 0, slot, v)) (isKnown(to, v) ? knows : lacks).push(v);
      }
      if (lacks.length > 0) {
        // Where a transformer is not known the step is no step yet.
        slots = slots.includes(slot) ? slots : [...slots, slot];
        this.put(MISS, this.narrowed(guard, slot, lacks), slots, -1, []);
        known = this.narrowed(known, slot, knows);
      }
      return { slot, to };
    });
    const next = this.firstLocal[this.process]! + leaf.next;
    this.name(nodes, this.put(STEP, known, slots, next, effects));
  }

  /** What becomes of each of so many values; one array for all steps that have the transformer. */
  private table(t: Transformer, size: number): Int32Array {
    const made = this.tablesOf.get(t) ?? new Int32Array(size).fill(-1);
    if (!this.tablesOf.has(t)) made.set(t.table.subarray(0, size));
    this.tablesOf.set(t, made);
    return made;
  }

  private put(
    kind: number,
    guard: Uint32Array,
    reads: readonly number[],
    next: number,
    effects: readonly Effect[],
  ): number {
    const { process, from } = this;
    const action = { id: this.actions.length, kind, process, from, next, guard, reads, effects };
    this.actions.push(action);
    this.actionsFrom[from]!.push(action);
    return action.id;
  }

  private name(nodes: readonly number[], action: number): void {
    for (const n of nodes) this.actionOf[n] = action;
  }

  private narrowed(guard: Uint32Array, slot: number, values: readonly number[]): Uint32Array {
    const row = guard.slice();
    row.fill(0, this.rows.first[slot]!, this.rows.first[slot + 1]!);
    for (const v of values) add(this.rows, row, 0, slot, v);
    return row;
  }

  private same(node: number): number {
    const known = this.sameAs.get(node);
    if (known !== undefined) return known;
    const text = this.text(node);
    const first = this.byText.get(text) ?? node;
    this.byText.set(text, first);
    this.sameAs.set(node, first);
    return first;
  }

  private text(node: number): string {
    const { trees, leaves } = this.tables;
    const kind = trees.kindOf(node);
    const data = trees.dataOf(node);
    if (kind === LEAF) {
      if (data === BLOCKED) return 'wait';
      const { next, slots, effects, judgements, origin } = leaves[data]!;
      const taken = origin!.result.taken.map((a) => this.numberOf(a));
      return `leaf ${canonical([next, [...slots], effects.map((t: Transformer) => this.numberOf(t)), judgements, taken])}`;
    }
    const options = kind === READ ? this.sizes[data]! : data;
    const kids: string[] = [];
    for (let v = 0; v < options; v++) {
      const kid = trees.kidOf(node, v);
      if (kid >= 0) kids.push(`${v}:${this.same(kid)}`);
    }
    return `${kind} ${data} ${kids.join()}`;
  }

  private numberOf(thing: object): number {
    const known = this.numbers.get(thing) ?? this.numbers.size;
    this.numbers.set(thing, known);
    return known;
  }
}

const isKnown = (to: Int32Array, value: number): boolean => to[value]! >= 0 && to[value]! < to.length;
