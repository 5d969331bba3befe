/** What the caller has to judge or to record: a list that ends a call of `work`. */
import { CHILDREN } from './children';
import { alloc } from './memory';

// Kinds: what a step says, what a state says, a deadlock, a state whose conjuncts are to be judged by the caller.
export const STEP: u32 = 1;
export const STATE: u32 = 2;
const DEADLOCK: u32 = 3;
export const UNJUDGED: u32 = 4;
/** What a state that is not stored says. Which move of the chain to it it is about is in the kind, from bit 8. */
export const BETWEEN: u32 = 5;

const EVENT_BYTES: u32 = 24;
const MAX_EVENTS: u32 = 4 * CHILDREN;

let events: usize = 0;
export let eventCount: u32 = 0;
let deadlockSeen: bool = false;

/** @returns false: no memory */
export function attachEvents(): bool {
  if (events == 0) events = alloc(MAX_EVENTS * EVENT_BYTES);
  return events != 0;
}

export function eventAt(i: u32): u32 {
  return (events + i * EVENT_BYTES) as u32;
}

export function clearEvents(): void {
  eventCount = 0;
}

export function forgetDeadlock(): void {
  deadlockSeen = false;
}

/** Whether there is room for so many more. */
@inline
export function hasRoomFor(n: u32): bool {
  return eventCount + n <= MAX_EVENTS;
}

@inline
export function event(kind: u32, state: u32, process: u32, alternative: u32, code: u32, conjunct: u32): void {
  if (eventCount == MAX_EVENTS) unreachable();
  const at = events + eventCount++ * EVENT_BYTES;
  store<u32>(at, kind);
  store<u32>(at, state, 4);
  store<u32>(at, process, 8);
  store<u32>(at, alternative, 12);
  store<u32>(at, code, 16);
  store<u32>(at, conjunct, 20);
}

@inline
export function noteDeadlock(n: u32): void {
  if (!deadlockSeen) event(DEADLOCK, n, 0, 0, 0, 0);
  deadlockSeen = true;
}
