/**
 * The visited set: per state 8 bytes (its root: the numbers or words of its two halves) in the order of insertion, a byte
 * that says which processes sleep in it (sleep.ts), and an index of u32 over them. Exact: what is compared is the root, and
 * a root stands for one vector.
 *
 * The index has lines of 16 places: as long as the processor's. A hash's first bits are the number of its line, the next
 * ones are the tag, kept beside a state's number. A line is filled from its first place on; what finds it full is a stray in the
 * next one, and marked as such. So a look-up reads one line as a rule, all 16 places at once; and in a larger index the line and
 * the tag follow from the old ones, without the states being looked at, but for the strays.
 *
 * Each worker stores its states in chunks of its own; a state's number is its chunk's number and its place in there. With
 * one worker the numbers are breadth-first order.
 */
import { compact, compactAdd, compactBytes, compactCrowded, compactLine, compactRest } from './compact';
import { alloc, release } from './memory';
import { CHUNKS, COUNT, LEVEL_FROM, LEVEL_SIZE, LEVEL_TO, NEXT_CHUNK, REST, REST_COUNT, WORKERS, workerAt } from './control';
import { mix } from './fields';
import { LINE_BITS, LINE_SHIFT, PLACES, placesWith, takenIn } from './lines';

export const CHUNK_BITS: u32 = 14;
const CHUNK: u32 = 1 << CHUNK_BITS;
const CHUNK_MASK: u32 = CHUNK - 1;
/** Of a chunk: its roots, then a byte for each. */
const CHUNK_BYTES: u32 = 9 << CHUNK_BITS;
const MAX_CHUNKS: u32 = 1 << 15;

/** In memory that all workers see: index, bits, chunk pointers by chunk, which worker's which chunk it is, the index before. */
let record: usize = 0;
let index: usize = 0;
let indexBits: u32 = 0;
let chunks: usize = 0;
let owners: usize = 0;
/** While a larger index is filled: the one before (else 0), and its bits. */
let oldIndex: usize = 0;
let oldBits: u32 = 0;
/** One worker needs no compare-and-swap. */
let alone: bool = false;
/** Number and address of the state that this worker stores next, while its chunk has room: it is theirs to write. */
let nextNumber: u32 = 0;
let nextAt: usize = 0;

/** Its lines, and behind them for each line a mask (u16) of the places that strays have. */
@inline
function bytesOfIndex(bits: u32): u32 {
  return (4 << bits) + (2 << (bits - LINE_BITS));
}

/** The mask of a line of the index. */
@inline
function straysOf(line: usize): usize {
  return index + ((4 as usize) << indexBits) + ((line - index) >> (LINE_SHIFT - 1));
}

export function createVisited(bits: u32): u32 {
  const at = alloc(24);
  const made = alloc(bytesOfIndex(bits));
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
  oldIndex = load<u32>(at, 16);
  oldBits = load<u32>(at, 20);
  alone = load<u32>(WORKERS) == 1;
}

@inline
export function rootAt(n: u32): usize {
  return (load<u32>(chunks + ((n >> CHUNK_BITS) << 2)) as usize) + ((n & CHUNK_MASK) << 3);
}

/** Where it is said which processes sleep in the state. */
@inline
export function sleepersAt(n: u32): usize {
  return (load<u32>(chunks + ((n >> CHUNK_BITS) << 2)) as usize) + (CHUNK << 3) + (n & CHUNK_MASK);
}

