/**
 * States that several workers set aside, because a step of theirs is not in the tables. The caller learns what they lack
 * while the workers go on, then has all stop for a moment, writes the tables and hands the states back: whoever claims
 * them next expands them, within their level.
 *
 * By worker a list of four u32: position in the level, state, process, its local. The list of those that are handed back has the
 * first two.
 */
import { DEFERRED, DEFERRED_COUNT, RETRY, RETRY_CLAIMED, RETRY_COUNT, WORKERS, workerAt } from './control';
import { alloc } from './memory';

const ENTRY_BITS: u32 = 4;
/** A worker that has set aside so many stops. */
const MOST: u32 = 1024;
const RETRY_BITS: u32 = 3;
const MOST_RETRIES: u32 = 4096;

/** Whether states are set aside. */
export let deferring: bool = false;

/** @returns false: no memory */
export function attachDeferred(setting: u32, me: u32): bool {
  deferring = setting != 0;
  if (!deferring) return true;
  const own = workerAt(me) + DEFERRED;
  if (load<u32>(own) == 0) store<u32>(own, alloc(MOST << ENTRY_BITS));
  if (me == 0 && load<u32>(RETRY) == 0) store<u32>(RETRY, alloc(MOST_RETRIES << RETRY_BITS));
  return load<u32>(own) != 0 && (me != 0 || load<u32>(RETRY) != 0);
}

/** Sets a state aside. @returns false: there is no room */
export function defer(me: u32, position: u32, state: u32, process: u32, local: u32): bool {
  const own = workerAt(me);
  const n = load<u32>(own, DEFERRED_COUNT);
  if (!deferring || n == MOST) return false;
  const at = (load<u32>(own, DEFERRED) as usize) + (n << ENTRY_BITS);
  store<u32>(at, position);
  store<u32>(at, state, 4);
  store<u32>(at, process, 8);
  store<u32>(at, local, 12);
  // The first worker reads it meanwhile.
  atomic.store<u32>(own + DEFERRED_COUNT, n + 1);
  return true;
}

/** How many states are set aside. */
export function deferred(): u32 {
  let n: u32 = 0;
  const workers = load<u32>(WORKERS);
  for (let w: u32 = 0; w < workers; w++) n += deferredBy(w);
  return n;
}

export function deferredBy(w: u32): u32 {
  return atomic.load<u32>(workerAt(w) + DEFERRED_COUNT);
}

/** What worker `w` has set aside as number `i`. */
export function deferredAt(w: u32, i: u32): u32 {
  return load<u32>(workerAt(w), DEFERRED) + (i << ENTRY_BITS);
}

/** States that were handed back and are not claimed. */
export function retries(): u32 {
  const count = load<u32>(RETRY_COUNT);
  return count - min(count, atomic.load<u32>(RETRY_CLAIMED));
}

/** Hands back the first `n` states that worker `w` has set aside, as far as there is room. All are parked. */
export function retry(w: u32, n: u32): void {
  settle();
  const list = load<u32>(RETRY) as usize;
  let count = load<u32>(RETRY_COUNT);
  const own = workerAt(w);
  const from = load<u32>(own, DEFERRED) as usize;
  const all = load<u32>(own, DEFERRED_COUNT);
  const moved = min(n, MOST_RETRIES - count);
  for (let i: u32 = 0; i < moved; i++) {
    store<u64>(list + (count++ << RETRY_BITS), load<u64>(from + (i << ENTRY_BITS)));
  }
  memory.copy(from, from + (moved << ENTRY_BITS), (all - moved) << ENTRY_BITS);
  store<u32>(own, all - moved, DEFERRED_COUNT);
  store<u32>(RETRY_COUNT, count);
}

/** What was claimed leaves the list. */
function settle(): void {
  const left = retries();
  const list = load<u32>(RETRY) as usize;
  memory.copy(list, list + ((load<u32>(RETRY_COUNT) - left) << RETRY_BITS), left << RETRY_BITS);
  store<u32>(RETRY_COUNT, left);
  atomic.store<u32>(RETRY_CLAIMED, 0);
}

/** Claims a state that was handed back. @returns position and state, or 0: there is none */
@inline
export function claimRetry(): usize {
  const count = load<u32>(RETRY_COUNT);
  if (count == 0 || atomic.load<u32>(RETRY_CLAIMED) >= count) return 0;
  const i = atomic.add<u32>(RETRY_CLAIMED, 1);
  return i < count ? (load<u32>(RETRY) as usize) + (i << RETRY_BITS) : 0;
}

/** Another search begins. */
export function clearDeferred(): void {
  for (let w: u32 = 0; w < load<u32>(WORKERS); w++) store<u32>(workerAt(w), 0, DEFERRED_COUNT);
  store<u32>(RETRY_COUNT, 0);
  atomic.store<u32>(RETRY_CLAIMED, 0);
}
