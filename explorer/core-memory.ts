/** The compiled core, and its memory. */
import { existsSync, readFileSync } from 'node:fs';
import { type Core, instantiate } from './core-instance.ts';
import { BUILT_FROM, checkStamp, digestOf, notBuilt } from './core-stamp.ts';

/** Numbers of the settings, as core/ reads them (`attach` in search.ts). */
export const SETTING = {
  bytes: 0,
  leftBytes: 1,
  left: 2,
  right: 3,
  processes: 4,
  procs: 5,
  transformers: 7,
  judged: 8,
  judgedCount: 9,
  readers: 10,
  judgedWords: 11,
  codeSeen: 12,
  firstProcess: 13,
  maxStates: 14,
  reduction: 16,
  quick: 18,
  symmetry: 19,
  sleep: 20,
  defer: 21,
} as const;

/** The core's memory is used up: its 4 GiB, or what the machine has. */
export class OutOfMemory extends Error {}

const PAGE = 65536;
const ALL_PAGES = 65536;
/** As much as there can be. */
export const ALL_BYTES = PAGE * ALL_PAGES;

/** The core's memory. */
export class Space {
  readonly core: Core;
  readonly memory: WebAssembly.Memory;
  u32: Uint32Array<ArrayBufferLike>;

  /** @param indexBits of the visited set's first index @param maxBytes of the memory, at most 4 GiB */
  constructor(module: WebAssembly.Module, indexBits: number, maxBytes: number) {
    this.memory = newMemory();
    this.core = instantiate(module, this.memory);
    this.u32 = new Uint32Array(this.memory.buffer);
    const pages = Math.min(ALL_PAGES - 1, Math.max(64, Math.ceil(maxBytes / PAGE)));
    if (!this.core.open(pages, indexBits)) throw new OutOfMemory('no memory for an empty search');
    this.refresh();
  }

  /** Zeroed bytes. @throws OutOfMemory */
  alloc(bytes: number): number {
    const at = this.core.alloc(bytes) >>> 0;
    if (at === 0) throw new OutOfMemory('the memory of the compiled core is full');
    this.refresh();
    return at;
  }

  /** The core grows the memory as well: a view made before ends where the memory ended then. */
  refresh(): void {
    if (this.u32.byteLength !== this.memory.buffer.byteLength) this.u32 = new Uint32Array(this.memory.buffer);
  }

  /** Words as the core reads them. */
  words(values: ArrayLike<number>): number {
    const at = this.alloc(Math.max(4, values.length * 4));
    this.u32.set(values, at / 4);
    return at;
  }

  configure(setting: keyof typeof SETTING, value: number): void {
    this.core.configure(SETTING[setting], value);
  }
}

/** An array of records of `width` u32 that moves when it grows. */
export class Records {
  at = 0;
  private capacity = 0;
  private readonly width: number;
  private readonly space: Space;
  private readonly moved: (at: number) => void;

  constructor(space: Space, width: number, moved: (at: number) => void) {
    this.space = space;
    this.width = width;
    this.moved = moved;
  }

  /** Index into the memory's u32 view of record `id`. @returns it, after growing */
  slot(id: number): number {
    if (id >= this.capacity) {
      const capacity = Math.max(64, 2 * this.capacity, id + 1);
      const at = this.space.alloc(capacity * this.width * 4);
      if (this.at > 0) this.space.u32.copyWithin(at / 4, this.at / 4, this.at / 4 + this.capacity * this.width);
      this.at = at;
      this.capacity = capacity;
      this.moved(at);
    }
    return this.at / 4 + id * this.width;
  }

  /** All zeros again. */
  clear(): void {
    this.space.u32.fill(0, this.at / 4, this.at / 4 + this.capacity * this.width);
  }
}

/**
 * Memory that several workers can share: its addresses are reserved, its pages come when they are written.
 * @throws OutOfMemory
 */
export const newMemory = (): WebAssembly.Memory => {
  try {
    return new WebAssembly.Memory({ initial: 64, maximum: ALL_PAGES, shared: true });
  } catch (e) {
    // A RangeError: there is no address space for it, say under `ulimit -v`.
    throw new OutOfMemory('no memory for WebAssembly', { cause: e });
  }
};

/** A run from the sources uses what the last build left; in the package it is beside this module. */
const FROM_SOURCES = import.meta.url.endsWith('.ts');

let compiled: WebAssembly.Module | undefined;
/** The core, compiled by the build. @throws FaultlineError E_BUILD if that was another one */
export function coreModule(): WebAssembly.Module {
  // As in `node --jitless`.
  if (typeof WebAssembly === 'undefined') throw new OutOfMemory('no WebAssembly');
  compiled ??= loadCore();
  return compiled;
}

function loadCore(): WebAssembly.Module {
  const file = new URL(FROM_SOURCES ? '../dist/explorer/core.wasm' : './core.wasm', import.meta.url);
  if (!existsSync(file)) throw notBuilt('the compiled core is missing');
  const module = compileCore(readFileSync(file));
  checkStamp(module, FROM_SOURCES ? digestOf(new URL('./', import.meta.url)) : BUILT_FROM);
  return module;
}

function compileCore(bytes: Uint8Array): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (e) {
    // A processor without the vector instructions that WebAssembly's need.
    if (e instanceof WebAssembly.CompileError) throw new OutOfMemory('no WebAssembly with vectors', { cause: e });
    throw e;
  }
}
