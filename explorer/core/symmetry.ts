/**
 * Which of a state's images is stored: reduce/symmetry.ts over the same tables, in this memory. They come as a record of
 * u32 (reduce/core-symmetry.ts): how many slots have several locals, the elements' rows (pointer),
 * by slot what has images (pointer), where the first slot's local comes from (pointer) and how many such places there are.
 *
 * A row has four u32 for each such slot that a local goes to, in the order in which images are compared: the field that the
 * local comes from, its images, the field that it goes to, nothing. What has images is three u32 by slot: field, the
 * first element's images, how many. Where the first slot's local comes from is five u32: field, known first images (pointer), how
 * many locals there is room for, and a bit for each element that takes it from there (a u64 of two u32).
 *
 * Most elements are decided by the first slot. So what is the least that it becomes, and by which elements, is kept by local: its
 * image (u32), nothing, a bit for each element (u64; none: not known yet).
 */
import { get, set } from './fields';
import { alloc } from './memory';

/** Flag of an outcome: a step was met that has it, and what the process goes on to has its images. */
export const MET: u32 = 8;

const CELL: u32 = 16;
const KNOWN_BYTES: u32 = 12;
const SOURCE_BYTES: u32 = 20;
const FIRST_SHIFT: u32 = 4;
/** Fields of a vector's second word are not less than that. */
const RIGHT: u32 = 1 << 22;
/** As long as a vector can be. */
const IMAGE_BYTES: u32 = 512;

/** The record; 0: a state stands for itself. */
export let symmetry: usize = 0;
let rows: usize = 0;
let rowBytes: u32 = 0;
let known: usize = 0;
let sources: usize = 0;
let sourcesEnd: usize = 0;
/** Room for an image. */
let image: usize = 0;

/** @returns false: no memory */
export function attachSymmetry(at: usize): bool {
  symmetry = at;
  if (at == 0) return true;
  rowBytes = load<u32>(at) * CELL;
  rows = load<u32>(at, 4);
  known = load<u32>(at, 8);
  sources = load<u32>(at, 12);
  sourcesEnd = sources + load<u32>(at, 16) * SOURCE_BYTES;
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
  const best = leastOf(state, firstLeast(state));
  if (best == rows) return state;
  const end = best + rowBytes;
  if (bytes <= 16) {
    let left: u64 = 0;
    let right: u64 = 0;
    for (let cell = best; cell < end; cell += CELL) {
      const field = load<u32>(cell, 8);
      const bits = (imageOf(state, cell) as u64) << ((field >> 16) as u64);
      left |= select<u64>(bits, 0, field < RIGHT);
      right |= select<u64>(0, bits, field < RIGHT);
    }
    store<u64>(image, left);
    store<u64>(image, right, 8);
    return image;
  }
  for (let b: u32 = 0; b < bytes; b += 8) store<u64>(image + b, 0);
  for (let cell = best; cell < end; cell += CELL) set(image, load<u32>(cell, 8), imageOf(state, cell));
  return image;
}

/** Of some elements (bits), which begin alike. */
@inline
function leastOf(state: usize, elements: u64): usize {
  let best = rows + (ctz(elements) as u32) * rowBytes;
  for (let rest = elements & (elements - 1); rest != 0; rest &= rest - 1) {
    const row = rows + (ctz(rest) as u32) * rowBytes;
    if (isLess(state, row, best)) best = row;
  }
  return best;
}

/** The elements whose image has the least first slot. */
@inline
function firstLeast(state: usize): u64 {
  let least: u32 = 0xffffffff;
  let elements: u64 = 0;
  for (let source = sources; source < sourcesEnd; source += SOURCE_BYTES) {
    const local = get(state, load<u32>(source));
    const at = (load<u32>(source, 4) as usize) + (local << FIRST_SHIFT);
    let by = local < load<u32>(source, 8) ? atomic.load<u64>(at, 8) : 0;
    let first: u32;
    if (by != 0) {
      first = load<u32>(at);
    } else {
      by = firstOf(source, local);
      first = firstImage;
      if (local < load<u32>(source, 8)) {
        store<u32>(at, first);
        // Whoever sees who, sees what.
        atomic.store<u64>(at, by, 8);
      }
    }
    if (first > least) continue;
    elements = first == least ? elements | by : by;
    least = first;
  }
  return elements;
}

let firstImage: u32 = 0;

/** The elements under which a source's local becomes the least first slot, which is `firstImage` then. */
function firstOf(source: usize, local: u32): u64 {
  let elements: u64 = 0;
  firstImage = 0xffffffff;
  for (let rest = load<u64>(source, 12); rest != 0; rest &= rest - 1) {
    const cell = rows + (ctz(rest) as u32) * rowBytes;
    const own = load<u32>((load<u32>(cell, 4) as usize) + (local << 2));
    const bit = rest & (0 - rest);
    if (own > firstImage) continue;
    elements = own == firstImage ? elements | bit : bit;
    firstImage = own;
  }
  return elements;
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
