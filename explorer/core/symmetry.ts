/**
 * Which of a state's images is stored: reduce/symmetry.ts over the same tables, in this memory. They come as a record of
 * u32 (reduce/core-symmetry.ts): how many elements the group has, how many slots there are, the elements' rows (pointer),
 * by slot what has images (pointer).
 *
 * A row has four u32 for each slot that a local goes to, in the order in which images are compared: the field that the
 * local comes from, its images, the field that it goes to, nothing. What has images is three u32 by slot: field, the
 * first element's images, how many.
 */
import { get, set } from './fields';
import { alloc } from './memory';

/** Flag of an outcome: a step was met that has it, and what the process goes on to has its images. */
export const MET: u32 = 8;

const CELL: u32 = 16;
const KNOWN_BYTES: u32 = 12;
/** As long as a vector can be. */
const IMAGE_BYTES: u32 = 512;

/** The record; 0: a state stands for itself. */
export let symmetry: usize = 0;
let rows: usize = 0;
let rowBytes: u32 = 0;
let rowsEnd: usize = 0;
let known: usize = 0;
/** Room for an image. */
let image: usize = 0;

/** @returns false: no memory */
export function attachSymmetry(at: usize): bool {
  symmetry = at;
  if (at == 0) return true;
  rowBytes = load<u32>(at, 4) * CELL;
  rows = load<u32>(at, 8);
  rowsEnd = rows + load<u32>(at) * rowBytes;
  known = load<u32>(at, 12);
  if (image == 0) image = alloc(IMAGE_BYTES);
  return image != 0;
}

/** Whether the step was met before, and what it has made of the slots that it writes has images. */
@inline
export function isMet(child: usize, outcome: usize): bool {
  if ((load<u32>(outcome, 4) & MET) == 0) return false;
  let slot = load<u32>(outcome, 16) as usize;
  const end = slot + (load<u32>(outcome, 20) << 2);
  for (; slot < end; slot += 4) {
    const k = known + load<u32>(slot) * KNOWN_BYTES;
    const local = get(child, load<u32>(k));
    if (local >= load<u32>(k, 8) || load<i32>((load<u32>(k, 4) as usize) + (local << 2)) < 0) return false;
  }
  return true;
}

/** The image of the local that a row's cell is about. */
@inline
function imageOf(state: usize, cell: usize): u32 {
  return load<u32>((load<u32>(cell, 4) as usize) + (get(state, load<u32>(cell)) << 2));
}

/** The least image of a vector whose locals have images: itself, or one that is valid until the next call. */
export function representative(state: usize, bytes: u32): usize {
  let best = rows;
  let first = imageOf(state, rows);
  for (let row = rows + rowBytes; row < rowsEnd; row += rowBytes) {
    // Most elements are decided by the first slot.
    const own = imageOf(state, row);
    if (own > first || (own == first && !isLess(state, row, best))) continue;
    best = row;
    first = own;
  }
  if (best == rows) return state;
  for (let b: u32 = 0; b < bytes; b += 8) store<u64>(image + b, 0);
  const end = best + rowBytes;
  for (let cell = best; cell < end; cell += CELL) set(image, load<u32>(cell, 8), imageOf(state, cell));
  return image;
}

/** Whether a row's image is less than that of `best`, which begins alike. */
@inline
function isLess(state: usize, row: usize, best: usize): bool {
  for (let at: u32 = CELL; at < rowBytes; at += CELL) {
    const a = imageOf(state, row + at);
    const b = imageOf(state, best + at);
    if (a != b) return a < b;
  }
  return false;
}
