/**
 * The visited set: per state 8 bytes (its root: the numbers or words of its two halves) in the order of insertion, and an
 * index of u32 over them. Exact: what is compared is the root, and a root stands for one vector.
 *
 * Each worker stores its states in chunks of its own; a state's number is its chunk's number and its place in there. With
 * one worker the numbers are breadth-first order.
 */
import { alloc, release } from './memory';
import { CHUNKS, COUNT, NEXT_CHUNK, REST, REST_COUNT, WORKERS, workerAt } from './control';
import { mix } from './fields';

export const CHUNK_BITS: u32 = 14;
const CHUNK: u32 = 1 << CHUNK_BITS;
const CHUNK_MASK: u32 = CHUNK - 1;
const MAX_CHUNKS: u32 = 1 << 15;

/** In memory that all workers see: index, bits, chunk pointers by chunk, which worker's which chunk it is. */
let record: usize = 0;
let index: usize = 0;
let indexBits: u32 = 0;
let chunks: usize = 0;
let owners: usize = 0;
/** One worker needs no compare-and-swap. */
let alone: bool = false;
/** Number and address of the state that this worker stores next, while its chunk has room: it is theirs to write. */
let nextNumber: u32 = 0;
let nextAt: usize = 0;

export function createVisited(bits: u32): u32 {
  const at = alloc(16);
  const made = alloc(4 << bits);
  const pointers = alloc(MAX_CHUNKS * 4);
  const owned = alloc(MAX_CHUNKS * 4);
  if (at == 0 || made == 0 || pointers == 0 || owned == 0) return 0;
  store<u32>(at, made);
  store<u32>(at, bits, 4);
  store<u32>(at, pointers, 8);
  store<u32>(at, owned, 12);
  if (!addWorkers(0, 1)) return 0;
  return at;
}

/** Lists of chunks for workers number `from` up to (excluding) `to`. @returns false: no memory */
export function addWorkers(from: u32, to: u32): bool {
  for (let w = from; w < to; w++) {
    // Left by an earlier search, with the chunks in it.
    if (load<u32>(workerAt(w), CHUNKS) != 0) continue;
    const own = alloc(MAX_CHUNKS * 4);
    if (own == 0) return false;
    store<u32>(workerAt(w), own, CHUNKS);
  }
  store<u32>(WORKERS, to);
  return true;
}

export function attachVisited(at: u32): void {
  record = at;
  index = load<u32>(at);
  indexBits = load<u32>(at, 4);
  chunks = load<u32>(at, 8);
  owners = load<u32>(at, 12);
  alone = load<u32>(WORKERS) == 1;
}

@inline
export function rootAt(n: u32): usize {
  return (load<u32>(chunks + ((n >> CHUNK_BITS) << 2)) as usize) + ((n & CHUNK_MASK) << 3);
}

/** The number of worker `w`'s `i`th state. */
@inline
export function numberOf(w: u32, i: u32): u32 {
  const chunk = load<u32>((load<u32>(workerAt(w), CHUNKS) as usize) + ((i >> CHUNK_BITS) << 2)) - 1;
  return (chunk << CHUNK_BITS) | (i & CHUNK_MASK);
}

/** Worker and place of a state, as worker * 2^32 + place. */
export function placeOf(n: u32): f64 {
  const owner = load<u32>(owners + ((n >> CHUNK_BITS) << 2));
  return ((owner >> 24) as f64) * 4294967296.0 + ((((owner & 0xffffff) << CHUNK_BITS) | (n & CHUNK_MASK)) as f64);
}

export const PRESENT: i64 = -1;
export const FULL: i64 = -2;

/** Where a hash begins to look. */
@inline
export function slotOf(h: u64): usize {
  return index + (((h as u32) & ((1 << indexBits) - 1)) << 2);
}

/** Reads what `add` will read, so that the misses of many overlap. */
@inline
export function touchRoot(h: u64, e: u32): u32 {
  const mask: u32 = (1 << indexBits) - 1;
  return e != 0 && ((e ^ ((h >> 32) as u32)) & ~mask) == 0 ? load<u32>(rootAt((e & mask) - 1)) : 0;
}

