/** What a worker works on: the states that it has claimed, and the successors that it has found and not yet added. */
import { CLAIMED, LEVEL_FROM, LEVEL_TO, workerAt, WORKERS } from './control';
import { claimRetry, defer } from './deferred';
import { FACTS } from './facts';
import { alloc } from './memory';
import { vectorBytes } from './vector';
import { numberOf } from './visited';

export const BLOCK: u32 = 128;
/** How many children a block can have. */
export const CHILDREN: u32 = 4096;

export let me: u32 = 0;
/** The vector that is expanded. */
export let current: usize = 0;
export let children: usize = 0;
let childrenSize: u32 = 0;
export let childBytes: u32 = 0;
export let childCount: u32 = 0;
/** The states of the claimed block, and how many of them are done. */
export let block: usize = 0;
export let blockSize: u32 = 0;
export let blockDone: u32 = 0;
/** The block begins at this position of the level. */
export let claim: u32 = 0;

/** What the tables lack, as far as the worker has looked: by miss a state, a process, and what of its tree (0: not said). */
let misses: usize = 0;
const MISS_BYTES: usize = 12;
const MOST_MISSES: u32 = 64;
export let missCount: u32 = 0;
export let missed: bool = false;

/** @returns false: no memory */
export function attachChildren(): bool {
  if (block == 0) {
    current = alloc(512);
    block = alloc(BLOCK << 2);
    misses = alloc(MOST_MISSES * (MISS_BYTES as u32));
    if (current == 0 || block == 0 || misses == 0) return false;
  }
  childBytes = vectorBytes + FACTS;
  if (childBytes * CHILDREN > childrenSize) {
    childrenSize = childBytes * CHILDREN;
    children = alloc(childrenSize);
  }
  return children != 0;
}

export function become(worker: u32): void {
  me = worker;
}

/** Nothing is claimed, and nothing lacks. */
export function forgetBlock(): void {
  missed = false;
  blockSize = 0;
  blockDone = 0;
}

/** Instead of what is claimed: so many states from number `from` on, at most a block. */
export function blockFrom(from: u32, count: u32): void {
  blockSize = count;
  blockDone = 0;
  for (let k: u32 = 0; k < count; k++) store<u32>(block + (k << 2), from + k);
}

@inline
export function setChildCount(n: u32): void {
  childCount = n;
}

@inline
export function setBlockDone(n: u32): void {
  blockDone = n;
}

@inline
export function cancelMiss(): void {
  missed = false;
}

/** The state's successors have to wait until the tables know more. What another state lacks, too, is noted once. */
export function miss(state: u32, process: u32, what: u32): void {
  if (!missed) missCount = 0;
  missed = true;
  for (let i: u32 = 0; what != 0 && i < missCount; i++) if (load<u32>(missAt(i), 8) == what) return;
  if (missCount == MOST_MISSES) return;
  const at = missAt(missCount++);
  store<u32>(at, state);
  store<u32>(at, process, 4);
  store<u32>(at, what, 8);
}

/** State and process of miss number `i`. */
export function missAt(i: u32): usize {
  return misses + (i as usize) * MISS_BYTES;
}

/** The same, but others can go first, if that may be. @returns false: the worker has to stop */
export function setAside(k: u32, state: u32, process: u32, local: u32, what: u32 = 0): bool {
  if (defer(me, claim + k, state, process, local)) return true;
  miss(state, process, what);
  return false;
}

/**
 * The next positions of the level, as numbers of states; what was set aside comes first, one by one. Then the worker's own part of
 * the level, whose states and halves it has met lately, then what others have left of theirs.
 */
export function claimBlock(): bool {
  const again = claimRetry();
  if (again != 0) {
    claim = load<u32>(again);
    store<u32>(block, load<u32>(again, 4));
    blockSize = 1;
    blockDone = 0;
    return true;
  }
  if (claimOf(me)) return true;
  const workers = load<u32>(WORKERS);
  for (let w: u32 = 0; w < workers; w++) if (w != me && claimOf(w)) return true;
  return false;
}

/** Claims a block of worker `w`'s part of the level. @returns false: nothing is left of it */
function claimOf(w: u32): bool {
  const at = workerAt(w);
  const from = load<u32>(at, LEVEL_FROM);
  const size = load<u32>(at, LEVEL_TO) - from;
  // Looked at first: the sum must not run over.
  if (atomic.load<u32>(at, CLAIMED) >= size) return false;
  const begin = atomic.add<u32>(at, BLOCK, CLAIMED);
  if (begin >= size) return false;
  claim = begin;
  for (let v: u32 = 0; v < w; v++) claim += load<u32>(workerAt(v), LEVEL_TO) - load<u32>(workerAt(v), LEVEL_FROM);
  blockSize = min(BLOCK, size - begin);
  blockDone = 0;
  for (let k: u32 = 0; k < blockSize; k++) store<u32>(block + (k << 2), numberOf(w, from + begin + k));
  return true;
}

/** A child that says that nobody can step in the state. */
@inline
export function putDeadlock(n: u32): void {
  const facts = children + childCount++ * childBytes + vectorBytes;
  store<u32>(facts, n, 16);
  store<u32>(facts, 0, 28);
}
