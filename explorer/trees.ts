/**
 * Decision trees. A process's step from one local state, or a property's conjunct, is a function of what it reads: a
 * tree whose inner nodes are reads (branching on the component's local, or on a selected part) and choices, and whose
 * leaves are outcomes. Trees grow on demand: one run of the step at a concrete state adds one path.
 */
import type { Selector } from './component.ts';
import { FaultlineError } from './errors.ts';
import { canonical } from './json.ts';
import { heap, type TableMemory } from './table-memory.ts';
import type { Ask } from './view.ts';

export const READ = 0;
export const CHOICE = 1;
export const LEAF = 2;

/** Values by slot and local id, for selectors. */
export type ValueOf = (slot: number, local: number) => unknown;
/** Runs the step (or conjunct) at the given state with the given picks; returns what it asked and its leaf. */
export type Run = (picks: readonly number[]) => { trail: readonly Ask[]; leaf: () => number };

/** The component in `slot` has one of `values`; where this is asked it can only have one of these or of `others`. */
export interface Condition {
  readonly slot: number;
  readonly values: readonly number[];
  readonly others: readonly number[];
}

/** One way through a tree. */
export interface Path {
  readonly leaf: number;
  /** At most one for each slot; none for what a read cannot tell apart. */
  readonly when: readonly Condition[];
  /** Options taken, by choice. */
  readonly picks: readonly number[];
}

const NO_PICKS: readonly number[] = [];

export class Trees {
  private readonly kind: number[] = [];
  /** READ: the slot; CHOICE: number of options; LEAF: the leaf's number. */
  private readonly data: number[] = [];
  private readonly kids: Int32Array[] = [];
  private readonly asks: (Ask | undefined)[] = [];
  private readonly parts: (Map<string, number> | undefined)[] = [];
  /** By part, by slot and local. */
  private readonly answers = new Map<Selector<unknown, unknown>, string[][]>();
  /** By slot: nodes that read a part of what is there, and how many locals they were linked for. */
  private readonly asking: number[][] = [];
  private readonly linked: number[] = [];
  /** Such nodes that have an answer more since then. */
  private readonly answered = new Set<number>();
  private readonly values: ValueOf;
  private readonly memory: TableMemory;
  /** Leaves found by the last `leaves()`, in the fixed order of the choices. */
  readonly found: number[] = [];
  /** The node of each of them. */
  readonly ends: number[] = [];
  /** Picks that lead to each of them. */
  readonly picks: (readonly number[])[] = [];

  constructor(values: ValueOf, memory: TableMemory = heap) {
    this.values = values;
    this.memory = memory;
  }

  get size(): number {
    return this.kind.length;
  }

  /** READ, CHOICE or LEAF. */
  kindOf(node: number): number {
    return this.kind[node]!;
  }

  /** READ: the slot; CHOICE: the number of options; LEAF: the leaf's number. */
  dataOf(node: number): number {
    return this.data[node]!;
  }

  /** Where a node leads for an option or a local; -1: nothing is known. */
  kidOf(node: number, index: number): number {
    return this.kidAt(node, index);
  }

  /** A root that nothing is known of yet: a node with one child. */
  root(): number {
    return this.node(CHOICE, 1, undefined);
  }

  /** Bit set of slots that some node reads, as slot numbers, is kept by the caller through `onRead`. */
  onRead: ((slot: number) => void) | undefined;

  /** The one leaf of a tree without choices at state `vec`. */
  leaf(root: number, vec: Int32Array, run: Run): number {
    let node = this.kids[root]![0]!;
    while (node >= 0 && this.kind[node] === READ) node = this.child(node, vec);
    if (node >= 0) return this.data[node]!;
    this.grow(root, vec, [], run);
    return this.leaf(root, vec, run);
  }

  /** The node of the one leaf of a tree at state `vec`; -1: nothing is known, or there is a choice. */
  leafNode(root: number, vec: Int32Array): number {
    let node = this.kids[root]![0]!;
    while (node >= 0 && this.kind[node] === READ) node = this.child(node, vec);
    return node >= 0 && this.kind[node] === LEAF ? node : -1;
  }

