/** How the search and its further workers tell each other what to do and what came of it: places in a shared Int32Array. */
import { now } from './clock.ts';

/** The number of the last order; the workers wait for a new one. */
export const ORDER = 0;
export const WHAT = 1;
/** Each worker's own places begin here. */
const FIRST = 16;
const OWN = 16;

export const WORK = 1;
export const FILL = 2;
export const END = 3;
export const REPACK = 4;

/** Own places: the last order that was carried out, why the work stopped, and what the core says of it. */
export const DONE_ORDER = 0;
export const WHY = 1;
export const MISS_COUNT = 2;
export const MISSES_AT = 3;
export const EVENT_COUNT = 4;
export const EVENTS_AT = 5;
export const UNFINISHED = 6;

export const place = (worker: number, which: number): number => FIRST + OWN * worker + which;
export const signals = (workers: number): Int32Array => new Int32Array(new SharedArrayBuffer(4 * place(workers, 0)));

/**
 * Waits until the place has another value.
 * @param patience milliseconds for which it is looked at again and again: to wake a thread that sleeps takes some 0.1 ms
 */
export function waitWhile(all: Int32Array, at: number, value: number, patience: number): void {
  for (const end = now() + patience; patience > 0 && now() < end; ) {
    for (let i = 0; i < 100; i++) if (Atomics.load(all, at) !== value) return;
  }
  Atomics.wait(all, at, value);
}

/** Why the work stopped, beside what the core says: the core trapped. */
export const TRAPPED = -1;
