/**
 * The conflicts of a system's actions, by the compiled core (core/conflicting.ts), in an instance and a memory of their own.
 * What is computed is what reachable.ts, commute.ts and conflicts.ts say, which are the reference: tests compare.
 */
import { type Core, instantiate } from '../core-instance.ts';
import { coreModule, newMemory, OutOfMemory } from '../core-memory.ts';
import type { Action } from './actions.ts';
import type { Basis } from './choice.ts';
import type { Conflicts } from './conflicts.ts';

/** Where the memory that is nobody's begins (core/control.ts). */
const FREE = 8192;
const HEADER = 16;

/** @param also see conflicts.ts @returns undefined: there is no memory for it, or no WebAssembly */
export function compiledConflicts(basis: Basis, also?: Uint32Array): Conflicts | undefined {
  try {
    return new Request(basis, also).answer();
  } catch (e) {
    if (e instanceof OutOfMemory) return undefined;
    throw e;
  }
}

let made: { readonly core: Core; readonly memory: WebAssembly.Memory } | undefined;

function instance() {
  if (!made) {
    const memory = newMemory();
    made = { core: instantiate(coreModule(), memory), memory };
  }
  return made;
}

/** Whole numbers, one behind the other; in the end at a place in the core's memory. */
class Request {
  private readonly basis: Basis;
  private readonly also: Uint32Array | undefined;
  private readonly width: number;
  private words: Int32Array;
  private end = HEADER;
  /** Tables that several effects have. */
  private readonly tables = new Map<Int32Array, number>();

  constructor(basis: Basis, also: Uint32Array | undefined) {
    this.basis = basis;
    this.also = also;
    this.width = (basis.known.actionsFrom.length + 31) >>> 5;
    this.words = new Int32Array(1 << 16);
  }

  /** @throws OutOfMemory */
  answer(): Conflicts {
    const { core, memory } = instance();
    this.write();
    const bytes = FREE + 4 * this.end;
    if (!core.reserve(bytes)) throw new OutOfMemory('no memory for what is known');
    new Int32Array(memory.buffer, FREE, this.end).set(this.words.subarray(0, this.end));
    const at = core.conflictsOf(FREE) >>> 0;
    if (at === 0) throw new OutOfMemory('no memory for conflicts');
    const { width } = this;
    return { width, bits: new Uint32Array(memory.buffer, at, this.basis.known.actions.length * width).slice() };
  }

  private write(): void {
    const { known, initial, firstProcess, judged } = this.basis;
    const { rows, sizes, firstLocal, actions, actionsFrom } = known;
    const slots = sizes.length;
    const conjunctWords = (judged.length + 31) >>> 5;
    const processes = firstLocal.length - 1;
    const processOf = new Int32Array(actionsFrom.length);
    for (let p = 0; p < processes; p++) processOf.fill(p, firstLocal[p]!, firstLocal[p + 1]!);
    const header = [
      ...[slots, rows.width, actionsFrom.length, actions.length, conjunctWords, processes],
      this.put(rows.first),
      this.put(processOf),
      this.put(firstActions(actionsFrom)),
      this.put(actions.flatMap((a) => this.record(a))),
      this.rows(actions),
      this.put(seenBy(judged, slots, conjunctWords)),
      this.put(firstLocal.subarray(0, processes).map((first, p) => first + initial[firstProcess + p]!)),
      this.put(initial),
      this.also ? this.put(this.also) : 0,
    ];
    this.words.set([...header, FREE + 4 * this.end]);
  }

  private record(a: Action): number[] {
    const reads = this.put(a.reads);
    const effects = a.effects.flatMap(({ slot, to }) => [slot, this.table(to), this.empty(slot)]);
    return [a.kind, a.from, a.next, reads, a.reads.length, this.put(effects), a.effects.length];
  }

  /** Room for what an effect makes of the slot's values. */
  private empty(slot: number): number {
    const { first } = this.basis.known.rows;
    return this.room(first[slot + 1]! - first[slot]!);
  }

  private table(to: Int32Array): number {
    const at = this.tables.get(to) ?? this.put(to);
    this.tables.set(to, at);
    return at;
  }

  private rows(actions: readonly Action[]): number {
    const { width } = this.basis.known.rows;
    const at = this.room(actions.length * width);
    const from = (at - FREE) / 4;
    for (const a of actions) this.words.set(a.guard, from + a.id * width);
    return at;
  }

  /** @returns their place in the core's memory */
  private put(values: ArrayLike<number>): number {
    const at = this.room(values.length);
    this.words.set(values, (at - FREE) / 4);
    return at;
  }

  private room(count: number): number {
    const from = this.end;
    this.end += count;
    if (this.end > this.words.length) {
      const bigger = new Int32Array(Math.max(this.end, 2 * this.words.length));
      bigger.set(this.words);
      this.words = bigger;
    }
    return FREE + 4 * from;
  }
}

/** By local the number of its first action, and behind the last one: they are numbered in this order. */
function firstActions(actionsFrom: readonly (readonly Action[])[]): Int32Array {
  const first = new Int32Array(actionsFrom.length + 1);
  for (const [local, list] of actionsFrom.entries()) first[local + 1] = first[local]! + list.length;
  return first;
}

/** By slot a bit for each conjunct that reads it. */
function seenBy(judged: readonly Uint8Array[], slots: number, words: number): Uint32Array {
  const bits = new Uint32Array(slots * words);
  for (const [c, reads] of judged.entries()) {
    for (let slot = 0; slot < slots; slot++) if (reads[slot] === 1) bits[slot * words + (c >>> 5)]! |= 1 << (c & 31);
  }
  return bits;
}
