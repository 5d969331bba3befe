/**
 * Which processes a state has to be expanded for. What is chosen is persistent: nothing that the others can do
 * without them depends on a step that a chosen process can take now. It is a function of the state and of the arrays
 * below alone, so that it does not depend on the order of the search.
 */

import { canonical } from '../json.ts';
import { BLOCKED, type Tables } from '../tables.ts';
import { type Known, knownSystem, STEP } from './actions.ts';
import { closingLocals } from './closing.ts';
import { Commute } from './commute.ts';
import { type Conflicts, conflicts } from './conflicts.ts';
import { reachable } from './reachable.ts';
import { judgedSlots } from './sleepers.ts';
import type { Symmetry } from './symmetry.ts';

/** What the decision looks at: typed arrays, the same for every engine. */
export interface ChoiceTables {
  /** By leaf node of the trees: its action; -1: not known. */
  readonly actionOf: Int32Array;
  /** By leaf: its action; -1: not known, or the leaf that says that the process waits. */
  readonly actionOfLeaf: Int32Array;
  /** By action: 1 for a step, 0 for a process that waits. */
  readonly steps: Uint8Array;
  /** By process: the number of its first local among all. */
  readonly firstLocal: Int32Array;
  /** By local among all: 1 where a cycle is cut. */
  readonly closing: Uint8Array;
  /** Words of 32 bits for each action in `conflicts`. */
  readonly width: number;
  /** Bit `l` of action `a`: a process at local `l` can come to something that depends on `a`. */
  readonly conflicts: Uint32Array;
  /** See `judgedSlots` in sleepers.ts. */
  readonly judged: Uint32Array;
}

/** @param symmetry under which the choice must be the same: a cycle is cut at a local and its images */
export function choiceTables(tables: Tables, conflictsOf: ConflictsOf, symmetry?: Symmetry): ChoiceTables {
  const basis = basisOf(tables);
  const { known } = basis;
  const found = conflictsOf(basis);
  const closing = closingLocals(known, found, (l) => nameOf(tables, known.firstLocal, l));
  symmetry?.closeUnder(closing, known.firstLocal);
  const made: ChoiceTables = {
    actionOf: known.actionOf,
    actionOfLeaf: byLeaf(tables, known.actionOf),
    steps: Uint8Array.from(known.actions, (a) => (a.kind === STEP ? 1 : 0)),
    firstLocal: known.firstLocal,
    closing,
    width: found.width,
    conflicts: found.bits,
    judged: judgedSlots(tables),
  };
  bases.set(made, { basis, conflictsOf });
  return made;
}

/** A local by what it is: process, state and context. */
function nameOf({ domains, system }: Tables, firstLocal: Int32Array, l: number): string {
  const p = firstLocal.findLastIndex((first) => first <= l);
  const { value, context } = domains[system.firstProcess + p]!.locals[l - firstLocal[p]!]!;
  return canonical([p, value, context]);
}

/** What the conflicts of choice tables are computed from. */
export interface Basis {
  readonly known: Known;
  /** The initial state: a local by slot. */
  readonly initial: Int32Array;
  readonly firstProcess: number;
  /** By conjunct that judges states: slots that it reads. */
  readonly judged: readonly Uint8Array[];
}

/** @param also as of `conflicts` */
export type ConflictsOf = (basis: Basis, also?: Uint32Array) => Conflicts;

/** The reference: plain TypeScript. */
export function plainConflicts({ known, initial, firstProcess, judged }: Basis, also?: Uint32Array): Conflicts {
  const reach = reachable(known, initial, firstProcess);
  return conflicts(known, reach, new Commute(known, reach, judged), also);
}

const bases = new WeakMap<ChoiceTables, { readonly basis: Basis; readonly conflictsOf: ConflictsOf }>();

/** What the tables know now. */
export function basisOf(tables: Tables): Basis {
  // First, so that the tables know where each process begins.
  const initial = tables.initial();
  const judged = tables.judged.filter((j) => !j.onlyAtEnd).map((j) => j.reads.slice());
  return { known: knownSystem(tables), initial, firstProcess: tables.system.firstProcess, judged };
}

/**
 * Whether `used`, which covers what there is now, has as many conflicts as follow from its own by what the tables know now: if
 * a process can come to a conflict, it is in conflict already, whatever was learnt since. Then who steps alone still does so
 * when another has stepped, and where a chain ends does not depend on who goes first (sleepers.ts).
 */
