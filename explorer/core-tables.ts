/**
 * The tables as the compiled core reads them (core/trees.ts, core/outcome.ts): decision trees with an entry for each value that
 * a read can give, and for each leaf what it changes, as far as possible as bits that are set in whole words.
 */
import { Records, type Space } from './core-memory.ts';
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

const JUDGES = 1;
const SEEN = 2;
const IS_BLOCKED = 4;
/** See core/symmetry.ts. */
const MET = 8;
const FINISHED = 1;
const ENVIRONMENT = 2;

/** Words of an outcome before what it changes; of a changed word; of a changed field. */
const HEAD = 12;
const WORD = 6;
const FIELD = 2;
/** Among them: bits of the slots that the step has to do with, and that it writes; of a changed word, bits to keep and to set. */
const TOUCHES = 6;
const WRITES = 8;
/** And the action that the choice has it for. */
const ACTION = 10;
const KEEP = 2;
const SET = 4;
const KEEP_ALL = 0xffffffff;

/** A vector of no more words than that is changed as a whole. */
const ALL_WORDS = 2;

/** Words of a quick record, and what a tree may read to have one. */
const QUICK = 8;
const QUICK_READS = 4;
const QUICK_BITS = 12;
/** A field's mask, see core/fields.ts. */
const MASK = 0xffff;

interface Node {
  readonly kind: number;
  /** READ: slot; CHOICE: options; else the leaf's number, or a conjunct's code. */
  readonly data: number;
  /** Kids by index; -1: unknown. */
  readonly kids: number[];
  /** Where its entries are. */
  at: number;
  /** Whether the tree is a process's step (else a conjunct's). */
  step: boolean;
  /** Of such a tree: what is known of it as a whole. */
  tree: Tree | undefined;
}

/** A step's tree. */
interface Tree {
  readonly process: number;
  readonly local: number;
  /** Slots that it reads. */
  readonly reads: number[];
  /** Its quick table and that one's size in bits; see core/quick.ts. */
  table: number;
  bits: number;
}

interface Outcome extends LeafFacts {
  readonly at: number;
  /** Where its slots are listed. */
  readonly slotsAt: number;
}

/** Values that a read's entries have room for at first. */
const FIRST_ROOM = 4;

export class CoreTables implements TableMemory {
  private readonly space: Space;
  private readonly firstProcess: number;
  private readonly nodes: Node[] = [];
  private readonly outcomes: Outcome[] = [];
  private readonly tables: Int32Array[] = [];
  /** By transformer: where the core has its table. */
  private readonly tableAt: { at: number; length: number }[] = [];
  private readonly transformers: Records;
  private readonly codes: Records;
  private readonly procs: number;
  private readonly known: readonly Records[];
  private readonly readers: number;
  private readonly judgedWords: number;
  /** By slot: values that the entries of a read have room for. */
  private readonly room: number[];
  private layout: VectorLayout | undefined;
  /** By process: its quick records. */
  private readonly quick: number;
  private readonly quickRecords: readonly Records[];
  private readonly trees: Tree[] = [];
  /** Trees that read what they did not read before. */
  private readonly changed = new Set<Tree>();
  /** What a reduced search decides by. */
  private choice: ChoiceTables | undefined;
  /** Outcomes from here on are not written yet. */
  private written = 0;
  /** What else is not written yet: links of nodes, transformers that have changed, and the rest. The core may be at work. */
  private links: [number, number, number][] = [];
  private readonly changedTables = new Set<number>();
  private later: (() => void)[] = [];

  constructor(space: Space, system: System, conjuncts: number) {
    this.space = space;
    this.firstProcess = system.firstProcess;
    this.room = system.names.map(() => FIRST_ROOM);
    this.transformers = new Records(space, 2, (at) => space.configure('transformers', at));
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
    this.quick = space.alloc(processes * 4);
    this.quickRecords = system.processes.map(
      (_, p) =>
        new Records(space, QUICK, (at) => {
          space.u32[this.quick / 4 + p] = at;
        }),
    );
    space.configure('quick', this.quick);
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
    for (const { at } of this.outcomes) this.space.u32[at / 4 + 1]! &= ~SEEN;
    this.codes.clear();
  }

  /** The symmetry that is searched with has met the leaf. */
  met(id: number): void {
    this.space.u32[this.outcomes[id]!.at / 4 + 1]! |= MET;
  }

