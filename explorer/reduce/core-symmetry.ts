/** The images of locals in the compiled core's memory, as core/symmetry.ts reads them. */
import type { Space } from '../core-memory.ts';
import type { CoreTables } from '../core-tables.ts';
import type { Leaf, Tables } from '../tables.ts';
import type { VectorLayout } from '../vector-layout.ts';
import type { Symmetry } from './symmetry.ts';

/** Words of a row's cell; of what has images; of a place that the first slot's local comes from; of a first image. */
const CELL = 4;
const KNOWN = 3;
const SOURCE = 5;
const FIRST = 4;

export class CoreSymmetry {
  private readonly space: Space;
  private readonly inCore: CoreTables;
  private readonly tables: Tables;
  private readonly symmetry: Symmetry;
  private readonly record: number;
  private readonly rows: number;
  private readonly known: number;
  /** Slots that the first slot's local comes from under some element. */
  private readonly sources: readonly number[];
  private readonly sourcesAt: number;
  /** By source: known first images, and for how many locals. */
  private readonly firsts: { at: number; room: number }[];
  private layout: VectorLayout | undefined;
  private growth = -1;
  /** How many of the leaves that were met the core has been told of. */
  private told = 0;
  private readonly numbers = new Map<Leaf, number>();

  constructor(space: Space, inCore: CoreTables, tables: Tables, symmetry: Symmetry) {
    this.space = space;
    this.inCore = inCore;
    this.tables = tables;
    this.symmetry = symmetry;
    const { size } = symmetry;
    const { slotCount } = tables.system;
    this.rows = space.alloc(4 * CELL * size * slotCount);
    this.known = space.alloc(4 * KNOWN * slotCount);
    const all = [...symmetry.group.elements.keys()].map((g) => symmetry.comesFrom(g, symmetry.order[0]!));
    this.sources = [...new Set(all)];
    this.firsts = this.sources.map(() => ({ at: 0, room: 0 }));
    this.sourcesAt = space.alloc(4 * SOURCE * this.sources.length);
    const record = [slotCount, this.rows, this.known, this.sourcesAt, this.sources.length];
    this.record = space.words(record);
    space.configure('symmetry', this.record);
  }

  /** The core gets what is known by now. */
  settle(layout: VectorLayout): void {
    this.tellOfLeaves();
    if (layout === this.layout && this.symmetry.growth === this.growth) return;
    this.layout = layout;
    this.growth = this.symmetry.growth;
    this.writeImages(layout);
    this.writeSources(layout);
  }

  private writeImages({ fields }: VectorLayout): void {
    const { symmetry, tables } = this;
    const { u32 } = this.space;
    const { slotCount } = tables.system;
    const slots = this.slotsToCompare(fields);
    u32[this.record / 4] = slots.length;
    let at = this.rows / 4;
    for (let g = 0; g < symmetry.size; g++) {
      for (const slot of slots) {
        u32[at] = fields[symmetry.comesFrom(g, slot)]!;
        u32[at + 1] = symmetry.images[g * slotCount + slot]!.byteOffset;
        u32[at + 2] = fields[slot]!;
        at += CELL;
      }
    }
    at = this.known / 4;
    for (let slot = 0; slot < slotCount; slot++, at += KNOWN) {
      u32[at] = fields[slot]!;
      u32[at + 1] = symmetry.images[slot]!.byteOffset;
      u32[at + 2] = symmetry.images[slot]!.length;
    }
  }

  /** In their order, without those that have one local so far, wherever it comes from. */
  private slotsToCompare(fields: Uint32Array): readonly number[] {
    const { order, size } = this.symmetry;
    const hasBits = (slot: number): boolean => {
      for (let g = 0; g < size; g++) if (fields[this.symmetry.comesFrom(g, slot)] !== 0) return true;
      return false;
    };
    // The first one is what first images are about.
    return Array.from(order).filter((slot, i) => i === 0 || hasBits(slot));
  }

  /** First images that are known stay right: a local's images never change. */
  private writeSources({ fields }: VectorLayout): void {
    const { space, symmetry, tables } = this;
    for (const [n, slot] of this.sources.entries()) {
      const first = this.firsts[n]!;
      if (tables.domains[slot]!.size > first.room) {
        first.room = Math.max(64, 2 * tables.domains[slot]!.size);
        first.at = space.alloc(4 * FIRST * first.room);
      }
      const from = [0, 0];
      for (let g = 0; g < symmetry.size; g++) {
        if (symmetry.comesFrom(g, symmetry.order[0]!) === slot) from[g >>> 5]! |= 1 << (g & 31);
      }
      space.u32.set([fields[slot]!, first.at, first.room, ...from], this.sourcesAt / 4 + n * SOURCE);
    }
  }

  private tellOfLeaves(): void {
    const { met } = this.symmetry;
    const { leaves } = this.tables;
    for (let n = this.numbers.size; n < leaves.length; n++) this.numbers.set(leaves[n]!, n);
    for (; this.told < met.length; this.told++) this.inCore.met(this.numbers.get(met[this.told]!)!);
  }
}
