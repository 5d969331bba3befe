/**
 * The hot loop of the explorer, compiled to WebAssembly (AssemblyScript): breadth-first expansion of packed states by table
 * look-ups, by one or several workers over one memory. This file is what the caller (compiled.ts, core-memory.ts) sees.
 */
import { blockBytes } from './blocks';
import {
  BLOCK_COUNT,
  CLAIMED,
  COUNT,
  FINISHED_WORD,
  FIRST_FREE,
  LEVEL,
  LEVEL_FROM,
  LEVEL_SIZE,
  LEVEL_TO,
  LIMIT_PAGES,
  PAUSE,
  SCRATCH,
  SCRATCH_BYTES,
  SETTINGS,
  TOO_LONG,
  TOP,
  TRANSITIONS,
  workerAt,
  WORKERS,
} from './control';
import { clearDeferred } from './deferred';
import { get, mix, set } from './fields';
import { clearHalves, createHalves, findHalf, halvesBytes, NONE } from './halves';
import { outOfMemory, rootOf } from './roots';
import { attach, forget } from './search';
import { left, leftBytes, right, unpackState } from './vector';
import {
  add,
  addWorkers,
  attachVisited,
  clearVisited,
  createVisited,
  findRoot,
  FULL,
  PRESENT,
  sleepersAt,
  visitedBytes,
} from './visited';

export { blockOf } from './blocks';
export {
  column,
  edgeAlternatives,
  edgeCount,
  edgeCounts,
  edgeLeaves,
  edgeProcesses,
  edges,
  edgeTargets,
} from './edges';
export { deferred, deferredAt, deferredBy, retries, retry } from './deferred';
export { createCompact } from './compact';
export { conflictsOf } from './conflicting';
export { reserve } from './known';
export { alloc, release } from './memory';
export { createHalves } from './halves';
export { fill, fillRest, numberOf, placeOf, stored } from './visited';
export { growRepacked, planRepack, relayoutHalves, repack, repacked } from './relayout';
export { become, blockDone, blockSize, claim, missAt, missCount } from './children';
export { eventAt, eventCount } from './events';
export { attach, grow, work } from './search';
export { writeOutcome } from './write-outcome';

/** An empty memory for one worker, of at most so many pages of 64 KiB. @returns false: no memory */
export function open(pages: u32, bits: u32): bool {
  store<u32>(TOP, FIRST_FREE);
  store<u32>(FINISHED_WORD, 1);
  store<u32>(LIMIT_PAGES, pages);
  const visited = createVisited(bits);
  store<u32>(SETTINGS, visited, 60);
  attachVisited(visited);
  return visited != 0;
}

/** From the next level on so many workers search. @returns false: no memory */
export function join(workers: u32): bool {
  return addWorkers(load<u32>(WORKERS), workers);
}

/** How many search. */
export function workers(): u32 {
  return load<u32>(WORKERS);
}

/** Everything that was found is forgotten, by the first worker's instance, the only one: another search begins. */
export function reset(): void {
  forget();
  if (left != 0) clearHalves(left);
  if (right != 0) clearHalves(right);
  for (let w: u32 = 0; w < load<u32>(WORKERS); w++) {
    const at = workerAt(w);
    store<u32>(at, 0, LEVEL_FROM);
    store<u32>(at, 0, LEVEL_TO);
    atomic.store<u32>(at, 0, CLAIMED);
    store<f64>(at, 0, TRANSITIONS);
    store<u32>(at, 0, BLOCK_COUNT);
  }
  clearDeferred();
  clearVisited();
  atomic.store<u32>(PAUSE, 0);
  store<u32>(LEVEL, 0);
  store<u32>(TOO_LONG, 0);
  store<u32>(LEVEL_SIZE, 0);
}

/** Setting number `i` (`attach` in search.ts): bytes of the vector, of its left half, and so on. */
export function configure(i: u32, value: u32): void {
  store<u32>(SETTINGS + (i << 2), value);
}

/** Every worker stops at the end of what it is at, until `resume`. */
export function pause(): void {
  atomic.store<u32>(PAUSE, 1);
}

