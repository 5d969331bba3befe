/** The states that the core stores, as vectors: where the fields of their slots are, and what is packed anew where one is too narrow. */
import type { Core } from './core-instance.ts';
import { OutOfMemory, type Space } from './core-memory.ts';
import type { Tuning } from './core-tuning.ts';
import { fillIndex, type Share } from './core-workers.ts';
import { type VectorLayout, vectorLayout } from './vector-layout.ts';
import { REPACK } from './worker-signals.ts';

/** What packing a worker's states anew ends with, as core/relayout.ts says it. */
const CROWDED = 1;
const FULL = 2;

export class CoreStates {
  /** What is stored is being packed anew. */
  packing = false;
  private readonly space: Space;
  private readonly core: Core;
  private readonly slots: number;
  private readonly tuning: Tuning;
  /** Room for a state's locals, by slot. */
  private readonly locals: number;
  private layout: VectorLayout | undefined;
  /** Where the core has the layout's fields. */
  fields = 0;
  /** Who packs. */
  share: Share = (_, part) => [part(0)];

  constructor(space: Space, slots: number, tuning: Tuning) {
    this.space = space;
    this.core = space.core;
    this.slots = slots;
    this.tuning = tuning;
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
    const layout = vectorLayout(sizes, this.tuning.wordBits, before);
    if (!layout) throw new OutOfMemory('a state is longer than the compiled core can have it');
    const fields = space.words(layout.fields);
    const { bytes, leftBytes } = layout;
    const done = before?.interned
      ? core.relayoutHalves(slots, this.fields, fields, bytes, leftBytes)
      : core.planRepack(slots, this.fields || fields, fields, bytes, leftBytes, ...this.halves(layout)) &&
        this.packRoots() &&
        core.repacked(bytes) &&
        fillIndex(core, this.share);
    if (!done) throw new OutOfMemory('no memory for wider states');
    space.refresh();
    this.layout = layout;
    this.fields = fields;
    this.packing = false;
    return layout;
  }

  private packRoots(): boolean {
    const { core } = this;
    for (;;) {
      const came = this.share(REPACK, (w) => core.repack(w));
      if (came.includes(FULL)) return false;
      if (!came.includes(CROWDED)) return true;
      if (!core.growRepacked()) return false;
    }
  }

  /** Tables of halves, if they are interned. */
  private halves({ interned, leftBytes, bytes }: VectorLayout): [number, number] {
    if (!interned) return [0, 0];
    const { halvesBits } = this.tuning;
    const left = this.core.createHalves(leftBytes / 8, halvesBits);
    const right = this.core.createHalves((bytes - leftBytes) / 8, halvesBits);
    if (!left || !right) throw new OutOfMemory('no memory for halves of states');
    return [left, right];
  }
}

/** Widths are at most 16. */
function fits(sizes: readonly number[], { widths }: VectorLayout): boolean {
  for (let slot = 0; slot < sizes.length; slot++) if (sizes[slot]! > 1 << widths[slot]!) return false;
  return true;
}
