/** The compiled core's memory: the tables lie in it, where core/core.ts reads them. */
import { readFileSync } from 'node:fs';
import type { System } from './system.ts';
import type { TableMemory } from './table-memory.ts';
import { BLOCKED } from './tables.ts';

/** What core/core.ts exports. */
export interface Core {
  open(workers: number, pages: number, bits: number): number;
  configure(setting: number, value: number): void;
  attach(): number;
  become(worker: number): void;
  alloc(bytes: number): number;
  createHalves(words: number, bits: number): number;
  relayout(
    slots: number,
    before: number,
    after: number,
    bytes: number,
    leftBytes: number,
    left: number,
    right: number,
  ): number;
  relayoutHalves(slots: number, before: number, after: number, bytes: number, leftBytes: number): number;
  nextLevel(): number;
  levelFrom(worker: number): number;
  claimed(): number;
  work(states: number): number;
  pause(on: number): void;
  grow(): number;
  fill(worker: number): void;
  stored(): number;
  countOf(worker: number): number;
  numberOf(worker: number, place: number): number;
  placeOf(state: number): number;
  blockOf(worker: number, place: number): number;
  transitions(): number;
  bytes(): number;
  unpack(state: number, fields: number, slots: number, into: number): void;
  addState(from: number, fields: number, slots: number): number;
  findState(from: number, fields: number, slots: number): number;
  eventAt(i: number): number;
  readonly eventCount: WebAssembly.Global;
  readonly missState: WebAssembly.Global;
  readonly missProcess: WebAssembly.Global;
  readonly blockDone: WebAssembly.Global;
  readonly claim: WebAssembly.Global;
}

/** Numbers of the settings, as core/search.ts reads them. */
export const SETTING = {
  bytes: 0,
  leftBytes: 1,
  left: 2,
  right: 3,
  processes: 4,
  procs: 5,
  leaves: 6,
  transformers: 7,
  judged: 8,
  judgedCount: 9,
  readers: 10,
  judgedWords: 11,
  codeSeen: 12,
  firstProcess: 13,
  maxStates: 14,
  nodes: 16,
} as const;

/** Kinds of tree nodes, as in trees.ts. */
const READ = 0;
const LEAF_JUDGES = 1;
const LEAF_BLOCKED = 4;
const FINISHED = 1;
const ENVIRONMENT = 2;

/** An array of records of `width` u32 that moves when it grows. */
class Records {
  at = 0;
  private capacity = 0;
  private readonly width: number;
  private readonly space: Space;

  constructor(space: Space, width: number) {
    this.space = space;
    this.width = width;
  }

  /** Index into the memory's u32 view of record `id`. @returns it, after growing */
  slot(id: number): number {
    if (id >= this.capacity) {
      const capacity = Math.max(64, 2 * this.capacity, id + 1);
      const at = this.space.alloc(capacity * this.width * 4);
      if (this.at > 0) this.space.u32.copyWithin(at / 4, this.at / 4, this.at / 4 + this.capacity * this.width);
      this.at = at;
      this.capacity = capacity;
      this.space.moved();
    }
    return this.at / 4 + id * this.width;
  }
}

/** The core's memory is used up: its 4 GiB, or what the machine has. */
export class OutOfMemory extends Error {}

const PAGE = 65536;
const ALL_PAGES = 65536;

/** The core's memory, and the tables in it. */
export class Space implements TableMemory {
  readonly core: Core;
  readonly memory: WebAssembly.Memory;
  u32: Uint32Array<ArrayBufferLike>;

  private readonly nodes = new Records(this, 4);
  private readonly leaves = new Records(this, 4);
  private readonly transformers = new Records(this, 2);
  private readonly codes = new Records(this, 1);
  private nodeCount = 0;
  private leafCount = 0;
  private procs = 0;
  private known: Records[] = [];
  private readers = 0;
  private judgedWords = 0;
  private fields = new Uint32Array(0);
  private readonly firstProcess: number;

  /** @param indexBits of the visited set's first index @param maxBytes of the memory, at most 4 GiB */
  constructor(module: WebAssembly.Module, firstProcess: number, workers: number, indexBits: number, maxBytes: number) {
    this.firstProcess = firstProcess;
    this.memory = newMemory();
    this.core = instantiate(module, this.memory);
    this.u32 = new Uint32Array(this.memory.buffer);
    const pages = Math.min(ALL_PAGES - 1, Math.max(64, Math.ceil(maxBytes / PAGE)));
    if (!this.core.open(workers, pages, indexBits)) throw new OutOfMemory();
    this.core.configure(SETTING.firstProcess, firstProcess);
  }

  alloc(bytes: number): number {
    const at = this.core.alloc(bytes) >>> 0;
    if (at === 0) throw new OutOfMemory();
    this.refresh();
    return at;
  }

  /** The core grows the memory as well: a view made before ends where the memory ended then. */
  refresh(): void {
    if (this.u32.byteLength !== this.memory.buffer.byteLength) this.u32 = new Uint32Array(this.memory.buffer);
  }

  moved(): void {
    const { core } = this;
    core.configure(SETTING.nodes, this.nodes.at);
    core.configure(SETTING.leaves, this.leaves.at);
    core.configure(SETTING.transformers, this.transformers.at);
    core.configure(SETTING.codeSeen, this.codes.at);
  }