export function isClosed(used: ChoiceTables, now: ChoiceTables): boolean {
  if (String(used.judged) !== String(now.judged)) return false;
  const { basis, conflictsOf } = bases.get(now)!;
  const { known } = basis;
  const place = placesIn(used, now);
  const also = new Uint32Array(known.actions.length * now.width);
  for (const [a, b] of sameActions(used.actionOf, now.actionOf)) {
    for (const [l, to] of place.entries()) {
      if (isSet(used.conflicts, a * used.width, l)) also[b * now.width + (to >>> 5)]! |= 1 << (to & 31);
    }
  }
  const { bits } = conflictsOf(basis, also);
  for (const [a, b] of sameActions(used.actionOf, now.actionOf)) {
    for (const [l, to] of place.entries()) {
      if (isSet(bits, b * now.width, to) && !isSet(used.conflicts, a * used.width, l)) return false;
    }
  }
  return true;
}

const isSet = (bits: Uint32Array, at: number, l: number): boolean => ((bits[at + (l >>> 5)]! >>> (l & 31)) & 1) === 1;

/** What was known as one action and what is now, each pair once; an action may have become several. */
function* sameActions(before: Int32Array, now: Int32Array): Generator<readonly [number, number]> {
  const seen = new Set<number>();
  for (let node = 0; node < before.length; node++) {
    const [a, b] = [before[node]!, now[node]!];
    if (a < 0 || b < 0 || seen.has(a * now.length + b)) continue;
    seen.add(a * now.length + b);
    yield [a, b];
  }
}

/**
 * Whether what was chosen by `used` is persistent by `now` as well, which knows more: wherever `now` sees a conflict between
 * a step and a local that `used` knew, that saw it too; and wherever `now` cuts a cycle at a local that `used` knew, that
 * cut it too. Where a state has a step or a local that `used` did not know, it chose everything.
 * @param cuts whether anything but all steps was chosen: else no cycle need be cut
 */
export function covers(used: ChoiceTables, now: ChoiceTables, cuts: boolean): boolean {
  if (used === now) return true;
  const place = placesIn(used, now);
  if (cuts) for (let l = 0; l < place.length; l++) if (now.closing[place[l]!]! > used.closing[l]!) return false;
  const compared = new Map<number, number>();
  for (let node = 0; node < used.actionOf.length; node++) {
    const [a, b] = [used.actionOf[node]!, now.actionOf[node]!];
    if (a < 0 || compared.get(a) === b) continue;
    if (b < 0 || !coversRow(used, a, now, b, place)) return false;
    compared.set(a, b);
  }
  return true;
}

function coversRow(used: ChoiceTables, a: number, now: ChoiceTables, b: number, place: Int32Array): boolean {
  for (let l = 0; l < place.length; l++) {
    const to = place[l]!;
    if ((now.conflicts[b * now.width + (to >>> 5)]! >>> (to & 31)) & 1) {
      if (((used.conflicts[a * used.width + (l >>> 5)]! >>> (l & 31)) & 1) === 0) return false;
    }
  }
  return true;
}

/** Of each local of `used`, its number in `now`. */
function placesIn(used: ChoiceTables, now: ChoiceTables): Int32Array {
  const place = new Int32Array(used.closing.length);
  for (let p = 0; p + 1 < used.firstLocal.length; p++) {
    for (let l = used.firstLocal[p]!; l < used.firstLocal[p + 1]!; l++) {
      place[l] = now.firstLocal[p]! + l - used.firstLocal[p]!;
    }
  }
  return place;
}

/** A leaf has one node, except the one that says that the process waits. */
function byLeaf({ trees, leaves }: Tables, actionOf: Int32Array): Int32Array {
  const actions = new Int32Array(leaves.length).fill(-1);
  for (const [node, action] of actionOf.entries()) if (action >= 0) actions[trees.dataOf(node)] = action;
  actions[BLOCKED] = -1;
  return actions;
}

/** Processes as bits of a number. */
export type Processes = number;

export class Choice {
  private readonly tables: Tables;
  private readonly data: ChoiceTables;
  private readonly processes: number;
  private readonly firstProcess: number;
  /** By process, of the last state: processes in conflict with its step; number of its steps. */
  private readonly against: Int32Array;
  private readonly count: Int32Array;

  constructor(tables: Tables, data: ChoiceTables) {
    this.tables = tables;
    this.data = data;
    this.processes = tables.system.processes.length;
    this.firstProcess = tables.system.firstProcess;
    this.against = new Int32Array(this.processes);
    this.count = new Int32Array(this.processes);
  }

