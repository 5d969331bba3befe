/**
 * A field has become too narrow: the vectors are packed anew, while nobody searches. What is planned lies where all workers see it:
 * each packs the roots of its own states. The halves' words, and the index of the visited set, follow.
 */
import { COUNT, RELAYOUT, REPACKED, SETTINGS, workerAt, WORKERS } from './control';
import {
  bitsOf,
  growHalves,
  halfAt,
  halvesCount,
  halvesCrowded,
  intern,
  newHalves,
  NONE,
  reindexHalves,
  widenHalves,
} from './halves';
import { alloc } from './memory';
import { attach } from './search';
import { left, leftBytes, right, unpackState, vectorBytes } from './vector';
import { clearIndex, numberOf, rootAt } from './visited';

let a: usize = 0;
let b: usize = 0;

/**
 * Fields that move alike: from byte, to byte (u32 each), how far the word is turned to the left, bits that are theirs (u64
 * each). Neighbours mostly do.
 */
let moves: usize = 0;
let movesEnd: usize = 0;
const MOVE_BYTES: u32 = 24;
let mostMoves: u32 = 0;

/** How many bytes a vector has at most, before or after. */
let used: usize = 0;

// The record of what is planned, in u32: moves, their end, `used`, tables of the halves to come (0: none) and bytes of the left one.
const USED: usize = 8;
const LEFT: usize = 12;
const RIGHT: usize = 16;
const LEFT_BYTES: usize = 20;
const RECORD_BYTES: u32 = 24;

/** What repacking ends with. */
const DONE: i32 = 0;
const CROWDED: i32 = 1;
const FULL: i32 = 2;

@inline
function move(): void {
  for (let i: usize = 0; i < used; i += 8) store<u64>(b + i, 0);
  for (let at = moves; at < movesEnd; at += MOVE_BYTES) {
    const bits = load<u64>(a + load<u32>(at)) & load<u64>(at, 16);
    const to = b + load<u32>(at, 4);
    store<u64>(to, load<u64>(to) | rotl<u64>(bits, load<u64>(at, 8)));
  }
}

/** The old layout and the new: fields by slot. */
function planMoves(slots: u32, before: usize, after: usize): void {
  movesEnd = moves;
  for (let s: u32 = 0; s < slots; s++) {
    const old = load<u32>(before + ((s as usize) << 2));
    const made = load<u32>(after + ((s as usize) << 2));
    // What both layouts have room for.
    const mask = old & made & 0xffff;
    if (mask != 0) planMove((old >> 22) << 3, (made >> 22) << 3, (old >> 16) & 63, (made >> 16) & 63, mask);
  }
}

function planMove(from: u32, to: u32, oldShift: u32, newShift: u32, mask: u32): void {
  const turn = (newShift - oldShift) & 63;
  let at = moves;
  while (at < movesEnd && (load<u32>(at) != from || load<u32>(at, 4) != to || load<u64>(at, 8) != (turn as u64))) {
    at += MOVE_BYTES;
  }
  if (at == movesEnd) {
    movesEnd += MOVE_BYTES;
    store<u32>(at, from);
    store<u32>(at, to, 4);
    store<u64>(at, turn as u64, 8);
    store<u64>(at, 0, 16);
  }
  store<u64>(at, load<u64>(at, 16) | ((mask as u64) << (oldShift as u64)), 16);
}

function scratch(): bool {
  if (a == 0) a = alloc(512);
  if (b == 0) b = alloc(512);
  return a != 0 && b != 0;
}

function begin(slots: u32, before: u32, after: u32, bytes: u32): bool {
  if (mostMoves < slots) {
    mostMoves = slots;
    moves = alloc(slots * MOVE_BYTES);
  }
  if (moves == 0 || !scratch() || !attach()) return false;
  used = max(vectorBytes, bytes);
  planMoves(slots, before, after);
  return true;
}

function settle(bytes: u32, leftBytes_: u32, left_: u32, right_: u32): bool {
  store<u32>(SETTINGS, bytes);
  store<u32>(SETTINGS, leftBytes_, 4);
  store<u32>(SETTINGS, left_, 8);
  store<u32>(SETTINGS, right_, 12);
  store<u32>(SETTINGS, load<u32>(SETTINGS, 68) + 1, 68);
  return attach();
}

/**
 * Every root is to be packed anew: halves may go to the other side, be interned or no longer be. `repack` follows, of each worker, and
 * `repacked`. @returns false: no memory
 */
