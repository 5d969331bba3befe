/** The states that the core stores, as vectors: where the fields of their slots are, and what is packed anew where one is too narrow. */
import type { Core } from './core-instance.ts';
import { OutOfMemory, type Space } from './core-memory.ts';
import { type VectorLayout, vectorLayout } from './vector-layout.ts';

/** Of the first index of the halves: its logarithm. */
const HALVES_BITS = 15;

export class CoreStates {
  /** What is stored is being packed anew. */
  packing = false;
  private readonly space: Space;
  private readonly core: Core;
  private readonly slots: number;
  private readonly wordBits: number;
  /** Room for a state's locals, by slot. */
  private readonly locals: number;
  private layout: VectorLayout | undefined;
  /** Where the core has the layout's fields. */
  fields = 0;

  /** @param wordBits of a state that is kept as one word */
  constructor(space: Space, slots: number, wordBits: number) {
    this.space = space;
    this.core = space.core;
    this.slots = slots;
    this.wordBits = wordBits;
    this.locals = space.alloc(4 * slots);
  }

  /** Where fields are too narrow for so many locals, what is stored is packed anew. @throws OutOfMemory */
  layOut(sizes: readonly number[]): VectorLayout {
    const { layout } = this;
    return layout && fits(sizes, layout) ? layout : this.repack(sizes, layout);
  }

  /** @returns its number; less than 0: there is no room */
  add(vec: Int32Array): number {
    this.write(vec);
    return this.core.addState(this.locals, this.fields, vec.length);
  }

  find(vec: Int32Array): number {
    this.write(vec);
    return this.core.findState(this.locals, this.fields, vec.length);
  }

  /** Where the core finds a slot in a vector. */
  fieldOf(slot: number): number {
    return this.layout!.fields[slot]!;
  }

  read(state: number, into: Int32Array): void {
    this.core.unpack(state, this.fields, into.length, this.locals);
    const at = this.locals / 4;
    for (let i = 0; i < into.length; i++) into[i] = this.space.u32[at + i]!;
  }

  private write(vec: Int32Array): void {
    this.space.u32.set(vec, this.locals / 4);
  }

  private repack(sizes: readonly number[], before: VectorLayout | undefined): VectorLayout {
    const { core, space, slots } = this;
    this.packing = true;
    const layout = vectorLayout(sizes, this.wordBits, before);
    if (!layout) throw new OutOfMemory('a state is longer than the compiled core can have it');
    const fields = space.words(layout.fields);
    const { bytes, leftBytes } = layout;
    const done = before?.interned
      ? core.relayoutHalves(slots, this.fields, fields, bytes, leftBytes)
      : core.relayout(slots, this.fields || fields, fields, bytes, leftBytes, ...this.halves(layout));
    if (!done) throw new OutOfMemory('no memory for wider states');
    space.refresh();
    this.layout = layout;
    this.fields = fields;
    this.packing = false;
    return layout;
  }

  /** Tables of halves, if they are interned. */
  private halves({ interned, leftBytes, bytes }: VectorLayout): [number, number] {
    if (!interned) return [0, 0];
    const left = this.core.createHalves(leftBytes / 8, HALVES_BITS);
    const right = this.core.createHalves((bytes - leftBytes) / 8, HALVES_BITS);
    if (!left || !right) throw new OutOfMemory('no memory for halves of states');
    return [left, right];
  }
}

/** Widths are at most 16. */
function fits(sizes: readonly number[], { widths }: VectorLayout): boolean {
  for (let slot = 0; slot < sizes.length; slot++) if (sizes[slot]! > 1 << widths[slot]!) return false;
  return true;
}
