/** The images of locals in the compiled core's memory, as core/symmetry.ts reads them. */
import type { Space } from '../core-memory.ts';
import type { CoreTables } from '../core-tables.ts';
import type { Leaf, Tables } from '../tables.ts';
import type { VectorLayout } from '../vector-layout.ts';
import type { Symmetry } from './symmetry.ts';

/** Words of a row's cell; of what has images. */
const CELL = 4;
const KNOWN = 3;

export class CoreSymmetry {
  private readonly space: Space;
  private readonly inCore: CoreTables;
  private readonly tables: Tables;
  private readonly symmetry: Symmetry;
  private readonly rows: number;
  private readonly known: number;
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
    space.configure('symmetry', space.words([size, slotCount, this.rows, this.known]));
  }

  /** The core gets what is known by now. */
  settle(layout: VectorLayout): void {
    this.tellOfLeaves();
    if (layout === this.layout && this.symmetry.growth === this.growth) return;
    this.layout = layout;
    this.growth = this.symmetry.growth;
    this.writeImages(layout);
  }

  private writeImages({ fields }: VectorLayout): void {
    const { symmetry, tables } = this;
    const { u32 } = this.space;
    const { slotCount } = tables.system;
    let at = this.rows / 4;
    for (let g = 0; g < symmetry.size; g++) {
      for (const slot of symmetry.order) {
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

  private tellOfLeaves(): void {
    const { met } = this.symmetry;
    const { leaves } = this.tables;
    for (let n = this.numbers.size; n < leaves.length; n++) this.numbers.set(leaves[n]!, n);
    for (; this.told < met.length; this.told++) this.inCore.met(this.numbers.get(met[this.told]!)!);
  }
}