  /** @returns false: it decides by that already */
  decideBy(choice: ChoiceTables): boolean {
    if (choice === this.choice) return false;
    this.choice = choice;
    this.writeEntries();
    for (const [id, { at }] of this.outcomes.entries()) this.space.u32[at / 4 + ACTION] = this.actionOf(id);
    return true;
  }

  /**
   * The core gets what was found since the last call, and every value of every slot has its place. Nobody searches
   * meanwhile; between two calls somebody may.
   */
  settle(sizes: readonly number[], layout: VectorLayout): void {
    for (const write of this.later) write();
    this.later = [];
    for (const id of this.changedTables) this.writeTable(id);
    this.changedTables.clear();
    const grown = new Set<number>();
    for (const [slot, size] of sizes.entries()) {
      if (size <= this.room[slot]!) continue;
      while (this.room[slot]! < size) this.room[slot]! *= 2;
      grown.add(slot);
    }
    if (grown.size > 0) this.makeRoom(grown);
    const everything = layout !== this.layout;
    this.layout = layout;
    if (everything) this.written = 0;
    for (; this.written < this.outcomes.length; this.written++) this.write(this.written);
    if (everything) this.writeEntries();
    else {
      if (grown.size > 0) this.writeMoved(grown);
      for (const link of this.links) this.writeEntry(...link);
    }
    this.links = [];
    if (everything) this.writeProcesses(layout);
    if (everything || grown.size > 0) {
      for (const tree of this.trees)
        if (everything || tree.reads.some((slot) => grown.has(slot))) this.changed.add(tree);
    }
    for (const tree of this.changed) this.writeQuick(tree, layout);
    this.changed.clear();
  }

  private writeQuick(tree: Tree, { fields }: VectorLayout): void {
    const { process, local, reads } = tree;
    const masks = reads.map((slot) => Math.min(this.room[slot]! - 1, fields[slot]! & MASK));
    const widths = masks.map((mask) => Math.log2(mask + 1));
    const bits = widths.reduce((a, b) => a + b, 0);
    const fits = reads.length <= QUICK_READS && bits <= QUICK_BITS;
    if (fits && tree.table !== 0 && bits === tree.bits)
      this.space.u32.fill(0, tree.table / 4, tree.table / 4 + 2 ** bits);
    else tree.table = fits ? this.space.alloc(4 * 2 ** bits) : 0;
    tree.bits = bits;
    const at = this.quickRecords[process]!.slot(local);
    const { u32 } = this.space;
    u32.fill(0, at, at + QUICK);
    if (!fits) return;
    u32[at] = tree.table;
    let shift = 0;
    reads.forEach((slot, i) => {
      if (i > 0) u32[at + 1]! |= shift << (8 * (i - 1));
      u32[at + 2 + i] = (fields[slot]! & ~MASK) | masks[i]!;
      shift += widths[i]!;
    });
  }

  private writeProcesses({ fields }: VectorLayout): void {
    for (const p of this.known.keys()) this.space.u32[this.procs / 4 + 3 * p] = fields[this.firstProcess + p]!;
  }

