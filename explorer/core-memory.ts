/** The compiled core's memory: the tables lie in it, where core/core.ts reads them. */
import { readFileSync } from 'node:fs';
import type { Layout } from './store.ts';
import type { System } from './system.ts';
import type { TableMemory } from './table-memory.ts';
import { BLOCKED } from './tables.ts';

/** What core/core.ts exports. */
export interface Core {
  reset(base: number): void;
  alloc(bytes: number): number;
  setUp(
    words: number,
    processes: number,
    firstProcess: number,
    layout: number,
    procs: number,
    judged: number,
    judgedCount: number,
    readers: number,
    judgedWords: number,
  ): void;
  setTables(nodes: number, leaves: number, transformers: number, codeSeen: number): void;
  createSet(bits: number): number;
  setBytes(): number;
  statePointer(state: number): number;
  parentOf(state: number): number;
  addState(at: number, parent: number): number;
  find(at: number): number;
  repack(slots: number, layout: number, words: number): number;
  startSearch(): number;
  makeRoomForChildren(): number;
  run(end: number, maxStates: number): number;
  readonly count: WebAssembly.Global;
  readonly cursor: WebAssembly.Global;
  readonly transitions: WebAssembly.Global;
  readonly seenKind: WebAssembly.Global;
  readonly seenState: WebAssembly.Global;
  readonly seenProcess: WebAssembly.Global;
  readonly seenAlternative: WebAssembly.Global;
  readonly seenCode: WebAssembly.Global;
  readonly seenConjunct: WebAssembly.Global;
}

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

/** The 4 GiB that a core can address are used up, or the machine refuses what is asked for. */
export class OutOfMemory extends Error {}

function newMemory(): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: 64, maximum: 65536, shared: true });
  } catch (e) {
    // A RangeError: there is no address space for it, say under `ulimit -v`.
    throw new OutOfMemory('no memory for WebAssembly', { cause: e });
  }
}

/** The core's memory, and the tables in it. */
export class Space implements TableMemory {
  readonly core: Core;
  readonly memory: WebAssembly.Memory;
  u32: Uint32Array;
  private readonly nodes = new Records(this, 4);
  private readonly leaves = new Records(this, 4);
  private readonly transformers = new Records(this, 2);
  private readonly codes = new Records(this, 1);
  private procs = 0;
  private roots: Records[] = [];
  private flags: Records[] = [];
  private readers = 0;
  private judgedWords = 0;

  constructor(module: WebAssembly.Module) {
    this.memory = newMemory();
    const instance = new WebAssembly.Instance(module, {
      env: { memory: this.memory, abort: () => {}, seed: () => 0 },
    });
    this.core = instance.exports as unknown as Core;
    this.u32 = new Uint32Array(this.memory.buffer);
    this.core.reset(4096);
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
    this.core.setTables(this.nodes.at, this.leaves.at, this.transformers.at, this.codes.at);
  }

  /** Room for what is known of a system before the search. */
  open(system: System, conjuncts: number): { procs: number; readers: number; judgedWords: number } {
    this.procs = this.alloc(system.processes.length * 12);
    this.judgedWords = Math.ceil(conjuncts / 32);
    this.readers = this.alloc(Math.max(4, system.slotCount * this.judgedWords * 4));
    this.roots = system.processes.map(() => new Records(this, 1));
    this.flags = system.processes.map(() => new Records(this, 1));
    return { procs: this.procs, readers: this.readers, judgedWords: this.judgedWords };
  }

  ints(n: number, fill: number): Int32Array {
    const at = this.alloc(Math.max(4, n * 4));
    const made = new Int32Array(this.memory.buffer, at, n);
    if (fill !== 0) made.fill(fill);
    return made;
  }

  node(id: number, kind: number, data: number, kids: Int32Array): void {
    const at = this.nodes.slot(id);
    this.u32[at] = kind;
    this.u32[at + 1] = data;
    this.u32[at + 2] = kids.byteOffset;
    this.u32[at + 3] = kids.length;
  }

  leaf(id: number, next: number, slots: readonly number[], transformers: readonly number[], judges: boolean): void {
    const effects = this.alloc(Math.max(8, slots.length * 8));
    slots.forEach((slot, i) => {
      this.u32[effects / 4 + 2 * i] = slot;
      this.u32[effects / 4 + 2 * i + 1] = transformers[i]!;
    });
    const at = this.leaves.slot(id);
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
    const at = this.roots[process]!.slot(local);
    this.u32[at] = root;
    this.located(process, local);
  }

  local(process: number, local: number, finished: boolean, environment: boolean): void {
    const at = this.flags[process]!.slot(local);
    this.u32[at] = (finished ? FINISHED : 0) | (environment ? ENVIRONMENT : 0);
    this.located(process, local);
  }

  /** Where a process's tables are now, with room in both for the local. */
  private located(process: number, local: number): void {
    const roots = this.roots[process]!;
    const flags = this.flags[process]!;
    roots.slot(local);
    flags.slot(local);
    const at = this.procs / 4 + process * 3;
    this.u32[at] = roots.at;
    this.u32[at + 1] = flags.at;
    this.u32[at + 2] = Math.max(this.u32[at + 2]!, local + 1);
  }

  reads(conjunct: number, slot: number): void {
    this.u32[this.readers / 4 + slot * this.judgedWords + (conjunct >>> 5)]! |= 1 << (conjunct & 31);
  }

  code(code: number): void {
    this.codes.slot(code);
  }

  /** A layout as the core reads it. */
  layout(layout: Layout): number {
    const n = layout.word.length;
    const at = this.alloc(n * 12);
    for (let i = 0; i < n; i++) {
      this.u32[at / 4 + 3 * i] = layout.word[i]!;
      this.u32[at / 4 + 3 * i + 1] = layout.shift[i]!;
      this.u32[at / 4 + 3 * i + 2] = layout.mask[i]!;
    }
    return at;
  }
}

/** Beside this module in the package; a run from the sources uses what the last build left. */
const coreFile = (): string => (import.meta.url.endsWith('.ts') ? '../dist/explorer/core.wasm' : './core.wasm');

let compiled: WebAssembly.Module | undefined;
/** The core, compiled by the build. */
export function coreModule(): WebAssembly.Module {
  // As in `node --jitless`.
  if (typeof WebAssembly === 'undefined') throw new OutOfMemory('no WebAssembly');
  compiled ??= new WebAssembly.Module(readFileSync(new URL(coreFile(), import.meta.url)));
  return compiled;
}