  /**
   * The number of the leaf that process `p` takes at the state, if that is its only step and nobody else can come to
   * anything that depends on it; else -1. Of the other processes it needs nothing but their locals.
   */
  alone(p: number, vec: Int32Array): number {
    const { actionOfLeaf, firstLocal, width, conflicts } = this.data;
    const { tables, processes, firstProcess } = this;
    const root = tables.roots[p]![vec[firstProcess + p]!];
    if (root === undefined) return -1;
    const node = tables.trees.leafNode(root, vec);
    const leaf = node < 0 ? BLOCKED : tables.trees.dataOf(node);
    const action = leaf < actionOfLeaf.length ? actionOfLeaf[leaf]! : -1;
    if (action < 0) return -1;
    for (let q = 0; q < processes; q++) {
      const other = vec[firstProcess + q]!;
      if (q === p || tables.finished(q, other)) continue;
      const l = firstLocal[q]! + other;
      if (l >= firstLocal[q + 1]! || (conflicts[action * width + (l >>> 5)]! >>> (l & 31)) & 1) return -1;
    }
    return leaf;
  }

  /** All processes that can step, or a persistent part of them that stands where no cycle is cut: the smallest, the first. */
  of(vec: Int32Array): Processes {
    let enabled = 0;
    let closing = 0;
    for (let p = 0; p < this.processes; p++) {
      this.against[p] = 0;
      this.count[p] = 0;
      const local = vec[this.firstProcess + p]!;
      if (this.tables.finished(p, local)) continue;
      if (!this.look(p, vec)) return -1;
      if (this.count[p]! > 0) enabled |= 1 << p;
      if (this.data.closing[this.data.firstLocal[p]! + local]) closing |= 1 << p;
    }
    let best = enabled;
    let fewest = 0x7fffffff;
    for (let p = 0; p < this.processes; p++) {
      if (((enabled & ~closing) >>> p) & 1) {
        const part = this.closure(1 << p) & enabled;
        if (part === enabled || (part & closing) !== 0) continue;
        let steps = 0;
        for (let q = 0; q < this.processes; q++) if ((part >>> q) & 1) steps += this.count[q]!;
        if (steps < fewest) {
          fewest = steps;
          best = part;
        }
      }
    }
    return best;
  }

  /** Whether there is something at the state that was not known: then nobody sleeps there. */
  strange(vec: Int32Array): boolean {
    const { actionOf, firstLocal } = this.data;
    const { tables, firstProcess } = this;
    for (let p = 0; p < this.processes; p++) {
      const local = vec[firstProcess + p]!;
      if (tables.finished(p, local)) continue;
      if (firstLocal[p]! + local >= firstLocal[p + 1]!) return true;
      tables.steps(p, vec);
      for (const node of tables.trees.ends) if (node >= actionOf.length || actionOf[node]! < 0) return true;
    }
    return false;
  }

  /** Whether a cycle of process `p` is cut where it stands. */
  closes(p: number, vec: Int32Array): boolean {
    return this.data.closing[this.data.firstLocal[p]! + vec[this.firstProcess + p]!] === 1;
  }

  private closure(start: Processes): Processes {
    let all = start;
    for (let before = 0; before !== all; ) {
      before = all;
      for (let p = 0; p < this.processes; p++) if ((before >>> p) & 1) all |= this.against[p]!;
    }
    return all;
  }

  /** Notes what process `p` can do in the state and who minds. @returns false: the tables have just grown */
  private look(p: number, vec: Int32Array): boolean {
    const { actionOf, steps, firstLocal, width, conflicts } = this.data;
    const { tables, processes, firstProcess } = this;
    tables.steps(p, vec);
    const nodes = tables.trees.ends;
    for (let i = 0; i < nodes.length; i++) {
      const action = nodes[i]! < actionOf.length ? actionOf[nodes[i]!]! : -1;
      if (action < 0) return false;
      this.count[p]! += steps[action]!;
      for (let q = 0; q < processes; q++) {
        const other = vec[firstProcess + q]!;
        if (q === p || tables.finished(q, other)) continue;
        const local = firstLocal[q]! + other;
        if (local >= firstLocal[q + 1]!) return false;
        if ((conflicts[action * width + (local >>> 5)]! >>> (local & 31)) & 1) this.against[p]! |= 1 << q;
      }
    }
    return true;
  }
}
