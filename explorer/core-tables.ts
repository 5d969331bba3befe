/**
 * The tables as the compiled core reads them (core/trees.ts, core/outcome.ts): decision trees with an entry for each value that
 * a read can give, and for each leaf what it changes, as far as possible as bits that are set in whole words.
 */
import { Records, type Space } from './core-memory.ts';
import { CoreOutcomes } from './core-outcomes.ts';
import { CoreQuick, type Tree } from './core-quick.ts';
import { CoreTransformers } from './core-transformers.ts';
import type { ChoiceTables } from './reduce/choice.ts';
import type { System } from './system.ts';
import type { LeafFacts, TableMemory } from './table-memory.ts';
import { BLOCKED } from './tables.ts';
import type { VectorLayout } from './vector-layout.ts';

/** Kinds of tree nodes, as in trees.ts. */
const READ = 0;
const CHOICE = 1;

/** Kinds of entries, as in core/trees.ts. */
const ENTRY_READ = 1;
const ENTRY_OUTCOME = 2;
const ENTRY_CHOICE = 3;

/** Flags of a process's local, as in core/outcome.ts. */
const FINISHED = 1;
const ENVIRONMENT = 2;

interface Node {
  readonly kind: number;
  /** READ: slot; CHOICE: options; else the leaf's number, or a conjunct's code. */
  readonly data: number;
  /** Kids by index; -1: unknown. */
  readonly kids: number[];
  /** Whose kid it is; -1: nobody's. */
  parent: number;
  /** Where its entries are. */
  at: number;
  /** Whether the tree is a process's step (else a conjunct's). */
  step: boolean;
  /** Of such a tree: what is known of it as a whole. */
  tree: Tree | undefined;
}

/** Values that a read's entries have room for at first. */
const FIRST_ROOM = 4;

export class CoreTables implements TableMemory {
  private readonly space: Space;
  private readonly firstProcess: number;
  private readonly nodes: Node[] = [];
  /** By slot: the nodes that read it. */
  private readonly reading: number[][];
  private readonly outcomes: CoreOutcomes;
  private readonly transformers: CoreTransformers;
  private readonly codes: Records;
  private readonly procs: number;
  private readonly known: readonly Records[];
  private readonly readers: number;
  private readonly judgedWords: number;
  /** By slot: values that the entries of a read have room for. */
  private readonly room: number[];
  private layout: VectorLayout | undefined;
  private readonly quick: CoreQuick;
  private readonly trees: Tree[] = [];
  /** Trees that read what they did not read before. */
  private readonly changed = new Set<Tree>();
  /** What a reduced search decides by. */
  private choice: ChoiceTables | undefined;
  /** What is not written yet: links of nodes, and the rest. The core may be at work. */
  private links: [number, number, number][] = [];
  private later: (() => void)[] = [];

  constructor(space: Space, system: System, conjuncts: number) {
    this.space = space;
    this.firstProcess = system.firstProcess;
    this.room = system.names.map(() => FIRST_ROOM);
    this.reading = system.names.map(() => []);
    this.transformers = new CoreTransformers(space);
    this.outcomes = new CoreOutcomes(space, system.firstProcess, this.transformers);
    this.codes = new Records(space, 1, (at) => space.configure('codeSeen', at));
    const processes = system.processes.length;
    this.procs = space.alloc(processes * 12);
    this.judgedWords = Math.ceil(conjuncts / 32);
    this.readers = space.alloc(Math.max(4, system.slotCount * this.judgedWords * 4));
    this.known = system.processes.map(
      (_, p) =>
        new Records(space, 2, (at) => {
          space.u32[this.procs / 4 + p * 3 + 1] = at;
        }),
    );
    this.quick = new CoreQuick(space, processes);
    space.configure('firstProcess', this.firstProcess);
    space.configure('processes', processes);
    space.configure('procs', this.procs);
    space.configure('readers', this.readers);
    space.configure('judgedWords', this.judgedWords);
    space.configure('judgedCount', conjuncts);
  }

