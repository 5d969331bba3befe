/**
 * Halves of vectors, interned: a half of some 8-byte words <-> a number. Shared by the workers: a place in the index is taken by
 * compare-and-swap, after the half's words were written; each worker takes numbers in small runs of its own.
 *
 * A table is a record: index, bits of the index's size, chunks, words, next number (atomic).
 */
import { mix } from './fields';
import { alloc, release } from './memory';

const INDEX: usize = 0;
const BITS: usize = 4;
const CHUNKS: usize = 8;
const WORDS: usize = 12;
const NEXT: usize = 16;
const TABLE_BYTES: u32 = 32;

const CHUNK_BITS: u32 = 12;
const CHUNK: u32 = 1 << CHUNK_BITS;
const MAX_CHUNKS: u32 = 1 << 16;
const RUN_MASK: u32 = 63;

export const NONE: u32 = 0xffffffff;

/** @returns the table, or 0: no memory */
export function createHalves(words: u32, bits: u32): u32 {
  const t = alloc(TABLE_BYTES);
  const index = alloc(4 << bits);
  const chunks = alloc(MAX_CHUNKS * 4);
  if (t == 0 || index == 0 || chunks == 0) return 0;
  store<u32>(t, index, INDEX);
  store<u32>(t, bits, BITS);
  store<u32>(t, chunks, CHUNKS);
  store<u32>(t, words, WORDS);
  return t;
}

@inline
export function halfAt(t: usize, n: u32): usize {
  return load<u32>((load<u32>(t, CHUNKS) as usize) + ((n >> CHUNK_BITS) << 2)) + (n & (CHUNK - 1)) * (load<u32>(t, WORDS) << 3);
}

/** As `halfAt`, of a table whose halves are one word. */
@inline
export function halfOf(t: usize, n: u32): usize {
  return load<u32>((load<u32>(t, CHUNKS) as usize) + ((n >> CHUNK_BITS) << 2)) + ((n & (CHUNK - 1)) << 3);
}

/** Where `intern` reads first for a half of one word: that can be read before, so that the misses of many overlap. */
@inline
export function placeOfHalf(t: usize, word: u64): usize {
  const mask: u32 = (1 << load<u32>(t, BITS)) - 1;
  return (load<u32>(t, INDEX) as usize) + (((mix(word) as u32) & mask) << 2);
}

/** Where it reads then, by what it has read there. Nothing: some half. */
@inline
export function halfBehind(t: usize, e: u32): usize {
  return halfOf(t, select<u32>((e & ((1 << load<u32>(t, BITS)) - 1)) - 1, 0, e != 0));
}

@inline
function hashOf(at: usize, words: u32): u64 {
  let h = mix(load<u64>(at));
  for (let w: u32 = 1; w < words; w++) h = mix(h ^ load<u64>(at + (w << 3)));
  return h;
}

@inline
function same(a: usize, b: usize, words: u32): bool {
  for (let w: u32 = 0; w < words; w++) if (load<u64>(a + (w << 3)) != load<u64>(b + (w << 3))) return false;
  return true;
}

/** Numbers that this worker may give: `next` up to a multiple of the run. By table: left, right. */
let nextLeft: u32 = 0;
let nextRight: u32 = 0;

/** Forgets the runs: the tables are new. */
export function newHalves(): void {
  nextLeft = 0;
  nextRight = 0;
}

/** @returns the number of the half at `at`, which is added if it is new; NONE: no memory */
export function intern(t: usize, at: usize, right: bool): u32 {
  const words = load<u32>(t, WORDS);
  const h = hashOf(at, words);
  const mask: u32 = (1 << load<u32>(t, BITS)) - 1;
  const index = load<u32>(t, INDEX) as usize;
  const tag = ((h >> 32) as u32) & ~mask;
  let i = (h as u32) & mask;
  let mine: u32 = NONE;
  for (;;) {
    let e = atomic.load<u32>(index + (i << 2));
    if (e == 0) {
      if (mine == NONE) {
        mine = takeNumber(t, right);
        if (mine == NONE) return NONE;
        const to = halfAt(t, mine);
        for (let w: u32 = 0; w < words; w++) store<u64>(to + (w << 3), load<u64>(at + (w << 3)));
      }
      e = atomic.cmpxchg<u32>(index + (i << 2), 0, tag | (mine + 1));
      if (e == 0) {
        if (right) nextRight++;
        else nextLeft++;
        return mine;
      }
    }
    if ((e & ~mask) == tag && same(halfAt(t, (e & mask) - 1), at, words)) return (e & mask) - 1;
    i = (i + 1) & mask;
  }
  return NONE;
}