/** Processes sleep in a state that was found before: only if it is of the next level, since else they may have stepped. */
@inline
function putToSleep(n: u32, sleepers: u32): void {
  const owner = load<u32>(owners + ((n >> CHUNK_BITS) << 2));
  const place = ((owner & 0xffffff) << CHUNK_BITS) | (n & CHUNK_MASK);
  if (place < load<u32>(workerAt(owner >> 24), LEVEL_TO)) return;
  const at = sleepersAt(n);
  if (alone) store<u8>(at, load<u8>(at) | sleepers);
  else atomic.or<u8>(at, sleepers as u8);
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

// ---- lines ----------------------------------------------------------------------------------------------------------

@inline
function lineNumber(h: u64): u32 {
  return ((h >> 32) as u32) >> (32 + LINE_BITS - indexBits);
}

/** The line in which a hash is looked for first. */
@inline
export function lineOf(h: u64): usize {
  return index + (lineNumber(h) << LINE_SHIFT);
}

/** Bits of the hash that are kept beside the number. */
@inline
function tagOf(h: u64): u32 {
  return (((h >> 32) as u32) << (indexBits - LINE_BITS)) & ~((1 << indexBits) - 1);
}

@inline
function lineAfter(line: usize): usize {
  const next = line + ((1 as usize) << LINE_SHIFT);
  return next == index + ((4 as usize) << indexBits) ? index : next;
}

/** Of the line that `lookAhead` will read: to be read before, so that the misses of many overlap. */
@inline
export function lineToTouch(h: u64): usize {
  return compact ? compactLine(h) : lineOf(h);
}

/** Places of the line that have the hash's tag, and from bit 16 how many are taken. */
@inline
export function lookAhead(h: u64): u32 {
  if (compact) return 0;
  const line = lineOf(h);
  const taken = takenIn(line);
  const mask: u32 = (1 << indexBits) - 1;
  const like = placesWith(line, i32x4.splat(~mask), i32x4.splat(tagOf(h))) & ((1 << taken) - 1);
  return like | (taken << 16);
}

/**
 * Where the root is that the first of those places names. Where there is none, that of the first state of all: no branch, which
 * would be guessed wrong half of the time.
 */
@inline
export function rootAhead(h: u64, seen: u32): usize {
  const like = seen & 0xffff;
  const e = load<u32>(lineOf(h) + (ctz(like | (1 << (PLACES - 1))) << 2)) & ((1 << indexBits) - 1);
  return rootAt(select<u32>(e - 1, 0, like != 0));
}

/** Where a new state's place is looked for: the line, or the one after it, if the line is full. No branch. */
@inline
export function lineAhead(h: u64, seen: u32): usize {
  if (compact) return compactRest(h);
  const line = lineOf(h);
  return select<usize>(lineAfter(line), line, seen >> 16 == PLACES);
}

/** @returns whether one of those places names the root. In that state `sleepers` sleep, too. */
@inline
function isAmong(key: u64, line: usize, places: u32, mask: u32, sleepers: u32): bool {
  for (let rest = places; rest != 0; rest &= rest - 1) {
    const e = atomic.load<u32>(line + (ctz(rest) << 2));
    if (load<u64>(rootAt((e & mask) - 1)) != key) continue;
    if (sleepers != 0) putToSleep((e & mask) - 1, sleepers);
    return true;
  }
  return false;
}

/** Adds a root for worker `w`. @param sleepers processes that sleep in the state @returns its number if it is new, PRESENT or FULL */
export function add(key: u64, h: u64, w: u32, sleepers: u32): i64 {
  return addSeen(key, h, w, lookAhead(h), sleepers);
}

/** As `add`. @param seen what `lookAhead` has returned, before whatever was added since */
@inline
export function addSeen(key: u64, h: u64, w: u32, seen: u32, sleepers: u32): i64 {
  if (compact) return addHash(key, h, w, sleepers);
  const mask: u32 = (1 << indexBits) - 1;
  const line = lineOf(h);
  if (isAmong(key, line, seen & 0xffff, mask, sleepers)) return PRESENT;
  const place = line + ((seen >> 16) << 2);
  // As it is mostly: the line has room, nobody has taken the place since, and the chunk has room, too.
  if (seen >> 16 != PLACES && load<u32>(place) == 0 && (nextNumber & CHUNK_MASK) != 0) {
    store<u64>(nextAt, key);
    store<u8>(sleepersAt(nextNumber), sleepers);
    if (takePlace(place, tagOf(h) | (nextNumber + 1))) return countNew(w);
  }
  return addFrom(key, tagOf(h), line, seen >> 16, w, sleepers);
}

/** @returns whether nobody else has taken it first: then nothing has been added to the line since it was looked at */
@inline
function takePlace(place: usize, entry: u32): bool {
  if (!alone) return atomic.cmpxchg<u32>(place, 0, entry) == 0;
  store<u32>(place, entry);
  return true;
}

/** @returns the number of the state that is stored now */
@inline
function countNew(w: u32): i64 {
  const count = workerAt(w) + COUNT;
  store<u32>(count, load<u32>(count) + 1);
  nextAt += 8;
  return (nextNumber++) as i64;
}

/** As `add`, where only hashes are kept. A state that is found again is not looked at: who sleeps there stays as it was. */
function addHash(key: u64, h: u64, w: u32, sleepers: u32): i64 {
  // Room for the state first: its hash says that it is there.
  if ((nextNumber & CHUNK_MASK) == 0 && !nextChunk(w)) return FULL;
  const added = compactAdd(h);
  if (added <= 0) return added == 0 ? PRESENT : FULL;
  store<u64>(nextAt, key);
  store<u8>(sleepersAt(nextNumber), sleepers);
  return countNew(w);
}

/** Where only hashes are kept: how many of the first worker's chunks have become later ones. */
let reused: u32 = 0;

/** A chunk all of whose states are expanded, as the `nth`. @returns false: there is none */
function reuseChunk(own: usize, nth: u32): bool {
  if (!compact || (reused + 1) << CHUNK_BITS > load<u32>(workerAt(0), LEVEL_FROM)) return false;
  const chunk = load<u32>((load<u32>(workerAt(0), CHUNKS) as usize) + (reused++ << 2)) - 1;
  store<u32>(owners + (chunk << 2), nth);
  store<u32>(own, chunk + 1);
  return true;
}

/** Goes on at a place of a line whose places before do not have the root. */
function addFrom(key: u64, tag: u32, first: usize, from: u32, w: u32, sleepers: u32): i64 {
  const mask: u32 = (1 << indexBits) - 1;
  let line = first;
  let place = from;
  let written = false;
  for (;;) {
    if (place == PLACES) {
      line = lineAfter(line);
      place = 0;
    }
    const at = line + (place << 2);
    let e = alone ? load<u32>(at) : atomic.load<u32>(at);
    if (e == 0) {
      if (!written) {
        if ((nextNumber & CHUNK_MASK) == 0 && !nextChunk(w)) return FULL;
        // Before the place in the index says that it is there.
        store<u64>(nextAt, key);
        store<u8>(sleepersAt(nextNumber), sleepers);
        written = true;
      }
      if (alone) store<u32>(at, tag | (nextNumber + 1));
      else e = atomic.cmpxchg<u32>(at, 0, tag | (nextNumber + 1));
      if (e == 0) {
        if (line != first) markStray(line, place);
        return countNew(w);
      }
    }
    if ((e & ~mask) == tag && load<u64>(rootAt((e & mask) - 1)) == key) {
      if (sleepers != 0) putToSleep((e & mask) - 1, sleepers);
      return PRESENT;
    }
    place++;
  }
  return FULL;
}

function markStray(line: usize, place: u32): void {
  const mark: u32 = 1 << place;
  if (alone) putMark(line, place);
  else atomic.or<u16>(straysOf(line), mark as u16);
}

/** Nobody else writes to the line. */
@inline
function putMark(line: usize, place: u32): void {
  const at = straysOf(line);
  const marks: u32 = load<u16>(at);
  store<u16>(at, (marks | (1 << place)) as u16);
}

/** The worker's next chunk; one that it took and has not filled is kept. Its list has chunk numbers plus one. */
function nextChunk(w: u32): bool {
  const nth = load<u32>(workerAt(w), COUNT) >> CHUNK_BITS;
  const own = (load<u32>(workerAt(w), CHUNKS) as usize) + (nth << 2);
  if (load<u32>(own) == 0 && !reuseChunk(own, nth)) {
    const data = alloc(CHUNK_BYTES);
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

/** @param seen what `lookAhead` has returned @returns the number of the state with this root, or -1 */
@inline
export function findSeen(key: u64, h: u64, seen: u32): i32 {
  const mask: u32 = (1 << indexBits) - 1;
  const line = lineOf(h);
  for (let rest = seen & 0xffff; rest != 0; rest &= rest - 1) {
    const n = (load<u32>(line + (ctz(rest) << 2)) & mask) - 1;
    if (load<u64>(rootAt(n)) == key) return n as i32;
  }
  return seen >> 16 == PLACES ? findRoot(key) : -1;
}

/** @returns the number of the state with this root, or -1 */
export function findRoot(key: u64): i32 {
  const h = mix(key);
  const mask: u32 = (1 << indexBits) - 1;
  const tag = tagOf(h);
  for (let line = lineOf(h); ; line = lineAfter(line)) {
    for (let place: u32 = 0; place < PLACES; place++) {
      const e = load<u32>(line + (place << 2));
      if (e == 0) return -1;
      if ((e & ~mask) == tag && load<u64>(rootAt((e & mask) - 1)) == key) return ((e & mask) - 1) as i32;
    }
  }
  return -1;
}

export function stored(): u32 {
  let n: u32 = 0;
  const workers = load<u32>(WORKERS);
  for (let w: u32 = 0; w < workers; w++) n += load<u32>(workerAt(w), COUNT);
  return n;
}

/**
 * Whether `more` states may be too many for the index: 13/16 full at most, or 15/16 where the search seems to end before that, and
 * numbers must fit beside the tag.
 */
export function visitedCrowded(more: u32): bool {
  if (compact) return compactCrowded(stored() + more);
  const size: u32 = 1 << indexBits;
  const count = stored() + more;
  if (count > size - (size >> 3) - (size >> 4) && count + waiting() * FOR_EACH > size - (size >> 4)) return true;
  return ((load<u32>(NEXT_CHUNK) + (more >> CHUNK_BITS) + 2 * load<u32>(WORKERS)) << CHUNK_BITS) >= size;
}

/** So many states at most may come of each that waits, if that is to be the end. */
const FOR_EACH: u32 = 4;

/** States of this level and those found for the next. */
function waiting(): u32 {
  let n = load<u32>(LEVEL_SIZE);
  const workers = load<u32>(WORKERS);
  for (let w: u32 = 0; w < workers; w++) n += load<u32>(workerAt(w), COUNT) - load<u32>(workerAt(w), LEVEL_TO);
  return n;
}

export function visitedBytes(): f64 {
  return (load<u32>(NEXT_CHUNK) as f64) * (CHUNK_BYTES as f64) + (bytesOfIndex(indexBits) as f64) + (compact ? compactBytes() : 0);
}

/** Below this size the index grows fourfold. */
const LARGE_BITS: u32 = 20;

/** More places, still empty: `fill` follows, by every worker, and `fillRest`. All are parked. @returns false: no memory */
export function growVisited(): bool {
  const bits = indexBits + (indexBits < LARGE_BITS ? 2 : 1);
  const bigger = alloc(bytesOfIndex(bits));
  if (bigger == 0) return false;
  store<u32>(record, index as u32, 16);
  store<u32>(record, indexBits, 20);
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
  memory.fill(index, 0, bytesOfIndex(indexBits));
}

/**
 * Puts all states into the index whose line is in worker `w`'s part of it: so nobody else writes there, and no write waits
 * for another. What would run over the part's end is left for `fillRest`. They come from the index before, where there is
 * one, else from the states themselves. @returns false: no memory
 */
export function fill(w: u32): bool {
  const workers = load<u32>(WORKERS);
  const at = workerAt(w);
  if (load<u32>(at, REST) == 0) store<u32>(at, alloc(MOST_REST << 2), REST);
  if (load<u32>(at, REST) == 0) return false;
  if (heads == 0) heads = alloc(HEADS_BYTES);
  if (strays == 0) strays = alloc(MOST_STRAYS << 2);
  if (batch == 0) batch = alloc((BATCH + 1) * PUT_BYTES);
  if (heads == 0 || strays == 0 || batch == 0) return false;
  store<u32>(at, 0, REST_COUNT);
  const lines: u64 = (1 as u64) << ((oldIndex != 0 ? oldBits : indexBits) - LINE_BITS);
  const begin = ((lines * w) / workers) as u32;
  const end = ((lines * (w + 1)) / workers) as u32;
  if (oldIndex != 0) {
    split(at, begin, end);
    return true;
  }
  for (let v: u32 = 0; v < workers; v++) {
    const count = load<u32>(workerAt(v), COUNT);
    for (let from: u32 = 0; from < count; from += CHUNK) {
      fillChunk(at, numberOf(v, from), min(CHUNK, count - from), begin, end);
    }
  }
  return true;
}

/** Far more than the lines at the ends of the parts run over. */
const MOST_REST: u32 = 4096;
const BATCH: u32 = 64;
let sink: u32 = 0;

/** For each line that one becomes, how many of its places are taken. */
let heads: usize = 0;
const HEADS_BYTES: u32 = 16;

const PAGE_BYTES: usize = 4096;

/** Puts what is in the lines `begin` to `end` of the index before into the lines that they become. */
function split(worker: usize, begin: u32, end: u32): void {
  const more = indexBits - oldBits;
  const oldMask: u32 = (1 << oldBits) - 1;
  const mask: u32 = (1 << indexBits) - 1;
  const partBegin = begin << more;
  const partEnd = end << more;
  const masks = oldIndex + ((4 as usize) << oldBits);
  // Written before it is read: a new page that is read first is mapped twice, and the second time all workers are interrupted.
  const last = index + (partEnd << LINE_SHIFT);
  for (let at = index + (partBegin << LINE_SHIFT); at < last; at += PAGE_BYTES) store<u32>(at, 0);
  strayCount = 0;
  for (let l = begin; l < end; l++) {
    const line = oldIndex + (l << LINE_SHIFT);
    const taken = takenIn(line);
    const astray: u32 = load<u16>(masks + (l << 1));
    const first = l << more;
    for (let k: u32 = 0; k < (1 as u32) << more; k++) {
      store<u32>(heads + (k << 2), takenIn(index + ((first + k) << LINE_SHIFT)));
    }
    for (let place: u32 = 0; place < taken; place++) {
      const e = load<u32>(line + (place << 2));
      if (((astray >> place) & 1) != 0) {
        store<u32>(strays + (strayCount++ << 2), e & oldMask);
        continue;
      }
      const k = e >> (32 - more);
      const made = (((e & ~oldMask) << more) & ~mask) | (e & oldMask);
      const head = load<u32>(heads + (k << 2));
      if (head < PLACES) {
        store<u32>(index + ((first + k) << LINE_SHIFT) + (head << 2), made);
        store<u32>(heads + (k << 2), head + 1);
      } else put(worker, first + k, made, partEnd);
    }
    if (strayCount > MOST_STRAYS - PLACES) putStrays(worker, partBegin, partEnd);
  }
  putStrays(worker, partBegin, partEnd);
}

/** Numbers of states, plus one, that were strays: their line is not known. How many. */
let strays: usize = 0;
let strayCount: u32 = 0;
const MOST_STRAYS: u32 = 256;

function putStrays(worker: usize, begin: u32, end: u32): void {
  // Read first, so that the misses overlap.
  let sum: u32 = 0;
  for (let i: u32 = 0; i < strayCount; i++) sum += load<u32>(rootAt(load<u32>(strays + (i << 2)) - 1));
  sink += sum;
  for (let i: u32 = 0; i < strayCount; i++) {
    const n = load<u32>(strays + (i << 2));
    const h = mix(load<u64>(rootAt(n - 1)));
    const line = lineNumber(h);
    if (line < begin || line >= end) leave(worker, n - 1);
    else put(worker, line, tagOf(h) | n, end);
  }
  strayCount = 0;
}

/** Puts an entry into the line or one after it, before line `end`. */
@inline
function put(worker: usize, line: u32, entry: u32, end: u32): void {
  let l = line;
  let taken: u32 = 0;
  while (l < end && (taken = takenIn(index + (l << LINE_SHIFT))) == PLACES) l++;
  if (l < end) {
    const at = index + (l << LINE_SHIFT);
    store<u32>(at + (taken << 2), entry);
    if (l != line) putMark(at, taken);
  } else leave(worker, (entry & ((1 << indexBits) - 1)) - 1);
}

/** Hashes that are to be put, each with its state's number plus one. */
let batch: usize = 0;
const PUT_BYTES: u32 = 16;

/**
 * Of the `n` states from number `first` on those whose line is in the part: some are touched before they are put, so that the
 * misses of the memory overlap.
 */
function fillChunk(worker: usize, first: u32, n: u32, begin: u32, end: u32): void {
  const data = rootAt(first);
  for (let from: u32 = 0; from < n; from += BATCH) {
    const to = min(from + BATCH, n);
    let last = batch;
    let sum: u32 = 0;
    for (let k = from; k < to; k++) {
      const h = mix(load<u64>(data + (k << 3)));
      store<u64>(last, h);
      store<u32>(last, first + k + 1, 8);
      const own = u32(lineNumber(h) - begin < end - begin);
      sum += load<u32>(select<usize>(lineOf(h), batch, own));
      last += own * PUT_BYTES;
    }
    sink += sum;
    for (let at = batch; at < last; at += PUT_BYTES) {
      const h = load<u64>(at);
      put(worker, lineNumber(h), tagOf(h) | load<u32>(at, 8), end);
    }
  }
}

function leave(worker: usize, n: u32): void {
  const count = load<u32>(worker, REST_COUNT);
  if (count == MOST_REST) unreachable();
  store<u32>((load<u32>(worker, REST) as usize) + (count << 2), n);
  store<u32>(worker, count + 1, REST_COUNT);
}

/** What all have left over; the index before is given back. All are parked. */
export function fillRest(): void {
  const workers = load<u32>(WORKERS);
  for (let w: u32 = 0; w < workers; w++) {
    const rest = load<u32>(workerAt(w), REST) as usize;
    const count = load<u32>(workerAt(w), REST_COUNT);
    for (let k: u32 = 0; k < count; k++) {
      const n = load<u32>(rest + (k << 2));
      const h = mix(load<u64>(rootAt(n)));
      const first = lineOf(h);
      let line = first;
      let taken: u32 = 0;
      while ((taken = takenIn(line)) == PLACES) line = lineAfter(line);
      store<u32>(line + (taken << 2), tagOf(h) | (n + 1));
      if (line != first) putMark(line, taken);
    }
  }
  if (oldIndex == 0) return;
  release(oldIndex as u32, bytesOfIndex(oldBits));
  store<u32>(record, 0, 16);
  oldIndex = 0;
}