  /** Where the tree of a conjunct begins. */
  entryOf(root: number): number {
    return this.entry(root, 0);
  }

  /** Another search begins: what the last one has reported is forgotten. */
  forget(): void {
    this.outcomes.forget();
    this.codes.clear();
  }

  /** The symmetry that is searched with has met the leaf. */
  met(id: number): void {
    this.outcomes.met(id);
  }

  /** @returns false: it decides by that already */
  decideBy(choice: ChoiceTables): boolean {
    if (choice === this.choice) return false;
    this.choice = choice;
    this.writeEntries();
    this.outcomes.decideBy(choice);
    return true;
  }

  /**
   * The core gets what was found since the last call, and every value of every slot has its place. Nobody searches
   * meanwhile; between two calls somebody may.
   * @param fields where the core has the layout's
   */
  settle(sizes: readonly number[], layout: VectorLayout, fields: number): void {
    for (let i = 0; i < this.later.length; i++) this.later[i]!();
    this.later = [];
    this.transformers.settle();
    const grown = this.widen(sizes);
    if (grown.size > 0) this.makeRoom(grown);
    const everything = layout !== this.layout;
    this.layout = layout;
    this.outcomes.settle(fields, layout.bytes, everything);
    if (everything) this.writeEntries();
    else {
      if (grown.size > 0) this.writeMoved(grown);
      for (let i = 0; i < this.links.length; i++) this.writeEntry(...this.links[i]!);
    }
    this.links = [];
    if (everything) this.writeProcesses(layout);
    if (everything || grown.size > 0) {
      for (const tree of this.trees)
        if (everything || tree.reads.some((slot) => grown.has(slot))) this.changed.add(tree);
    }
    for (const tree of this.changed) this.quick.write(tree, layout, this.room);
    this.changed.clear();
  }

  /** @returns the slots that have more locals now than there was room for */
  private widen(sizes: readonly number[]): Set<number> {
    const grown = new Set<number>();
    // Called for each step that is learnt, in code that is interpreted.
    for (let slot = 0; slot < sizes.length; slot++) {
      if (sizes[slot]! <= this.room[slot]!) continue;
      while (this.room[slot]! < sizes[slot]!) this.room[slot]! *= 2;
      grown.add(slot);
    }
    return grown;
  }

  private writeProcesses({ fields }: VectorLayout): void {
    for (const p of this.known.keys()) this.space.u32[this.procs / 4 + 3 * p] = fields[this.firstProcess + p]!;
  }

  private makeRoom(slots: ReadonlySet<number>): void {
    for (const slot of slots) {
      for (const id of this.reading[slot]!) this.nodes[id]!.at = this.space.alloc(8 * this.room[slot]!);
    }
  }

  ints(n: number, fill: number): Int32Array {
    return new Int32Array(n).fill(fill);
  }

  table(n: number, fill: number): Int32Array {
    const at = this.space.alloc(Math.max(4, n * 4));
    return new Int32Array(this.space.memory.buffer, at, n).fill(fill);
  }

  node(id: number, kind: number, data: number): void {
    const entries = kind === READ ? 8 * this.room[data]! : kind === CHOICE ? 8 + 8 * data : 0;
    const at = entries > 0 ? this.space.alloc(entries) : 0;
    if (kind === CHOICE) this.space.u32[at / 4] = data;
    this.nodes[id] = { kind, data, kids: [], parent: -1, at, step: false, tree: undefined };
    if (kind === READ) this.reading[data]!.push(id);
  }

  kid(node: number, index: number, kid: number): void {
    const n = this.nodes[node]!;
    n.kids[index] = kid;
    const k = this.nodes[kid]!;
    k.parent = node;
    k.step = n.step;
    k.tree = n.tree;
    if (k.tree && k.kind === READ && !k.tree.reads.includes(k.data)) {
      k.tree.reads.push(k.data);
      this.changed.add(k.tree);
    }
    this.links.push([node, index, kid]);
  }