  /** As `leaves()`, where the tree is known to have one leaf there, without choices: as a rule. @returns whether it is so */
  knownLeaf(root: number, vec: Int32Array): boolean {
    const node = this.leafNode(root, vec);
    if (node < 0) return false;
    if (this.found.length !== 1) {
      this.found.length = 1;
      this.ends.length = 1;
      this.picks.length = 1;
    }
    this.found[0] = this.data[node]!;
    this.ends[0] = node;
    this.picks[0] = NO_PICKS;
    return true;
  }

  /** All leaves of the tree at state `vec`, in `found` (with `picks`). */
  leaves(root: number, vec: Int32Array, run: Run): void {
    this.found.length = 0;
    this.ends.length = 0;
    this.picks.length = 0;
    this.walk(root, root, vec, [], run, 0);
  }

  /** All ways through what the tree has grown to, the reads' answers in the order of their least values. */
  paths(root: number): Path[] {
    const found: Path[] = [];
    const visit = (node: number, when: ReadonlyMap<number, Condition>, picks: readonly number[]): void => {
      if (node < 0) return;
      const [kids, data] = [this.kids[node]!, this.data[node]!];
      if (this.kind[node] === LEAF) found.push({ leaf: data, when: [...when.values()], picks });
      else if (this.kind[node] === CHOICE) for (let o = 0; o < data; o++) visit(kids[o]!, when, [...picks, o]);
      else for (const [kid, asked] of answers(data, kids, when.get(data))) visit(kid, asked(when), picks);
    };
    visit(this.kids[root]![0]!, new Map(), []);
    return found;
  }

  /**
   * Where a part is read, every local that has a known answer leads where that answer does: not only those that were met.
   * @param sizes by slot: how many locals there are
   */
  linkAlike(sizes: readonly number[]): void {
    for (let slot = 0; slot < this.asking.length; slot++) {
      const size = sizes[slot]!;
      const from = this.linked[slot] ?? 0;
      if (size === from) continue;
      this.linked[slot] = size;
      for (const node of this.asking[slot] ?? []) this.linkFrom(node, from, size);
    }
    for (const node of this.answered) this.linkFrom(node, 0, sizes[this.data[node]!]!);
    this.answered.clear();
  }

  private linkFrom(node: number, from: number, to: number): void {
    for (let local = from; local < to; local++) if (this.canAnswer(node, local)) this.kidAt(node, local);
  }

  /** Whether the part can be read of a local. No step has read it yet: one that throws is no error here. */
  private canAnswer(node: number, local: number): boolean {
    try {
      this.answer(this.asks[node]!, local);
      return true;
    } catch {
      return false;
    }
  }

  private walk(root: number, from: number, vec: Int32Array, picks: readonly number[], run: Run, pick: number): void {
    let node = this.kids[from]![pick]!;
    for (;;) {
      if (node >= 0 && this.kind[node] === READ) {
        node = this.child(node, vec);
        continue;
      }
      if (node < 0) {
        this.grow(root, vec, picks, run);
        node = this.kids[from]![pick]!;
        continue;
      }
      if (this.kind[node] === LEAF) {
        this.found.push(this.data[node]!);
        this.ends.push(node);
        this.picks.push(picks);
        return;
      }
      const options = this.data[node]!;
      for (let o = 0; o < options; o++) this.walk(root, node, vec, [...picks, o], run, o);
      return;
    }
  }

  private child(node: number, vec: Int32Array): number {
    const local = vec[this.data[node]!]!;
    const kids = this.kids[node]!;
    const kid = local < kids.length ? kids[local]! : -1;
    if (kid >= 0) return kid;
    const parts = this.parts[node];
    if (!parts) return -1;
    const known = parts.get(this.answer(this.asks[node]!, local));
    if (known === undefined) return -1;
    this.link(node, local, known);
    return known;
  }

  private grow(root: number, vec: Int32Array, picks: readonly number[], run: Run): void {
    const { trail, leaf } = run(picks);
    let from = root;
    let index = 0;
    for (const ask of trail) {
      let node = this.kidAt(from, index);
      if (node < 0) {
        node = this.nodeFor(ask);
        this.link(from, index, node);
      } else if (!sameAsk(this.asks[node], ask)) {
        throw impure();
      }
      from = node;
      index = ask.kind === 'choice' ? ask.picked : vec[ask.slot]!;
      if (ask.kind === 'read') this.kidAt(from, index);
    }
    const end = this.kidAt(from, index);
    if (end >= 0 && this.kind[end] !== LEAF) throw impure();
    if (end < 0) this.link(from, index, this.node(LEAF, leaf(), undefined));
  }

