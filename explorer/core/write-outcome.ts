/**
 * An outcome as a step reads it (outcome.ts), made of what the caller knows of a leaf: as far as possible bits that are set in
 * whole words, and fields where the new local depends on the old one. Anew for each layout of the vector.
 */
import { BLOCKED, SEEN, WORD_BYTES, WORDS } from './outcome';
import { TOUCHES, WRITES } from './sleep';
import { MET } from './symmetry';

// What is known (core-outcomes.ts), in u32: the outcome, number of the leaf, flags, the process's slot and its next local, how many
// slots are written and how many are read; then the slots that are written, the transformer of each and the local of each that was
// read, or -1; then the slots that are read.
const NUMBER: usize = 4;
const FLAGS: usize = 8;
const PROCESS: usize = 12;
const NEXT: usize = 16;
const WRITTEN: usize = 20;
const READ: usize = 24;
const SLOTS: usize = 32;

/** Flags that the core sets itself. */
const OWN_FLAGS: u32 = SEEN | MET;

/** A vector of no more bytes than that is changed as a whole. */
const WHOLE: u32 = 16;

/**
 * @param facts what is known
 * @param fields of the layout, by slot
 * @param bytes of a vector
 * @param transformers by transformer: table, how many
 */
export function writeOutcome(facts: usize, fields: usize, bytes: u32, transformers: usize): void {
  const outcome: usize = load<u32>(facts);
  const written = load<u32>(facts, WRITTEN);
  const slots = facts + SLOTS;
  store<u32>(outcome, load<u32>(facts, NUMBER));
  store<u32>(outcome, (load<u32>(outcome, 4) & OWN_FLAGS) | load<u32>(facts, FLAGS), 4);
  store<u32>(outcome, 0, 8);
  store<u32>(outcome, slots as u32, 16);
  store<u32>(outcome, written, 20);
  if (bytes <= WHOLE) for (let byte: u32 = 0; byte < bytes; byte += 8) wordOf(outcome, byte);
  const process = load<u32>(facts, PROCESS);
  if ((load<u32>(facts, FLAGS) & BLOCKED) == 0) change(outcome, fieldOf(fields, process), load<u32>(facts, NEXT));
  const open = changeKnown(outcome, slots, written, fields, transformers);
  listOpen(outcome, slots, written, fields, transformers);
  store<u32>(outcome, open, 12);
  writeSlots(outcome, process, slots, written, load<u32>(facts, READ));
}

@inline
function fieldOf(fields: usize, slot: u32): u32 {
  return load<u32>(fields + (slot << 2));
}

/** What the `i`th of the slots becomes; -1: that depends on the state. */
function becomes(slots: usize, written: u32, i: u32, transformers: usize): i32 {
  const local = load<i32>(slots + ((2 * written + i) << 2));
  const t = transformers + (load<u32>(slots + ((written + i) << 2)) << 3);
  return local >= 0 && (local as u32) < load<u32>(t, 4) ? load<i32>((load<u32>(t) as usize) + (local << 2)) : -1;
}

/** @returns how many slots are left */
function changeKnown(outcome: usize, slots: usize, written: u32, fields: usize, transformers: usize): u32 {
  let open: u32 = 0;
  for (let i: u32 = 0; i < written; i++) {
    const to = becomes(slots, written, i, transformers);
    if (to >= 0) change(outcome, fieldOf(fields, load<u32>(slots + (i << 2))), to as u32);
    else open++;
  }
  return open;
}

/** Behind the words, all of which are there. If nothing is open, one of no bits. */
function listOpen(outcome: usize, slots: usize, written: u32, fields: usize, transformers: usize): void {
  let at = outcome + WORDS + load<u32>(outcome, 8) * WORD_BYTES;
  store<u64>(at, 0);
  for (let i: u32 = 0; i < written; i++) {
    if (becomes(slots, written, i, transformers) >= 0) continue;
    store<u32>(at, fieldOf(fields, load<u32>(slots + (i << 2))));
    store<u32>(at, load<u32>(slots + ((written + i) << 2)), 4);
    at += 8;
  }
}

/** The outcome's word of that byte; made at the first call, when it keeps everything. */
function wordOf(outcome: usize, byte: u32): usize {
  const count = load<u32>(outcome, 8);
  const end = outcome + WORDS + count * WORD_BYTES;
  for (let at = outcome + WORDS; at < end; at += WORD_BYTES) if (load<u32>(at) == byte) return at;
  store<u32>(end, byte);
  store<u64>(end, ~(0 as u64), 8);
  store<u64>(end, 0, 16);
  store<u32>(outcome, count + 1, 8);
  return end;
}

function change(outcome: usize, field: u32, to: u32): void {
  const word = wordOf(outcome, (field >> 22) << 3);
  const shift = (field >> 16) as u64;
  store<u64>(word, load<u64>(word, 8) & ~(((field & 0xffff) as u64) << shift), 8);
  store<u64>(word, load<u64>(word, 16) | ((to as u64) << shift), 16);
}

/** A bit for each slot, see sleep.ts. Where there are more than 64, some share one: that only looks like less freedom. */
function writeSlots(outcome: usize, process: u32, slots: usize, written: u32, read: u32): void {
  let writes = (1 as u64) << (process as u64);
  for (let i: u32 = 0; i < written; i++) writes |= (1 as u64) << (load<u32>(slots + (i << 2)) as u64);
  let touches = writes;
  for (let i: u32 = 3 * written; i < 3 * written + read; i++) touches |= (1 as u64) << (load<u32>(slots + (i << 2)) as u64);
  store<u64>(outcome, writes, WRITES);
  store<u64>(outcome, touches, TOUCHES);
}