/** Whether the first place for the hash has the root: most of what is found again. */
@inline
export function isFirst(key: u64, h: u64): bool {
  const e = load<u32>(slotOf(h));
  const mask: u32 = (1 << indexBits) - 1;
  return e != 0 && ((e ^ ((h >> 32) as u32)) & ~mask) == 0 && load<u64>(rootAt((e & mask) - 1)) == key;
}

/** Adds a root for worker `w`. @returns its number if it is new, PRESENT or FULL */
export function add(key: u64, h: u64, w: u32): i64 {
  const mask: u32 = (1 << indexBits) - 1;
  const tag = ((h >> 32) as u32) & ~mask;
  let i = (h as u32) & mask;
  let written = false;
  for (;;) {
    let e = alone ? load<u32>(index + (i << 2)) : atomic.load<u32>(index + (i << 2));
    if (e == 0) {
      if (!written) {
        if ((nextNumber & CHUNK_MASK) == 0 && !nextChunk(w)) return FULL;
        // Before the place in the index says that it is there.
        store<u64>(nextAt, key);
        written = true;
      }
      if (alone) store<u32>(index + (i << 2), tag | (nextNumber + 1));
      else e = atomic.cmpxchg<u32>(index + (i << 2), 0, tag | (nextNumber + 1));
      if (e == 0) {
        const count = workerAt(w) + COUNT;
        store<u32>(count, load<u32>(count) + 1);
        nextAt += 8;
        return (nextNumber++) as i64;
      }
    }
    if ((e & ~mask) == tag && load<u64>(rootAt((e & mask) - 1)) == key) return PRESENT;
    i = (i + 1) & mask;
  }
  return FULL;
}

/** The worker's next chunk; one that it took and has not filled is kept. Its list has chunk numbers plus one. */
function nextChunk(w: u32): bool {
  const nth = load<u32>(workerAt(w), COUNT) >> CHUNK_BITS;
  const own = (load<u32>(workerAt(w), CHUNKS) as usize) + (nth << 2);
  if (load<u32>(own) == 0) {
    const data = alloc(CHUNK << 3);
    if (data == 0) return false;
    const chunk = atomic.add<u32>(NEXT_CHUNK, 1);
    if (chunk >= MAX_CHUNKS) return false;
    store<u32>(chunks + (chunk << 2), data);
    store<u32>(owners + (chunk << 2), (w << 24) | nth);
    store<u32>(own, chunk + 1);
  }
  nextNumber = (load<u32>(own) - 1) << CHUNK_BITS;
  nextAt = rootAt(nextNumber);
  return true;
}

/** @returns the number of the state with this root, or -1 */
export function findRoot(key: u64): i32 {
  const h = mix(key);
  const mask: u32 = (1 << indexBits) - 1;
  const tag = ((h >> 32) as u32) & ~mask;
  let i = (h as u32) & mask;
  for (;;) {
    const e = load<u32>(index + (i << 2));
    if (e == 0) return -1;
    if ((e & ~mask) == tag && load<u64>(rootAt((e & mask) - 1)) == key) return ((e & mask) - 1) as i32;
    i = (i + 1) & mask;
  }
  return -1;
}

export function stored(): u32 {
  let n: u32 = 0;
  const workers = load<u32>(WORKERS);
  for (let w: u32 = 0; w < workers; w++) n += load<u32>(workerAt(w), COUNT);
  return n;
}

/** Whether `more` states may be too many for the index: 13/16 full at most, and numbers must fit beside the tag. */
export function visitedCrowded(more: u32): bool {
  const size: u32 = 1 << indexBits;
  if (stored() + more > size - (size >> 3) - (size >> 4)) return true;
  return ((load<u32>(NEXT_CHUNK) + (more >> CHUNK_BITS) + 2 * load<u32>(WORKERS)) << CHUNK_BITS) >= size;
}

export function visitedBytes(): f64 {
  return (load<u32>(NEXT_CHUNK) as f64) * ((CHUNK << 3) as f64) + ((4 << indexBits) as f64);
}

/** Below this size the index grows fourfold. */
const LARGE_BITS: u32 = 20;

