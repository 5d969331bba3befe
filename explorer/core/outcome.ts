/** What a step does, and how a process stands: records that the caller writes (core-tables.ts), and what a step makes of a vector. */
import { get, set } from './fields';

// Flags of a process's local.
export const FINISHED: u32 = 1;
export const ENVIRONMENT: u32 = 2;

// Flags of an outcome: it says something, it has been told, the process waits.
export const JUDGES: u32 = 1;
export const SEEN: u32 = 2;
export const BLOCKED: u32 = 4;

/**
 * What a step does, as trees.ts finds it: a record of six u32 (number of the leaf, flags, how many words it changes by what
 * was read alone, how many fields it changes by a transformer, slots that it writes: pointer and number), what sleep.ts
 * asks of it, and the number of its action plus one (0: not known, or the process waits), then the words
 * (byte, nothing, bits to keep, bits to set), then the fields (field, transformer): if there are none, one of no bits, which is not
 * counted. Where a vector has at most two words, all of them are there, in order.
 */
export const WORDS: usize = 48;
export const ACTION: usize = 40;
export const WORD_BYTES: u32 = 24;
const FIELD_BYTES: u32 = 8;

/** By transformer: table, how many. The first one keeps what no bits have. */
let transformers: usize = 0;

export function attachOutcomes(at: usize): void {
  transformers = at;
}

/** Where a transformer said last that it lacks something. */
export let lackingAt: usize = 0;

/** What the step changes in the vector `child`. @returns false: a transformer lacks something */
@inline
export function apply(child: usize, outcome: usize): bool {
  let at = outcome + WORDS;
  const end = at + load<u32>(outcome, 8) * WORD_BYTES;
  for (; at < end; at += WORD_BYTES) {
    const word = child + load<u32>(at);
    store<u64>(word, (load<u64>(word) & load<u64>(at, 8)) | load<u64>(at, 16));
  }
  return applyFields(child, outcome, 0);
}

/** What it changes by transformers, from field number `from` on. @returns false: one lacks something */
function applyFields(child: usize, outcome: usize, from: u32): bool {
  const fields = outcome + WORDS + load<u32>(outcome, 8) * WORD_BYTES;
  const end = fields + load<u32>(outcome, 12) * FIELD_BYTES;
  for (let at = fields + from * FIELD_BYTES; at < end; at += FIELD_BYTES) if (!applyField(child, at)) return false;
  return true;
}

/**
 * What it changes by transformers. Every second step changes something by one transformer, in no order: the first field is changed in any case, so that
 * the processor need not guess.
 */
@inline
export function applyOpen(child: usize, outcome: usize): bool {
  if (!applyField(child, outcome + WORDS + load<u32>(outcome, 8) * WORD_BYTES)) return false;
  return load<u32>(outcome, 12) <= 1 || applyFields(child, outcome, 1);
}

@inline
function applyField(child: usize, at: usize): bool {
  const field = load<u32>(at);
  const t = transformers + (load<u32>(at, 4) << 3);
  const v = get(child, field);
  const entry = (load<u32>(t) as usize) + (v << 2);
  const to = v < load<u32>(t, 4) ? load<i32>(entry) : -1;
  if (to < 0) {
    lackingAt = entry;
    return false;
  }
  set(child, field, to as u32);
  return true;
}