  private kidAt(node: number, index: number): number {
    const kids = this.kids[node]!;
    const kid = index < kids.length ? kids[index]! : -1;
    if (kid >= 0 || !this.parts[node]) return kid;
    const known = this.parts[node]!.get(this.answer(this.asks[node]!, index)) ?? -1;
    if (known >= 0) this.link(node, index, known);
    return known;
  }

  private link(node: number, index: number, kid: number): void {
    let kids = this.kids[node]!;
    if (index >= kids.length) {
      const bigger = this.memory.ints(Math.max(index + 1, kids.length * 2), -1);
      bigger.set(kids);
      kids = bigger;
      this.kids[node] = kids;
    }
    kids[index] = kid;
    this.memory.kid(node, index, kid);
    const parts = this.parts[node];
    if (!parts) return;
    const answer = this.answer(this.asks[node]!, index);
    if (parts.has(answer)) return;
    parts.set(answer, kid);
    this.answered.add(node);
  }

  /** What a part's read gets of a local: many nodes ask the same. */
  private answer(ask: Ask, local: number): string {
    if (ask.kind !== 'read' || !ask.part) throw new Error('a node without selector has no parts');
    const { slot, part } = ask;
    const ofPart = this.answers.get(part) ?? [];
    this.answers.set(part, ofPart);
    ofPart[slot] ??= [];
    ofPart[slot][local] ??= canonical(part.of(this.values(slot, local)));
    return ofPart[slot][local];
  }

  private nodeFor(ask: Ask): number {
    if (ask.kind === 'choice') return this.node(CHOICE, ask.options.length, ask);
    this.onRead?.(ask.slot);
    return this.node(READ, ask.slot, ask);
  }

  private node(kind: number, data: number, ask: Ask | undefined): number {
    const id = this.kind.length;
    this.kind.push(kind);
    this.data.push(data);
    this.asks.push(ask);
    const ofPart = ask?.kind === 'read' && ask.part !== undefined;
    this.parts.push(ofPart ? new Map() : undefined);
    if (ofPart) {
      this.asking[data] ??= [];
      this.asking[data].push(id);
    }
    const kids = this.memory.ints(kind === LEAF ? 0 : kind === CHOICE ? data : 8, -1);
    this.kids.push(kids);
    this.memory.node(id, kind, data);
    return id;
  }
}

type Asked = (when: ReadonlyMap<number, Condition>) => ReadonlyMap<number, Condition>;

/**
 * The children of a read of `slot`, each with what is known then; `before` is what was known of the slot already. Where a part is read a child
 * can be linked for values that do not come here (linkAlike()).
 */
function answers(slot: number, kids: Int32Array, before: Condition | undefined): [number, Asked][] {
  const values = new Map<number, number[]>();
  for (let v = 0; v < kids.length; v++) {
    const comes = kids[v]! >= 0 && (before?.values.includes(v) ?? true);
    if (comes) values.set(kids[v]!, [...(values.get(kids[v]!) ?? []), v]);
  }
  if (values.size === 1) return [[[...values.keys()][0]!, (when) => when]];
  return [...values].map(([kid, own]) => {
    const rest = [...values].flatMap(([k, v]) => (k === kid ? [] : v));
    const others = [...new Set([...(before?.others ?? []), ...rest])].sort((a, b) => a - b);
    return [kid, (when) => new Map(when).set(slot, { slot, values: own, others })];
  });
}

function sameAsk(a: Ask | undefined, b: Ask): boolean {
  if (a?.kind === 'read' && b.kind === 'read') return a.slot === b.slot && a.part === b.part;
  if (a?.kind === 'choice' && b.kind === 'choice') return a.label === b.label && a.options.length === b.options.length;
  return false;
}

export const impure = (): FaultlineError =>
  new FaultlineError(
    'E_IMPURE',
    'two runs of the same step gave two answers',
    'Guards and effects must depend on what they read from the view alone: no clock, no random numbers, no variable of their own.',
  );