export function resume(): void {
  atomic.store<u32>(PAUSE, 0);
}

/** A level begins: what each worker has stored since the last began. @returns its size */
export function nextLevel(): u32 {
  let size: u32 = 0;
  const workers = load<u32>(WORKERS);
  for (let w: u32 = 0; w < workers; w++) {
    const at = workerAt(w);
    const from = load<u32>(at, LEVEL_TO);
    const to = load<u32>(at, COUNT);
    store<u32>(at, from, LEVEL_FROM);
    store<u32>(at, to, LEVEL_TO);
    atomic.store<u32>(at, 0, CLAIMED);
    size += to - from;
  }
  store<u32>(LEVEL_SIZE, size);
  store<u32>(LEVEL, load<u32>(LEVEL) + 1);
  return size;
}

/** Which processes sleep in a state, as bits. */
export function asleepIn(state: u32): u32 {
  return load<u8>(sleepersAt(state));
}

/** Where worker `w`'s part of the level begins. */
export function levelFrom(w: u32): u32 {
  return load<u32>(workerAt(w), LEVEL_FROM);
}

export function levelSize(): u32 {
  return load<u32>(LEVEL_SIZE);
}

/** Whether a chain of merged steps was too long. */
export function tooLong(): bool {
  return load<u32>(TOO_LONG) != 0;
}

/** How much of the level has been claimed. */
export function claimed(): u32 {
  let sum: u32 = 0;
  const workers = load<u32>(WORKERS);
  for (let w: u32 = 0; w < workers; w++) {
    const at = workerAt(w);
    sum += min(atomic.load<u32>(at, CLAIMED), load<u32>(at, LEVEL_TO) - load<u32>(at, LEVEL_FROM));
  }
  return sum;
}

export function transitions(): f64 {
  let sum: f64 = 0;
  const workers = load<u32>(WORKERS);
  for (let w: u32 = 0; w < workers; w++) sum += load<f64>(workerAt(w), TRANSITIONS);
  return sum;
}

export function countOf(worker: u32): u32 {
  return load<u32>(workerAt(worker), COUNT);
}

export function bytes(): f64 {
  let sum = visitedBytes() + (left == 0 ? 0 : halvesBytes(left)) + (right == 0 ? 0 : halvesBytes(right));
  const workers = load<u32>(WORKERS);
  for (let w: u32 = 0; w < workers; w++) sum += blockBytes(w);
  return sum;
}

// ---- states as the caller has them: a local by slot -----------------------------------------------------------------

/** The state's locals, into u32s at `into`. */
export function unpack(state: u32, fields: u32, slots: u32, into: u32): void {
  unpackState(state, SCRATCH);
  for (let s: u32 = 0; s < slots; s++) {
    const at = (s as usize) << 2;
    store<u32>((into as usize) + at, get(SCRATCH, load<u32>((fields as usize) + at)));
  }
}

function pack(from: u32, fields: u32, slots: u32): usize {
  memory.fill(SCRATCH, 0, SCRATCH_BYTES);
  for (let s: u32 = 0; s < slots; s++) {
    const at = (s as usize) << 2;
    set(SCRATCH, load<u32>((fields as usize) + at), load<u32>((from as usize) + at));
  }
  return SCRATCH;
}

/** Adds the state whose locals are at `from`, as the first worker's. @returns its number, -1: present, -2: no memory */
export function addState(from: u32, fields: u32, slots: u32): i32 {
  const key = rootOf(pack(from, fields, slots));
  if (outOfMemory) return FULL as i32;
  return add(key, mix(key), 0, 0) as i32;
}

/** @returns the number of the state whose locals are at `from`, or -1 */
export function findState(from: u32, fields: u32, slots: u32): i32 {
  const v = pack(from, fields, slots);
  if (left == 0) return findRoot(load<u64>(v));
  const l = findHalf(left, v);
  const r = findHalf(right, v + leftBytes);
  if (l == NONE || r == NONE) return PRESENT as i32;
  return findRoot((l as u64) | ((r as u64) << 32));
}