  leaf(id: number, leaf: LeafFacts): void {
    this.outcomes.add(id, leaf);
  }

  transformer(id: number, table: Int32Array): void {
    this.transformers.set(id, table);
  }

  root(process: number, local: number, root: number): void {
    this.nodes[root]!.step = true;
    const tree = { process, local, reads: [], table: 0, bits: 0 };
    this.nodes[root]!.tree = tree;
    this.trees.push(tree);
    this.changed.add(tree);
    this.later.push(() => {
      const at = this.known[process]!.slot(local);
      this.space.u32[at] = this.entry(root, 0);
      this.located(process, local);
    });
  }

  local(process: number, local: number, finished: boolean, environment: boolean): void {
    this.later.push(() => {
      const at = this.known[process]!.slot(local);
      this.space.u32[at + 1] = (finished ? FINISHED : 0) | (environment ? ENVIRONMENT : 0);
      this.quick.local(process, local, finished);
      this.located(process, local);
    });
  }

  reads(conjunct: number, slot: number): void {
    this.later.push(() => {
      this.space.u32[this.readers / 4 + slot * this.judgedWords + (conjunct >>> 5)]! |= 1 << (conjunct & 31);
    });
  }

  code(code: number): void {
    this.later.push(() => {
      this.codes.slot(code);
    });
  }

  private located(process: number, local: number): void {
    const at = this.procs / 4 + process * 3;
    this.space.u32[at + 2] = Math.max(this.space.u32[at + 2]!, local + 1);
  }

  private entry(node: number, index: number): number {
    const n = this.nodes[node]!;
    return n.at + 8 * index + (n.kind === CHOICE ? 8 : 0);
  }

  private writeEntries(): void {
    for (let id = 0; id < this.nodes.length; id++) this.writeKids(id, this.nodes[id]!.kids);
  }

  /** Entries of the nodes that read one of the slots, which have moved, and of those that lead there. */
  private writeMoved(slots: ReadonlySet<number>): void {
    for (const slot of slots) {
      for (const id of this.reading[slot]!) {
        const { kids, parent } = this.nodes[id]!;
        this.writeKids(id, kids);
        if (parent >= 0) this.writeKids(parent, this.nodes[parent]!.kids, id);
      }
    }
  }

  /** @param only that kid's entries */
  private writeKids(node: number, kids: readonly number[], only = -1): void {
    for (let index = 0; index < kids.length; index++) {
      const kid = kids[index];
      if (kid !== undefined && (only < 0 || kid === only)) this.writeEntry(node, index, kid);
    }
  }

  private writeEntry(node: number, index: number, kid: number): void {
    const { kind, data } = this.nodes[node]!;
    // A value that there is no room for yet: `settle` follows.
    if (kind === READ && index >= this.room[data]!) return;
    const { u32 } = this.space;
    const at = this.entry(node, index) / 4;
    const k = this.nodes[kid]!;
    if (k.kind === READ) {
      u32[at + 1] = k.at;
      u32[at] = (ENTRY_READ << 30) | (this.layout?.fields[k.data] ?? 0);
    } else if (k.kind === CHOICE) {
      u32[at + 1] = k.at;
      u32[at] = ENTRY_CHOICE << 30;
    } else {
      u32[at + 1] = k.step ? this.outcomes.at(k.data) : k.data;
      u32[at] = (ENTRY_OUTCOME << 30) | (k.step ? this.chosenBy(kid, k.data) : 0);
    }
  }

  /** What the choice asks of a leaf, as core/actions.ts reads it. */
  private chosenBy(node: number, leaf: number): number {
    return 2 * ((this.choice?.actionOf[node] ?? -1) + 1) + (leaf === BLOCKED ? 0 : 1);
  }
}
