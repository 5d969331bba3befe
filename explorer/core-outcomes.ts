/**
 * What a step does, by leaf, as the compiled core reads it (core/outcome.ts): as far as possible bits that are set in whole
 * words, and fields where the new local depends on the old one.
 */
import type { Space } from './core-memory.ts';
import type { CoreTransformers } from './core-transformers.ts';
import type { ChoiceTables } from './reduce/choice.ts';
import type { LeafFacts } from './table-memory.ts';
import { BLOCKED } from './tables.ts';
import { FIELD_MASK, type VectorLayout } from './vector-layout.ts';

const JUDGES = 1;
const SEEN = 2;
const IS_BLOCKED = 4;
/** See core/symmetry.ts. */
const MET = 8;

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

interface Outcome extends LeafFacts {
  readonly at: number;
  /** Where its slots are listed. */
  readonly slotsAt: number;
}

export class CoreOutcomes {
  private readonly space: Space;
  private readonly firstProcess: number;
  private readonly transformers: CoreTransformers;
  private readonly outcomes: Outcome[] = [];
  /** What a reduced search decides by. */
  private choice: ChoiceTables | undefined;
  /** Outcomes from here on are not written yet. */
  private written = 0;

  constructor(space: Space, firstProcess: number, transformers: CoreTransformers) {
    this.space = space;
    this.firstProcess = firstProcess;
    this.transformers = transformers;
  }

  add(id: number, leaf: LeafFacts): void {
    // Each slot may be in a word of its own, and so may the process; short vectors have all their words.
    const most = leaf.slots.length + 1;
    const at = this.space.alloc(4 * (HEAD + WORD * Math.max(most, ALL_WORDS) + FIELD * most));
    this.outcomes[id] = { ...leaf, at, slotsAt: this.space.words(leaf.slots) };
  }

  /** Where the core has the leaf's. */
  at(id: number): number {
    return this.outcomes[id]!.at;
  }

  /** Another search begins: what the last one has reported is forgotten. */
  forget(): void {
    for (const { at } of this.outcomes) this.space.u32[at / 4 + 1]! &= ~SEEN;
  }

  /** The symmetry that is searched with has met the leaf. */
  met(id: number): void {
    this.space.u32[this.at(id) / 4 + 1]! |= MET;
  }

  decideBy(choice: ChoiceTables): void {
    this.choice = choice;
    for (const [id, { at }] of this.outcomes.entries()) this.space.u32[at / 4 + ACTION] = this.actionOf(id);
  }

  /** Writes what is not written yet. @param anew all of it: the layout is another one */
  settle(layout: VectorLayout, anew: boolean): void {
    if (anew) this.written = 0;
    for (; this.written < this.outcomes.length; this.written++) this.write(this.written, layout);
  }

  /** Number of the leaf's action plus one; 0: not known, or the process waits. */
  private actionOf(leaf: number): number {
    return (this.choice?.actionOfLeaf[leaf] ?? -1) + 1;
  }

  private write(id: number, { fields, bytes }: VectorLayout): void {
    const { u32 } = this.space;
    const { at, slotsAt, process, next, slots, transformers, locals, judges } = this.outcomes[id]!;
    const w = at / 4;
    // Whether it was reported is the core's to say.
    const flags = (u32[w + 1]! & (SEEN | MET)) | (judges ? JUDGES : 0) | (id === BLOCKED ? IS_BLOCKED : 0);
    const words = new Words(u32, w + HEAD);
    if (bytes <= 8 * ALL_WORDS) for (let byte = 0; byte < bytes; byte += 8) words.at(byte);
    if (id !== BLOCKED) words.change(fields[this.firstProcess + process]!, next);
    const open: number[] = [];
    slots.forEach((slot, i) => {
      const to = this.transformers.to(transformers[i]!, locals[i]!);
      if (to >= 0) words.change(fields[slot]!, to);
      else open.push(fields[slot]!, transformers[i]!);
    });
    u32.set([id, flags, words.count, open.length / FIELD, slotsAt, slots.length, 0, 0, 0, 0, this.actionOf(id), 0], w);
    u32.set(open, w + HEAD + WORD * words.count);
    this.writeSlots(w, this.outcomes[id]!);
  }

  /** A bit for each slot, see core/sleep.ts. Where there are more than 64, some share one: that only looks like less freedom. */
  private writeSlots(w: number, { process, slots, reads }: Outcome): void {
    const { u32 } = this.space;
    for (const slot of [this.firstProcess + process, ...slots]) {
      putBits(u32, w + TOUCHES, 1, slot & 63, true);
      putBits(u32, w + WRITES, 1, slot & 63, true);
    }
    for (const slot of reads) putBits(u32, w + TOUCHES, 1, slot & 63, true);
  }
}

/** The changed words of an outcome. */
class Words {
  count = 0;
  private readonly u32: Uint32Array;
  private readonly first: number;

  constructor(u32: Uint32Array, first: number) {
    this.u32 = u32;
    this.first = first;
  }

  /** That of the vector's word at a byte; made at the first call, when it keeps everything. */
  at(byte: number): number {
    const { u32, first } = this;
    for (let i = 0; i < this.count; i++) if (u32[first + WORD * i] === byte) return first + WORD * i;
    const made = first + WORD * this.count++;
    u32.fill(0, made, made + WORD);
    u32[made] = byte;
    u32.fill(KEEP_ALL, made + KEEP, made + KEEP + 2);
    return made;
  }

  change(field: number, to: number): void {
    const word = this.at((field >>> 22) * 8);
    const shift = (field >>> 16) & 63;
    putBits(this.u32, word + KEEP, field & FIELD_MASK, shift, false);
    putBits(this.u32, word + SET, to, shift, true);
  }
}

/** Sets bits of a word of 64, or takes them away. */
function putBits(u32: Uint32Array, at: number, bits: number, shift: number, on: boolean): void {
  const low = shift < 32 ? bits << shift : 0;
  const high = shift < 32 ? (shift > 0 ? bits >>> (32 - shift) : 0) : bits << (shift - 32);
  u32[at] = on ? u32[at]! | low : u32[at]! & ~low;
  u32[at + 1] = on ? u32[at + 1]! | high : u32[at + 1]! & ~high;
}