/** More places, still empty: `fill` follows, by every worker. All are parked. @returns false: no memory */
export function growVisited(): bool {
  const bits = indexBits + (indexBits < LARGE_BITS ? 2 : 1);
  const bigger = alloc(4 << bits);
  if (bigger == 0) return false;
  release(index as u32, 4 << indexBits);
  store<u32>(record, bigger);
  store<u32>(record, bits, 4);
  attachVisited(record as u32);
  return true;
}

/** No state is stored; chunks and index keep their room. Only the first worker is there. */
export function clearVisited(): void {
  clearIndex();
  for (let w: u32 = 0; w < load<u32>(WORKERS); w++) store<u32>(workerAt(w), 0, COUNT);
  store<u32>(WORKERS, 1);
  attachVisited(record as u32);
  nextNumber = 0;
}

export function clearIndex(): void {
  memory.fill(index, 0, 4 << indexBits);
}

/**
 * Puts all states into the index whose place is in worker `w`'s part of it: so nobody else writes there, and no write waits
 * for another. What would run over the part's end is left for `fillRest`. @returns false: no memory
 */
export function fill(w: u32): bool {
  const workers = load<u32>(WORKERS);
  const at = workerAt(w);
  if (load<u32>(at, REST) == 0) store<u32>(at, alloc(MOST_REST << 2), REST);
  if (load<u32>(at, REST) == 0) return false;
  store<u32>(at, 0, REST_COUNT);
  const size: u64 = (1 as u64) << indexBits;
  const begin = ((size * w) / workers) as u32;
  const end = ((size * (w + 1)) / workers) as u32;
  for (let v: u32 = 0; v < workers; v++) {
    const count = load<u32>(workerAt(v), COUNT);
    for (let from: u32 = 0; from < count; from += CHUNK) {
      fillChunk(at, numberOf(v, from), min(CHUNK, count - from), begin, end);
    }
  }
  return true;
}

/** Far more than a run of occupied places in a new index is long. */
const MOST_REST: u32 = 4096;
const BATCH: u32 = 64;
let sink: u32 = 0;

/** The `n` states from number `first` on: some are touched before they are put, so that the misses of the memory overlap. */
function fillChunk(worker: usize, first: u32, n: u32, begin: u32, end: u32): void {
  const data = rootAt(first);
  const mask: u32 = (1 << indexBits) - 1;
  for (let from: u32 = 0; from < n; from += BATCH) {
    const to = min(from + BATCH, n);
    let sum: u32 = 0;
    for (let k = from; k < to; k++) {
      const i = (mix(load<u64>(data + (k << 3))) as u32) & mask;
      if (i >= begin && i < end) sum += load<u32>(index + (i << 2));
    }
    sink += sum;
    for (let k = from; k < to; k++) {
      const h = mix(load<u64>(data + (k << 3)));
      let i = (h as u32) & mask;
      if (i < begin || i >= end) continue;
      while (i < end && load<u32>(index + (i << 2)) != 0) i++;
      if (i < end) store<u32>(index + (i << 2), (((h >> 32) as u32) & ~mask) | (first + k + 1));
      else leave(worker, first + k);
    }
  }
}

function leave(worker: usize, n: u32): void {
  const count = load<u32>(worker, REST_COUNT);
  if (count == MOST_REST) unreachable();
  store<u32>((load<u32>(worker, REST) as usize) + (count << 2), n);
  store<u32>(worker, count + 1, REST_COUNT);
}

/** What all have left over. All are parked. */
export function fillRest(): void {
  const workers = load<u32>(WORKERS);
  const mask: u32 = (1 << indexBits) - 1;
  for (let w: u32 = 0; w < workers; w++) {
    const rest = load<u32>(workerAt(w), REST) as usize;
    const count = load<u32>(workerAt(w), REST_COUNT);
    for (let k: u32 = 0; k < count; k++) {
      const n = load<u32>(rest + (k << 2));
      const h = mix(load<u64>(rootAt(n)));
      let i = (h as u32) & mask;
      while (load<u32>(index + (i << 2)) != 0) i = (i + 1) & mask;
      store<u32>(index + (i << 2), (((h >> 32) as u32) & ~mask) | (n + 1));
    }
  }
}
