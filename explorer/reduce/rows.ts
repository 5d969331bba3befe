/** Sets of values, one set per slot, side by side in one row of 32-bit words: what the analysis of the tables computes with. */

export interface Rows {
  /** Words of a row. */
  readonly width: number;
  /** First word of each slot's set, and behind the last one. Slots without values (processes) have no words. */
  readonly first: Int32Array;
}

/** @param sizes number of values by slot */
export function rowsFor(sizes: readonly number[]): Rows {
  const first = new Int32Array(sizes.length + 1);
  for (const [slot, size] of sizes.entries()) first[slot + 1] = first[slot]! + ((size + 31) >>> 5);
  return { width: first[sizes.length]!, first };
}

/** A row with all values of every slot. */
export function fullRow(rows: Rows, sizes: readonly number[]): Uint32Array {
  const row = new Uint32Array(rows.width);
  for (const [slot, size] of sizes.entries()) for (let v = 0; v < size; v++) add(rows, row, 0, slot, v);
  return row;
}

/** Whether the value is in the set of a slot. @param at where the row begins */
export function has(rows: Rows, row: Uint32Array, at: number, slot: number, value: number): boolean {
  return ((row[at + rows.first[slot]! + (value >>> 5)]! >>> (value & 31)) & 1) === 1;
}

/** @returns whether the value is new in the set */
export function add(rows: Rows, row: Uint32Array, at: number, slot: number, value: number): boolean {
  const w = at + rows.first[slot]! + (value >>> 5);
  const bit = 1 << (value & 31);
  if (row[w]! & bit) return false;
  row[w]! |= bit;
  return true;
}

/** Whether the set of `slot` has a value in both rows. */
export function meet(rows: Rows, slot: number, a: Uint32Array, atA: number, b: Uint32Array, atB: number): boolean {
  const end = rows.first[slot + 1]!;
  for (let w = rows.first[slot]!; w < end; w++) if ((a[atA + w]! & b[atB + w]!) !== 0) return true;
  return false;
}

/** A slot whose sets have no value in common; -1: each has. */
export function missing(rows: Rows, a: Uint32Array, atA: number, b: Uint32Array, atB: number): number {
  const { first } = rows;
  for (let slot = 0, w = 0; slot + 1 < first.length; slot++) {
    const end = first[slot + 1]!;
    if (w === end) continue;
    let common = 0;
    for (; w < end; w++) common |= a[atA + w]! & b[atB + w]!;
    if (common === 0) return slot;
  }
  return -1;
}

/** Whether no slot's set is empty. */
export const hasAll = (rows: Rows, row: Uint32Array, at: number): boolean => missing(rows, row, at, row, at) < 0;

/** Visits the values that the set of `slot` has in both rows. */
export function each(
  rows: Rows,
  slot: number,
  a: Uint32Array,
  atA: number,
  b: Uint32Array,
  atB: number,
  visit: (value: number) => void,
): void {
  const from = rows.first[slot]!;
  const end = rows.first[slot + 1]!;
  for (let w = from; w < end; w++) {
    for (let bits = a[atA + w]! & b[atB + w]!; bits !== 0; bits &= bits - 1) {
      visit(((w - from) << 5) + lowest(bits));
    }
  }
}

/** The number of the lowest bit that is set. */
export const lowest = (bits: number): number => 31 - Math.clz32(bits & -bits);