/** The next number of the worker's run, or the first of a new one; it is not used up yet. */
function takeNumber(t: usize, right: bool): u32 {
  const next = right ? nextRight : nextLeft;
  if ((next & RUN_MASK) != 0) return next;
  const n = atomic.add<u32>(t + NEXT, RUN_MASK + 1);
  const chunk = n >> CHUNK_BITS;
  if (chunk >= MAX_CHUNKS) return NONE;
  if ((n & (CHUNK - 1)) == 0) {
    // Whoever takes a chunk's first run makes the chunk, unless an earlier search has left one; the others wait for it.
    const at = (load<u32>(t, CHUNKS) as usize) + (chunk << 2);
    if (atomic.load<u32>(at) == 0) {
      const data = alloc(CHUNK * (load<u32>(t, WORDS) << 3));
      atomic.store<u32>(at, data == 0 ? NONE : data);
    }
  }
  let data: u32 = 0;
  do {
    data = atomic.load<u32>((load<u32>(t, CHUNKS) as usize) + (chunk << 2));
  } while (data == 0);
  if (data == NONE) return NONE;
  if (right) nextRight = n;
  else nextLeft = n;
  return n;
}

/** @returns the number of the half at `at`, or NONE */
export function findHalf(t: usize, at: usize): u32 {
  const words = load<u32>(t, WORDS);
  const h = hashOf(at, words);
  const mask: u32 = (1 << load<u32>(t, BITS)) - 1;
  const index = load<u32>(t, INDEX) as usize;
  const tag = ((h >> 32) as u32) & ~mask;
  let i = (h as u32) & mask;
  for (;;) {
    const e = load<u32>(index + (i << 2));
    if (e == 0) return NONE;
    if ((e & ~mask) == tag && same(halfAt(t, (e & mask) - 1), at, words)) return (e & mask) - 1;
    i = (i + 1) & mask;
  }
  return NONE;
}

export function bitsOf(t: usize): u32 {
  return load<u32>(t, BITS);
}

@inline
export function halvesCrowded(t: usize, more: u32): bool {
  const size: u32 = 1 << load<u32>(t, BITS);
  return load<u32>(t, NEXT) + more > size - (size >> 2);
}

export function halvesBytes(t: usize): f64 {
  const chunks: f64 = ((load<u32>(t, NEXT) + CHUNK - 1) >> CHUNK_BITS) as f64;
  return chunks * (CHUNK as f64) * ((load<u32>(t, WORDS) << 3) as f64) + ((4 << load<u32>(t, BITS)) as f64);
}

/** The half's number of words changes, and what is in them: `rewrite` follows for each. All are parked. @returns false: no memory */
export function widenHalves(t: usize, words: u32): bool {
  const old = load<u32>(t, WORDS);
  const chunks = load<u32>(t, CHUNKS) as usize;
  const used = (load<u32>(t, NEXT) + CHUNK - 1) >> CHUNK_BITS;
  for (let c: u32 = 0; c < used; c++) {
    const from = load<u32>(chunks + (c << 2)) as usize;
    const to = alloc(CHUNK * (words << 3)) as usize;
    if (to == 0) return false;
    for (let n: u32 = 0; n < CHUNK; n++) {
      for (let w: u32 = 0; w < min(old, words); w++) {
        store<u64>(to + ((n * words + w) << 3), load<u64>(from + ((n * old + w) << 3)));
      }
    }
    store<u32>(chunks + (c << 2), to as u32);
  }
  // What an earlier search has left is too narrow.
  for (let c = used; c < MAX_CHUNKS && load<u32>(chunks + (c << 2)) != 0; c++) store<u32>(chunks + (c << 2), 0);
  store<u32>(t, words, WORDS);
  return true;
}

/** Nothing is interned; chunks and index keep their room. */
export function clearHalves(t: usize): void {
  store<u32>(t, 0, NEXT);
  memory.fill(load<u32>(t, INDEX) as usize, 0, 4 << load<u32>(t, BITS));
}

export function halvesCount(t: usize): u32 {
  return load<u32>(t, NEXT);
}

/** The index anew, with 2^bits places. All workers are parked. @returns false: no memory */
export function reindexHalves(t: usize, bits: u32): bool {
  const oldBits = load<u32>(t, BITS);
  const old = load<u32>(t, INDEX) as usize;
  const made = alloc(4 << bits) as usize;
  if (made == 0) return false;
  const words = load<u32>(t, WORDS);
  const oldMask: u32 = (1 << oldBits) - 1;
  const mask: u32 = (1 << bits) - 1;
  for (let o: u32 = 0; o <= oldMask; o++) {
    const e = load<u32>(old + (o << 2));
    if (e == 0) continue;
    const n = (e & oldMask) - 1;
    const h = hashOf(halfAt(t, n), words);
    let i = (h as u32) & mask;
    while (load<u32>(made + (i << 2)) != 0) i = (i + 1) & mask;
    store<u32>(made + (i << 2), (((h >> 32) as u32) & ~mask) | (n + 1));
  }
  store<u32>(t, made as u32, INDEX);
  store<u32>(t, bits, BITS);
  release(old as u32, 4 << oldBits);
  return true;
}

export function growHalves(t: usize): bool {
  return reindexHalves(t, load<u32>(t, BITS) + 1);
}
