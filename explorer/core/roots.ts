/** The roots of vectors: a state of two halves is the pair of their numbers. What a worker has met lately needs no look into the tables. */
import { halvesCount, intern, NONE } from './halves';
import { alloc } from './memory';
import { left, leftBytes, right, vectorBytes } from './vector';

/**
 * Roots that the worker has found lately, plus one, by their hash: what is found again soon, as where two steps are taken in
 * either order, needs no look into the visited set.
 */
let recent: usize = 0;
const RECENT_MASK: usize = (2048 - 1) << 3;
/**
 * Halves of one word that the worker has interned lately: the word, then the number plus one; for each side so many places. While there
 * are few halves the places that are used are few, too: these are cleared whenever the layout changes, as it does often in
 * the beginning.
 */
let lately: usize = 0;
let places: u32 = 0;
const FEW: u32 = 8192;
const MANY: u32 = 131072;
let latelyMask: u32 = FEW - 1;
/** The layout that those are of. */
let layoutNumber: u32 = 0;
/** No memory for a half. */
export let outOfMemory: bool = false;

/** @returns false: no memory */
export function attachRoots(layout: u32): bool {
  if (lately == 0) {
    recent = alloc((RECENT_MASK as u32) + 8);
    lately = alloc(FEW << 5);
    places = FEW;
    if (lately == 0 || recent == 0) return false;
  }
  if (layoutNumber != layout) {
    layoutNumber = layout;
    memory.fill(recent, 0, RECENT_MASK + 8);
    for (let side: u32 = 0; side < 2; side++) memory.fill(latelyAt(0, side), 0, ((latelyMask as usize) + 1) << 4);
    latelyMask = FEW - 1;
  }
  if (latelyMask == FEW - 1 && left != 0 && halvesCount(left) + halvesCount(right) > FEW) useMany();
  return true;
}

/** What is in the few places is right where it is found. Where there is no memory for many, it stays at few. */
function useMany(): void {
  if (places == FEW) {
    const at = alloc(MANY << 5);
    if (at == 0) return;
    lately = at;
    places = MANY;
  }
  latelyMask = MANY - 1;
}

@inline
export function noteOutOfMemory(): void {
  outOfMemory = true;
}

export function forgetOutOfMemory(): void {
  outOfMemory = false;
}

@inline
export function recentAt(h: u64): usize {
  return recent + (((h >> 40) as usize) & RECENT_MASK);
}

/** The root of the vector, whose halves are interned. Out of memory: `outOfMemory`. */
@inline
export function rootOf(vector: usize): u64 {
  if (left == 0) return load<u64>(vector);
  const l = intern(left, vector, false);
  const r = intern(right, vector + leftBytes, true);
  if (l == NONE || r == NONE) outOfMemory = true;
  return (l as u64) | ((r as u64) << 32);
}

/** As `rootOf`, where the worker may have met the halves lately. */
@inline
export function rootLately(vector: usize): u64 {
  if (left == 0) return load<u64>(vector);
  const l = internLately(left, vector, leftBytes, false);
  const r = internLately(right, vector + leftBytes, vectorBytes - leftBytes, true);
  if (l == NONE || r == NONE) outOfMemory = true;
  return (l as u64) | ((r as u64) << 32);
}

/** As `rootOf`, of what a step has made of a vector whose root is `root`: a half that the step left alone has the number that it had. */
export function rootBeside(child: usize, parent: usize, root: u64): u64 {
  const l = same(child, parent, leftBytes) ? (root as u32) : internLately(left, child, leftBytes, false);
  const from = child + leftBytes;
  const bytes = vectorBytes - leftBytes;
  const r = same(from, parent + leftBytes, bytes) ? ((root >> 32) as u32) : internLately(right, from, bytes, true);
  if (l == NONE || r == NONE) outOfMemory = true;
  return (l as u64) | ((r as u64) << 32);
}

@inline
function same(a: usize, b: usize, bytes: u32): bool {
  for (let i: u32 = 0; i < bytes; i += 8) if (load<u64>(a + i) != load<u64>(b + i)) return false;
  return true;
}

/** Where such a word is, of the left side (0) or the right (1). */
@inline
export function latelyAt(word: u64, side: u32): usize {
  const place = (((word * 0x9e3779b97f4a7c15) >> 44) as u32) & latelyMask;
  return lately + ((place + side * places) << 4);
}

@inline
function internLately(t: usize, at: usize, bytes: u32, isRight: bool): u32 {
  if (bytes != 8) return intern(t, at, isRight);
  const word = load<u64>(at);
  const known = latelyAt(word, isRight ? 1 : 0);
  const n = load<u32>(known, 8);
  if (n != 0 && load<u64>(known) == word) return n - 1;
  const made = intern(t, at, isRight);
  store<u64>(known, word);
  store<u32>(known, made + 1, 8);
  return made;
}