  private makeRoom(slots: ReadonlySet<number>): void {
    for (const n of this.nodes) {
      if (n.kind === READ && slots.has(n.data)) n.at = this.space.alloc(8 * this.room[n.data]!);
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
    this.nodes[id] = { kind, data, kids: [], at, step: false, tree: undefined };
  }

  kid(node: number, index: number, kid: number): void {
    const n = this.nodes[node]!;
    n.kids[index] = kid;
    const k = this.nodes[kid]!;
    k.step = n.step;
    k.tree = n.tree;
    if (k.tree && k.kind === READ && !k.tree.reads.includes(k.data)) {
      k.tree.reads.push(k.data);
      this.changed.add(k.tree);
    }
    this.links.push([node, index, kid]);
  }

  leaf(id: number, leaf: LeafFacts): void {
    // Each slot may be in a word of its own, and so may the process; short vectors have all their words.
    const most = leaf.slots.length + 1;
    const at = this.space.alloc(4 * (HEAD + WORD * Math.max(most, ALL_WORDS) + FIELD * most));
    this.outcomes[id] = { ...leaf, at, slotsAt: this.space.words(leaf.slots) };
  }

  transformer(id: number, table: Int32Array): void {
    this.tables[id] = table;
    this.changedTables.add(id);
  }

  private writeTable(id: number): void {
    const table = this.tables[id]!;
    const known = this.tableAt[id];
    const { at } = known?.length === table.length ? known : { at: this.space.alloc(4 * table.length) };
    if (known?.at !== at) {
      this.tableAt[id] = { at, length: table.length };
      const record = this.transformers.slot(id);
      this.space.u32[record] = at;
      this.space.u32[record + 1] = table.length;
    }
    this.space.u32.set(table, at / 4);
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
    for (const [id, n] of this.nodes.entries()) {
      for (const [index, kid] of n.kids.entries()) if (kid !== undefined) this.writeEntry(id, index, kid);
    }
  }

  /** Entries of the nodes that read one of the slots, which have moved, and of those that lead there. */
  private writeMoved(slots: ReadonlySet<number>): void {
    const moved = (n: Node): boolean => n.kind === READ && slots.has(n.data);
    for (const [id, n] of this.nodes.entries()) {
      const all = moved(n);
      for (const [index, kid] of n.kids.entries()) {
        if (kid !== undefined && (all || moved(this.nodes[kid]!))) this.writeEntry(id, index, kid);
      }
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
      u32[at + 1] = k.step ? this.outcomes[k.data]!.at : k.data;
      u32[at] = (ENTRY_OUTCOME << 30) | (k.step ? this.chosenBy(kid, k.data) : 0);
    }
  }

  /** What the choice asks of a leaf, as core/actions.ts reads it. */
  private chosenBy(node: number, leaf: number): number {
    return 2 * ((this.choice?.actionOf[node] ?? -1) + 1) + (leaf === BLOCKED ? 0 : 1);
  }

  /** Number of the leaf's action plus one; 0: not known, or the process waits. */
  private actionOf(leaf: number): number {
    return (this.choice?.actionOfLeaf[leaf] ?? -1) + 1;
  }

  /** What a leaf changes: bits of words where the new local is known, fields where it depends on the old one. */
  private write(id: number): void {
    const { u32 } = this.space;
    const { at, slotsAt, process, next, slots, reads, transformers, locals, judges } = this.outcomes[id]!;
    const { fields, bytes } = this.layout!;
    const w = at / 4;
    // Whether it was reported is the core's to say.
    const flags = (u32[w + 1]! & (SEEN | MET)) | (judges ? JUDGES : 0) | (id === BLOCKED ? IS_BLOCKED : 0);
    let words = 0;
    const wordAt = (byte: number): number => {
      for (let i = 0; i < words; i++) if (u32[w + HEAD + WORD * i] === byte) return w + HEAD + WORD * i;
      const made = w + HEAD + WORD * words++;
      u32.fill(0, made, made + WORD);
      u32[made] = byte;
      u32.fill(KEEP_ALL, made + KEEP, made + KEEP + 2);
      return made;
    };
    if (bytes <= 8 * ALL_WORDS) for (let byte = 0; byte < bytes; byte += 8) wordAt(byte);
    const change = (field: number, to: number): void => {
      const word = wordAt((field >>> 22) * 8);
      const shift = (field >>> 16) & 63;
      putBits(u32, word + KEEP, field & MASK, shift, false);
      putBits(u32, word + SET, to, shift, true);
    };
    if (id !== BLOCKED) change(fields[this.firstProcess + process]!, next);
    const open: number[] = [];
    slots.forEach((slot, i) => {
      const to = locals[i]! < 0 ? -1 : (this.tables[transformers[i]!]![locals[i]!] ?? -1);
      if (to >= 0) change(fields[slot]!, to);
      else open.push(fields[slot]!, transformers[i]!);
    });
    u32.set([id, flags, words, open.length / FIELD, slotsAt, slots.length, 0, 0, 0, 0, this.actionOf(id), 0], w);
    u32.set(open, w + HEAD + WORD * words);
    // A bit for each slot, see core/sleep.ts. Where there are more than 64, some share one: that only looks like less freedom.
    const mark = (slot: number, written: boolean): void => {
      putBits(u32, w + TOUCHES, 1, slot & 63, true);
      if (written) putBits(u32, w + WRITES, 1, slot & 63, true);
    };
    mark(this.firstProcess + process, true);
    for (const slot of slots) mark(slot, true);
    for (const slot of reads) mark(slot, false);
  }
}

/** Sets bits of a word of 64, or takes them away. */
function putBits(u32: Uint32Array, at: number, bits: number, shift: number, on: boolean): void {
  const low = shift < 32 ? bits << shift : 0;
  const high = shift < 32 ? (shift > 0 ? bits >>> (32 - shift) : 0) : bits << (shift - 32);
  u32[at] = on ? u32[at]! | low : u32[at]! & ~low;
  u32[at + 1] = on ? u32[at + 1]! | high : u32[at + 1]! & ~high;
}
