/**
 * What is known of a system, as explorer/reduce/compiled-conflicts.ts writes it for conflicting.ts: actions, the values that
 * slots can have, sets of them. A row has a set for each slot, side by side. It is in an instance and a memory of its own,
 * which nothing else uses, and all that is computed has its place behind it.
 */

export const STEP: u32 = 0;
export const WAIT: u32 = 1;

/** Of an action: kind, process's local before and after, slots that its guard reads (place, how many), effects (place, how many). */
const ACTION_BYTES: usize = 28;
/** Of an effect: slot, what becomes of each value (its place; -1: not known), where what it makes of all is gathered. */
export const EFFECT_BYTES: usize = 12;

export let slots: u32 = 0;
/** Words of a row, and their bytes. */
export let width: u32 = 0;
export let rowBytes: usize = 0;
export let locals: u32 = 0;
export let actions: u32 = 0;
/** Words that have a bit for each conjunct. */
export let conjunctWords: u32 = 0;
export let starts: u32 = 0;
/** By slot the first word of its set in a row, and behind the last one. */
let firsts: usize = 0;
let processes: usize = 0;
/** By local its first action, and behind the last one: they are numbered by where they begin. */
let firstActions: usize = 0;
let records: usize = 0;
let guards: usize = 0;
/** By slot: conjuncts that read it. */
let seenBy: usize = 0;
/** Locals in which processes begin; the local of each slot in the beginning. */
export let startsAt: usize = 0;
export let initial: usize = 0;
/** Bits that there are already (conflicting.ts); 0: none. */
export let also: usize = 0;

let free: usize = 0;
export let noMemory: bool = false;

/** @param at the record: 16 words, in this order; the last is where memory begins that is nobody's */
export function attachKnown(at: usize): void {
  slots = load<u32>(at);
  width = load<u32>(at, 4);
  rowBytes = (width as usize) << 2;
  locals = load<u32>(at, 8);
  actions = load<u32>(at, 12);
  conjunctWords = load<u32>(at, 16);
  starts = load<u32>(at, 20);
  firsts = load<u32>(at, 24);
  processes = load<u32>(at, 28);
  firstActions = load<u32>(at, 32);
  records = load<u32>(at, 36);
  guards = load<u32>(at, 40);
  seenBy = load<u32>(at, 44);
  startsAt = load<u32>(at, 48);
  initial = load<u32>(at, 52);
  also = load<u32>(at, 56);
  free = load<u32>(at, 60);
  noMemory = false;
}

/** Makes sure that there are so many bytes of memory. @returns false: there are not */
export function reserve(bytes: u32): bool {
  const pages = ((((bytes as u64) + 65535) >> 16) as i32) - memory.size();
  return pages <= 0 || memory.grow(pages) >= 0;
}

/** Zeroed bytes behind what there is; 0: no memory. */
export function take(bytes: usize): usize {
  const at = (free + 7) & ~7;
  if (bytes > 0x7fffffff || !reserve((at + bytes) as u32)) {
    noMemory = true;
    return 0;
  }
  free = at + bytes;
  memory.fill(at, 0, bytes);
  return at;
}

@inline
export function firstWord(slot: u32): u32 {
  return load<u32>(firsts + ((slot as usize) << 2));
}

@inline
export function processOf(local: u32): u32 {
  return load<u32>(processes + ((local as usize) << 2));
}

@inline
export function firstAction(local: u32): u32 {
  return load<u32>(firstActions + ((local as usize) << 2));
}

@inline
export function kindOf(a: u32): u32 {
  return load<u32>(records + (a as usize) * ACTION_BYTES);
}

@inline
export function fromOf(a: u32): u32 {
  return load<u32>(records + (a as usize) * ACTION_BYTES, 4);
}

@inline
export function nextOf(a: u32): u32 {
  return load<u32>(records + (a as usize) * ACTION_BYTES, 8);
}

@inline
export function readsOf(a: u32): usize {
  return load<u32>(records + (a as usize) * ACTION_BYTES, 12);
}

@inline
export function readsEnd(a: u32): usize {
  return readsOf(a) + ((load<u32>(records + (a as usize) * ACTION_BYTES, 16) as usize) << 2);
}

@inline
export function effectsOf(a: u32): usize {
  return load<u32>(records + (a as usize) * ACTION_BYTES, 20);
}

@inline
export function effectsEnd(a: u32): usize {
  return effectsOf(a) + (load<u32>(records + (a as usize) * ACTION_BYTES, 24) as usize) * EFFECT_BYTES;
}

@inline
export function guardOf(a: u32): usize {
  return guards + (a as usize) * rowBytes;
}

@inline
export function conjunctsReading(slot: u32): usize {
  return seenBy + (((slot * conjunctWords) as usize) << 2);
}

/** A slot as a bit: those from 64 on share one with others, so it is no more than a filter. */
@inline
export function bit(slot: u32): u64 {
  return (1 as u64) << ((slot & 63) as u64);
}

@inline
export function has(row: usize, slot: u32, value: u32): bool {
  return ((load<u32>(row + ((firstWord(slot) + (value >>> 5)) << 2)) >>> (value & 31)) & 1) != 0;
}

/** Whether the slot's sets have a value in common. */
@inline
export function meet(slot: u32, a: usize, b: usize): bool {
  const end = (firstWord(slot + 1) as usize) << 2;
  for (let w = (firstWord(slot) as usize) << 2; w < end; w += 4) {
    if ((load<u32>(a + w) & load<u32>(b + w)) != 0) return true;
  }
  return false;
}

/** A slot whose sets have no value in common; -1: each has. Slots without values do not count. */
export function missing(a: usize, b: usize): i32 {
  let w: usize = 0;
  for (let slot: u32 = 0; slot < slots; slot++) {
    const end = (firstWord(slot + 1) as usize) << 2;
    if (w == end) continue;
    let common: u32 = 0;
    for (; w < end; w += 4) common |= load<u32>(a + w) & load<u32>(b + w);
    if (common == 0) return slot as i32;
  }
  return -1;
}
