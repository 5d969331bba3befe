/**
 * What the workers share besides tables and states: a block of u32 at a fixed place. The caller writes it, through the
 * first worker's instance, while the others are parked; `attach` copies it into each instance's globals.
 *
 * All pointers are byte offsets in the one memory; all records are arrays of u32.
 */

/** A word that is 1: what a process's record in quick.ts names where it has finished. What else lies before SCRATCH is zero. */
export const FINISHED_WORD: usize = 64;

/** Room for a vector, for the first worker's instance. */
export const SCRATCH: usize = 256;
export const SCRATCH_BYTES: usize = 512;

const AT: usize = 1024;

export const LOCK: usize = AT;
export const TOP: usize = AT + 4;
export const FREE: usize = AT + 8;
export const FREE_END: usize = AT + 12;
export const LIMIT_PAGES: usize = AT + 16;
/** Not zero: every worker stops at the end of its block. */
export const PAUSE: usize = AT + 20;
/** Not zero: a chain of merged steps was too long (chains.ts). */
export const TOO_LONG: usize = AT + 24;
export const LEVEL_SIZE: usize = AT + 28;
export const WORKERS: usize = AT + 32;
export const NEXT_CHUNK: usize = AT + 36;
export const LEVEL: usize = AT + 40;
/** States that were set aside and can be expanded now (deferred.ts): a list, and how many. */
export const RETRY: usize = AT + 44;
export const RETRY_COUNT: usize = AT + 48;
/** What is planned where vectors are packed anew (relayout.ts). */
export const RELAYOUT: usize = AT + 52;
export const SETTINGS: usize = AT + 64;
/** Positions of that list that have been claimed: in a line of its own, since all write there. */
export const RETRY_CLAIMED: usize = AT + 192;

/**
 * By worker, in one line what the others read: where its part of the level begins and ends, its chunks (a pointer). In the
 * second what it writes all the time; in the third what all write.
 */
export const WORKER: usize = AT + 256;
export const WORKER_BYTES: usize = 192;
export const LEVEL_FROM: usize = 4;
export const LEVEL_TO: usize = 8;
export const CHUNKS: usize = 12;
/** Records of the blocks that it has expanded (pointers to chunks of them); see BLOCK_COUNT. */
export const BLOCKS: usize = 24;
/** States that `fill` left over: a list, and how many. */
export const REST: usize = 32;
export const REST_COUNT: usize = 36;
/** States that it has set aside: a list; see DEFERRED_COUNT. */
export const DEFERRED: usize = 40;
/** How many of its states are packed anew. */
export const REPACKED: usize = 44;
/** How many states it has stored. */
export const COUNT: usize = 64;
export const DEFERRED_COUNT: usize = 68;
/** Counted: transitions (f64). */
export const TRANSITIONS: usize = 72;
export const BLOCK_COUNT: usize = 80;
/** How much of its part of the level has been claimed; it may be more than there is. */
export const CLAIMED: usize = 128;

export const MAX_WORKERS: u32 = 32;
/** First byte that belongs to nobody. */
export const FIRST_FREE: u32 = 8192;

@inline
export function workerAt(w: u32): usize {
  return WORKER + (w as usize) * WORKER_BYTES;
}