  /** Room for what is known of a system before the search. */
  open(system: System, conjuncts: number): void {
    const { core } = this;
    const processes = system.processes.length;
    this.procs = this.alloc(processes * 12);
    this.judgedWords = Math.ceil(conjuncts / 32);
    this.readers = this.alloc(Math.max(4, system.slotCount * this.judgedWords * 4));
    this.known = system.processes.map(() => new Records(this, 2));
    core.configure(SETTING.processes, processes);
    core.configure(SETTING.procs, this.procs);
    core.configure(SETTING.readers, this.readers);
    core.configure(SETTING.judgedWords, this.judgedWords);
  }

  /** New fields by slot: every place in the tables that names one is written anew. */
  setFields(fields: Uint32Array): void {
    this.fields = fields;
    const { u32 } = this;
    for (let id = 0; id < this.nodeCount; id++) {
      const at = this.nodes.slot(id);
      if (u32[at]! >>> 30 === READ) u32[at] = fields[u32[at + 3]!]!;
    }
    for (let id = 0; id < this.leafCount; id++) {
      const at = this.leaves.slot(id);
      const effects = u32[at + 1]! / 4;
      for (let e = 0; e < u32[at + 2]!; e++) u32[effects + 4 * e] = fields[u32[effects + 4 * e + 2]!]!;
    }
    for (const p of this.known.keys()) u32[this.procs / 4 + 3 * p] = fields[this.firstProcess + p]!;
  }

  ints(n: number, fill: number): Int32Array {
    const at = this.alloc(Math.max(4, n * 4));
    const made = new Int32Array(this.memory.buffer, at, n);
    if (fill !== 0) made.fill(fill);
    return made;
  }

  node(id: number, kind: number, data: number, kids: Int32Array): void {
    const at = this.nodes.slot(id);
    this.nodeCount = Math.max(this.nodeCount, id + 1);
    this.u32[at] = kind === READ ? (this.fields[data] ?? 0) : kind << 30;
    this.u32[at + 1] = kids.byteOffset;
    this.u32[at + 2] = kids.length;
    this.u32[at + 3] = data;
  }

  leaf(id: number, next: number, slots: readonly number[], transformers: readonly number[], judges: boolean): void {
    const effects = this.alloc(Math.max(8, slots.length * 16));
    slots.forEach((slot, i) => {
      this.u32[effects / 4 + 4 * i] = this.fields[slot] ?? 0;
      this.u32[effects / 4 + 4 * i + 1] = transformers[i]!;
      this.u32[effects / 4 + 4 * i + 2] = slot;
    });
    const at = this.leaves.slot(id);
    this.leafCount = Math.max(this.leafCount, id + 1);
    this.u32[at] = next;
    this.u32[at + 1] = effects;
    this.u32[at + 2] = slots.length;
    this.u32[at + 3] = (judges ? LEAF_JUDGES : 0) | (id === BLOCKED ? LEAF_BLOCKED : 0);
  }

  transformer(id: number, table: Int32Array): void {
    const at = this.transformers.slot(id);
    this.u32[at] = table.byteOffset;
    this.u32[at + 1] = table.length;
  }

  /** Zero says that the root is not known: tree number 0 is nobody's (see tables.ts). */
  root(process: number, local: number, root: number): void {
    const at = this.known[process]!.slot(local);
    this.u32[at] = root;
    this.located(process, local);
  }

  local(process: number, local: number, finished: boolean, environment: boolean): void {
    const at = this.known[process]!.slot(local);
    this.u32[at + 1] = (finished ? FINISHED : 0) | (environment ? ENVIRONMENT : 0);
    this.located(process, local);
  }

  /** Where a process's table is now. */
  private located(process: number, local: number): void {
    const at = this.procs / 4 + process * 3;
    this.u32[at + 1] = this.known[process]!.at;
    this.u32[at + 2] = Math.max(this.u32[at + 2]!, local + 1);
  }

  reads(conjunct: number, slot: number): void {
    this.u32[this.readers / 4 + slot * this.judgedWords + (conjunct >>> 5)]! |= 1 << (conjunct & 31);
  }

  code(code: number): void {
    this.codes.slot(code);
  }

  /** Words as the core reads them. */
  words(values: ArrayLike<number>): number {
    const at = this.alloc(Math.max(4, values.length * 4));
    this.u32.set(values, at / 4);
    return at;
  }
}

/** Memory that several workers can share: its addresses are reserved, its pages come when they are written. */
const newMemory = (): WebAssembly.Memory => {
  try {
    return new WebAssembly.Memory({ initial: 64, maximum: ALL_PAGES, shared: true });
  } catch {
    throw new OutOfMemory();
  }
};

/** A worker's instance of the core over the memory that all share. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Core {
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort: () => {}, seed: () => 0 } });
  return exports as unknown as Core;
}

/** Beside this module in the package; a run from the sources uses what the last build left. */
const coreFile = (): string => (import.meta.url.endsWith('.ts') ? '../dist/explorer/core.wasm' : './core.wasm');

let compiled: WebAssembly.Module | undefined;
/** The core, compiled by the build. */
export function coreModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(new URL(coreFile(), import.meta.url)));
  return compiled;
}
