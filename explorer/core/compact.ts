/**
 * Hash compaction: of a state that is no longer to be expanded only a hash is kept, of HASH bits at most. Two states with the
 * same hash are taken for one, so a state may be missed; ../compaction.ts says how likely that is. One worker only.
 *
 * The table has lines of 16 places. A hash's first bits are the number of its line; what finds the line full goes to one of
 * the next 15. Of each hash there are 48 bits: a mark, how many lines further it is than it should be (4 bits), and the
 * next 43 bits of the hash. So a larger table follows from a smaller one: a bit goes from there to the line's number.
 */
import { PLACES, placesWith, takenIn } from './lines';
import { alloc, release } from './memory';

const REST_BITS: u64 = 43;
const REST_MASK: u64 = ((1 as u64) << REST_BITS) - 1;
const FURTHEST: u32 = 15;
/** By place the lower 32 of the 48 bits, and the others: bytes of a line, logarithms. */
const LOW_SHIFT: u32 = 6;
const HIGH_SHIFT: u32 = 5;
/** More lines than these have no room beside a table half as large. */
const MOST_LINES: u32 = 24;

/** Whether states are kept so. */
export let compact: bool = false;
let kept: u64 = 0;
let lowAt: usize = 0;
let highAt: usize = 0;
let lineBits: u32 = 0;

/**
 * From now on `bits` of each hash are kept: at most those of the first number of a line, `lines`, and 43 more.
 * @returns false: no memory
 */
export function createCompact(bits: u32, lines: u32): bool {
  compact = true;
  kept = ~(((1 as u64) << (64 - bits)) - 1);
  lineBits = lines;
  lowAt = alloc((1 << LOW_SHIFT) << lineBits);
  highAt = alloc((1 << HIGH_SHIFT) << lineBits);
  return lowAt != 0 && highAt != 0;
}

/** What is kept of a hash, stirred once more (splitmix64): here it has to be as good as random, and no line much fuller than others. */
@inline
function keptOf(h: u64): u64 {
  let z = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return (z ^ (z >> 31)) & kept;
}

@inline
function homeOf(hash: u64): u32 {
  return (hash >> (64 - lineBits)) as u32;
}

/** Where `compactAdd` reads first, and then: to be read before, so that the misses of many overlap. */
export function compactLine(h: u64): usize {
  return lowAt + (homeOf(keptOf(h)) << LOW_SHIFT);
}

export function compactRest(h: u64): usize {
  return highAt + (homeOf(keptOf(h)) << HIGH_SHIFT);
}

/** @returns 1: the hash is new, 0: it is there, -1: there is no room for it */
export function compactAdd(h: u64): i32 {
  const hash = keptOf(h);
  return put(homeOf(hash), (hash << lineBits) >> (64 - REST_BITS));
}

function put(home: u32, rest: u64): i32 {
  const lines: u32 = 1 << lineBits;
  for (let d: u32 = 0; d <= FURTHEST; d++) {
    const line = (home + d) & (lines - 1);
    const low = lowAt + (line << LOW_SHIFT);
    const high = highAt + (line << HIGH_SHIFT);
    const entry = (rest << 5) | ((d << 1) as u64) | 1;
    const upper = (entry >> 32) as u32;
    let like = placesWith(low, i32x4.splat(-1), i32x4.splat(entry as i32));
    for (; like != 0; like &= like - 1) if ((load<u16>(high + (ctz(like) << 1)) as u32) == upper) return 0;
    const taken = takenIn(low);
    if (taken == PLACES) continue;
    store<u32>(low + (taken << 2), entry as u32);
    store<u16>(high + (taken << 1), upper as u16);
    return 1;
  }
  return -1;
}

/** Whether so many hashes are too many: where a quarter is free, hardly any is far from its line. */
export function compactCrowded(count: u32): bool {
  const size: u32 = PLACES << lineBits;
  return count > size - (size >> 2);
}

/** Twice as many lines. @returns false: no memory */
export function growCompact(): bool {
  if (lineBits == MOST_LINES) return false;
  const lines: u32 = 1 << lineBits;
  const oldLow = lowAt;
  const oldHigh = highAt;
  const low = alloc((2 << LOW_SHIFT) << lineBits);
  const high = alloc((2 << HIGH_SHIFT) << lineBits);
  if (low == 0 || high == 0) return false;
  lowAt = low;
  highAt = high;
  lineBits++;
  for (let line: u32 = 0; line < lines; line++) {
    const at = oldLow + (line << LOW_SHIFT);
    const taken = takenIn(at);
    for (let place: u32 = 0; place < taken; place++) {
      const entry = (load<u32>(at + (place << 2)) as u64) | ((load<u16>(oldHigh + (line << HIGH_SHIFT) + (place << 1)) as u64) << 32);
      const home = (line - (((entry >> 1) & 15) as u32)) & (lines - 1);
      const rest = entry >> 5;
      if (put((home << 1) | ((rest >> (REST_BITS - 1)) as u32), (rest << 1) & REST_MASK) < 0) return false;
    }
  }
  release(oldHigh as u32, (1 << HIGH_SHIFT) * lines);
  release(oldLow as u32, (1 << LOW_SHIFT) * lines);
  return true;
}

export function compactBytes(): f64 {
  return (((1 << LOW_SHIFT) + (1 << HIGH_SHIFT)) as f64) * ((1 << lineBits) as f64);
}
