/** Of a step's tree that reads little: a table from what it reads to its outcome, which the core fills (core/quick.ts). */
import { Records, type Space } from './core-memory.ts';
import { FIELD_MASK, type VectorLayout } from './vector-layout.ts';

/** Words of a quick record, and what a tree may read to have one. */
const QUICK = 8;
const QUICK_READS = 4;
const PARTS = 2;
/** Most steps read no more: they are found the fastest (`stepAt`). */
const STEP_READS = 2;
const STEP_PARTS = PARTS + QUICK_READS;
const QUICK_BITS = 12;
/** As in core/control.ts. */
const FINISHED_WORD = 64;
/** Where a field has its word's number, and how far it is shifted (core/fields.ts). */
const WORD = 22;
const SHIFT = 16;
/** The last word whose first byte has a number of 8 bits. */
const LAST_WORD = 31;

/** A step's tree. */
export interface Tree {
  readonly process: number;
  readonly local: number;
  /** Slots that it reads. */
  readonly reads: number[];
  /** Its quick table and that one's size in bits; see core/quick.ts. */
  table: number;
  bits: number;
}

export class CoreQuick {
  private readonly space: Space;
  /** By process. */
  private readonly records: readonly Records[];

  constructor(space: Space, processes: number) {
    this.space = space;
    const at = space.alloc(processes * 4);
    this.records = Array.from(
      { length: processes },
      (_, p) =>
        new Records(space, QUICK, (moved) => {
          space.u32[at / 4 + p] = moved;
        }),
    );
    space.configure('quick', at);
  }

  /** @param room by slot: values that there is room for */
  write(tree: Tree, { fields }: VectorLayout, room: readonly number[]): void {
    const { process, local, reads } = tree;
    const masks = reads.map((slot) => Math.min(room[slot]! - 1, fields[slot]! & FIELD_MASK));
    const widths = masks.map((mask) => Math.log2(mask + 1));
    const bits = widths.reduce((a, b) => a + b, 0);
    const near = reads.every((slot) => fields[slot]! >>> WORD <= LAST_WORD);
    const fits = near && reads.length <= QUICK_READS && bits <= QUICK_BITS;
    if (fits && tree.table !== 0 && bits === tree.bits)
      this.space.u32.fill(0, tree.table / 4, tree.table / 4 + 2 ** bits);
    else tree.table = fits ? this.space.alloc(4 * 2 ** bits) : 0;
    tree.bits = bits;
    const at = this.records[process]!.slot(local);
    const { u32 } = this.space;
    u32.fill(0, at, at + QUICK);
    if (!fits) return;
    u32[at] = tree.table;
    let place = 0;
    reads.forEach((slot, i) => {
      u32[at + PARTS + i] = placed(fields[slot]!, masks[i]!, place);
      place += widths[i]!;
    });
    if (reads.length > STEP_READS) return;
    u32[at + 1] = tree.table;
    u32.copyWithin(at + STEP_PARTS, at + PARTS, at + PARTS + STEP_READS);
  }

  /** Every local has a record. */
  local(process: number, local: number, finished: boolean): void {
    const at = this.records[process]!.slot(local);
    if (finished) this.space.u32[at + 1] = FINISHED_WORD;
  }
}

/** A field of a vector, turned so that it begins at bit `place`. */
function placed(field: number, mask: number, place: number): number {
  const turn = (((field >>> SHIFT) & 63) - place) & 63;
  return ((field >>> WORD) << 3) | (turn << 8) | ((mask << place) << 16);
}