export function planRepack(
  slots: u32,
  before: u32,
  after: u32,
  bytes: u32,
  leftBytes_: u32,
  left_: u32,
  right_: u32,
): bool {
  if (load<u32>(RELAYOUT) == 0) store<u32>(RELAYOUT, alloc(RECORD_BYTES));
  const plan = load<u32>(RELAYOUT) as usize;
  if (plan == 0 || !begin(slots, before, after, bytes)) return false;
  store<u32>(plan, moves as u32);
  store<u32>(plan, movesEnd as u32, 4);
  store<u32>(plan, used as u32, USED);
  store<u32>(plan, left_, LEFT);
  store<u32>(plan, right_, RIGHT);
  store<u32>(plan, leftBytes_, LEFT_BYTES);
  const workers = load<u32>(WORKERS);
  for (let w: u32 = 0; w < workers; w++) store<u32>(workerAt(w), 0, REPACKED);
  return true;
}

/** The roots of worker `w`'s states. @returns DONE; CROWDED: first the tables of halves must grow; FULL: no memory */
export function repack(w: u32): i32 {
  if (!attach() || !scratch()) return FULL;
  const plan = load<u32>(RELAYOUT) as usize;
  moves = load<u32>(plan);
  movesEnd = load<u32>(plan, 4);
  used = load<u32>(plan, USED);
  const left_ = load<u32>(plan, LEFT) as usize;
  const right_ = load<u32>(plan, RIGHT) as usize;
  const leftBytes_ = load<u32>(plan, LEFT_BYTES) as usize;
  // Numbers are of the new tables.
  newHalves();
  const own = workerAt(w);
  const count = load<u32>(own, COUNT);
  for (let i = load<u32>(own, REPACKED); i < count; i++) {
    const n = numberOf(w, i);
    unpackState(n, a);
    move();
    let root = load<u64>(b);
    if (left_ != 0) {
      if (crowdedHalves(left_, right_)) {
        store<u32>(own, i, REPACKED);
        return CROWDED;
      }
      const l = intern(left_, b, false);
      const r = intern(right_, b + leftBytes_, true);
      if (l == NONE || r == NONE) return FULL;
      root = (l as u64) | ((r as u64) << 32);
    }
    store<u64>(rootAt(n), root);
  }
  store<u32>(own, count, REPACKED);
  return DONE;
}

/** Halves that each worker may add before it asks again. */
const FOR_EACH: u32 = 256;

@inline
function crowdedHalves(left_: usize, right_: usize): bool {
  const more = FOR_EACH * load<u32>(WORKERS);
  return halvesCrowded(left_, more) || halvesCrowded(right_, more);
}

/** More room for halves, as `repack` asked. All wait. @returns false: no memory */
export function growRepacked(): bool {
  const plan = load<u32>(RELAYOUT) as usize;
  const more = FOR_EACH * load<u32>(WORKERS);
  for (let side = plan + LEFT; side <= plan + RIGHT; side += 4) {
    const t = load<u32>(side) as usize;
    if (halvesCrowded(t, more) && !growHalves(t)) return false;
  }
  return true;
}

/** All roots are packed anew. `fill` follows, of each worker, and `fillRest`. @returns false: no memory */
export function repacked(bytes: u32): bool {
  const plan = load<u32>(RELAYOUT) as usize;
  clearIndex();
  return settle(bytes, load<u32>(plan, LEFT_BYTES), load<u32>(plan, LEFT), load<u32>(plan, RIGHT));
}

/** The halves' words anew, where both are interned and stay on their side: the roots stay. @returns false: no memory */
export function relayoutHalves(slots: u32, before: u32, after: u32, bytes: u32, leftBytes_: u32): bool {
  if (!begin(slots, before, after, bytes)) return false;
  const oldLeft = leftBytes;
  const oldBytes = vectorBytes;
  if (!side(left, 0, oldLeft, 0, leftBytes_)) return false;
  if (!side(right, oldLeft, oldBytes - oldLeft, leftBytes_, bytes - leftBytes_)) return false;
  return settle(bytes, leftBytes_, left as u32, right as u32);
}

function side(t: usize, from: u32, oldBytes: u32, to: u32, newBytes: u32): bool {
  // Room first (halves never get shorter), then each half from the old words to the new.
  if (!widenHalves(t, newBytes >> 3)) return false;
  const count = halvesCount(t);
  for (let n: u32 = 0; n < count; n++) {
    const half = halfAt(t, n);
    for (let i: usize = 0; i < used; i += 8) store<u64>(a + i, 0);
    for (let i: u32 = 0; i < oldBytes; i += 8) store<u64>(a + from + i, load<u64>(half + i));
    move();
    for (let i: u32 = 0; i < newBytes; i += 8) store<u64>(half + i, load<u64>(b + to + i));
  }
  return reindexHalves(t, bitsOf(t));
}
