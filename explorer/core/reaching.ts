/** Which values a slot can have while a process stands at a local: explorer/reduce/reachable.ts, which says why. */
import {
  actions,
  bit,
  effectsEnd,
  effectsOf,
  EFFECT_BYTES,
  firstAction,
  firstWord,
  guardOf,
  initial,
  kindOf,
  locals,
  meet,
  missing,
  nextOf,
  processOf,
  readsEnd,
  readsOf,
  rowBytes,
  slots,
  starts,
  startsAt,
  STEP,
  take,
  width,
} from './known';

/** Of two locals that meet, in place of a slot in which they have no value in common. */
const MEET: u32 = 0xffff;
const ALL: u64 = 0xffffffffffffffff;

/** By local: a row; of which slots it has got more since its own steps were looked at, or since others were; whether it is met. */
let rows: usize = 0;
let forSteps: usize = 0;
let forOthers: usize = 0;
let seen: usize = 0;
/** By action: a row of the values with which it can be enabled; whether it can; slots that it reads or changes. */
let enabled: usize = 0;
let possible: usize = 0;
let touched: usize = 0;
let touchedFrom: usize = 0;
/** By two locals: MEET, or a slot that keeps them apart. */
let apart: usize = 0;
let todo: usize = 0;
let todoCount: u32 = 0;

@inline
export function enabledRow(a: u32): usize {
  return enabled + (a as usize) * rowBytes;
}

@inline
export function isPossible(a: u32): bool {
  return load<u8>(possible + a) != 0;
}

@inline
function rowOf(local: u32): usize {
  return rows + (local as usize) * rowBytes;
}

@inline
function apartAt(a: u32, b: u32): usize {
  return apart + (((a as usize) * locals + b) << 1);
}

/** Whether two locals of different processes meet. */
@inline
export function meets(a: u32, b: u32): bool {
  return load<u16>(apartAt(a, b)) == MEET && load<u8>(seen + a) != 0 && load<u8>(seen + b) != 0;
}

/** Whether an action can be enabled while a process, which meets where it is from, stands at a local. */
export function enabledAt(a: u32, local: u32): bool {
  if (!isPossible(a)) return false;
  const end = readsEnd(a);
  for (let at = readsOf(a); at < end; at += 4) {
    if (!meet(load<u32>(at), rowOf(local), enabledRow(a))) return false;
  }
  return true;
}

/** @returns false: no memory */
export function computeReachable(): bool {
  rows = take((locals as usize) * rowBytes);
  enabled = take((actions as usize) * rowBytes);
  possible = take(actions);
  seen = take(locals);
  forSteps = take((locals as usize) << 3);
  forOthers = take((locals as usize) << 3);
  apart = take(((locals as usize) * locals) << 1);
  touched = take((actions as usize) << 3);
  touchedFrom = take((locals as usize) << 3);
  todo = take((locals as usize) << 2);
  if (todo == 0 || apart == 0 || rows == 0 || enabled == 0) return false;
  todoCount = 0;
  noteTouched();
  for (let p: u32 = 0; p < starts; p++) {
    const local = load<u32>(startsAt + ((p as usize) << 2));
    for (let slot: u32 = 0; slot < slots; slot++) {
      if (firstWord(slot) < firstWord(slot + 1)) put(local, slot, load<u32>(initial + ((slot as usize) << 2)));
    }
    reach(local);
  }
  while (stepAll()) {
    for (let local: u32 = 0; local < locals; local++) {
      const at = forOthers + ((local as usize) << 3);
      const more = load<u64>(at);
      store<u64>(at, 0);
      if (more != 0) meetAll(local, more);
    }
  }
  return true;
}

function noteTouched(): void {
  for (let local: u32 = 0; local < locals; local++) {
    let all: u64 = 0;
    for (let a = firstAction(local); a < firstAction(local + 1); a++) {
      let own: u64 = 0;
      for (let at = readsOf(a); at < readsEnd(a); at += 4) own |= bit(load<u32>(at));
      for (let at = effectsOf(a); at < effectsEnd(a); at += EFFECT_BYTES) own |= bit(load<u32>(at));
      store<u64>(touched + ((a as usize) << 3), own);
      if (disturbs(a)) all |= own;
    }
    store<u64>(touchedFrom + ((local as usize) << 3), all);
  }
}

@inline
function disturbs(a: u32): bool {
  return kindOf(a) == STEP && effectsOf(a) != effectsEnd(a);
}

/** What the processes do by themselves. @returns whether there was anything new to look at */
function stepAll(): bool {
  const any = todoCount > 0;
  while (todoCount > 0) {
    const local = load<u32>(todo + ((--todoCount as usize) << 2));
    const at = (local as usize) << 3;
    store<u64>(forOthers + at, load<u64>(forOthers + at) | load<u64>(forSteps + at));
    store<u64>(forSteps + at, 0);
    for (let a = firstAction(local); a < firstAction(local + 1); a++) step(a, local);
  }
  return any;
}

function step(a: u32, from: u32): void {
  const row = rowOf(from);
  const guard = guardOf(a);
  const own = enabledRow(a);
  for (let w: usize = 0; w < rowBytes; w += 4) store<u32>(own + w, load<u32>(row + w) & load<u32>(guard + w));
  if (!isPossible(a)) {
    if (missing(own, own) >= 0) return;
    store<u8>(possible + a, 1);
  }
  if (kindOf(a) != STEP) return;
  const next = nextOf(a);
  reach(next);
  const end = effectsEnd(a);
  for (let slot: u32 = 0; slot < slots; slot++) {
    const first = (firstWord(slot) as usize) << 2;
    const bytes = ((firstWord(slot + 1) as usize) << 2) - first;
    if (bytes == 0) continue;
    let set = own + first;
    for (let e = effectsOf(a); e < end; e += EFFECT_BYTES) if (load<u32>(e) == slot) set = imaged(e, own + first, bytes);
    join(next, slot, rowOf(next) + first, set, bytes);
  }
}

/** What the effect makes of the values with which the action can be enabled, and of those before. */
function imaged(effect: usize, set: usize, bytes: usize): usize {
  const to: usize = load<u32>(effect, 4);
  const image: usize = load<u32>(effect, 8);
  for (let w: usize = 0; w < bytes; w += 4) {
    for (let bits = load<u32>(set + w); bits != 0; bits &= bits - 1) {
      const v = load<u32>(to + (((w << 3) + ctz(bits)) << 2));
      const at = image + ((v >>> 5) << 2);
      store<u32>(at, load<u32>(at) | ((1 as u32) << (v & 31)));
    }
  }
  return image;
}

/** Adds a set of values of the slot. */
@inline
function join(local: u32, slot: u32, into: usize, set: usize, bytes: usize): void {
  let more: u32 = 0;
  for (let w: usize = 0; w < bytes; w += 4) {
    const before = load<u32>(into + w);
    const after = before | load<u32>(set + w);
    more |= before ^ after;
    store<u32>(into + w, after);
  }
  if (more != 0) grew(local, bit(slot));
}

function meetAll(local: u32, more: u64): void {
  const process = processOf(local);
  const own = load<u64>(touchedFrom + ((local as usize) << 3));
  for (let other: u32 = 0; other < locals; other++) {
    if (load<u8>(seen + other) == 0 || processOf(other) == process) continue;
    const changed = met(local, other, more);
    if ((changed & (own | load<u64>(touchedFrom + ((other as usize) << 3)))) == 0) continue;
    disturbAll(other, local, changed);
    disturbAll(local, other, changed);
  }
}

/** What from another local disturbs who stands at `local`. */
@inline
function disturbAll(local: u32, from: u32, changed: u64): void {
  for (let a = firstAction(from); a < firstAction(from + 1); a++) {
    if ((load<u64>(touched + ((a as usize) << 3)) & changed) != 0 && disturbs(a)) disturb(local, a);
  }
}

/** Of which slots two locals that meet have got more; 0: they do not meet. @param more of which `local` has */
function met(local: u32, other: u32, more: u64): u64 {
  const why = load<u16>(apartAt(local, other));
  if (why == MEET) return more;
  if ((more & bit(why)) == 0 || !meet(why, rowOf(local), rowOf(other)) && firstWord(why) != firstWord(why + 1)) return 0;
  const slot = missing(rowOf(local), rowOf(other));
  const now = slot < 0 ? MEET : (slot as u32);
  store<u16>(apartAt(local, other), now as u16);
  store<u16>(apartAt(other, local), now as u16);
  return slot < 0 ? ALL : 0;
}

/** Another process steps while this one stands at `local`. */
function disturb(local: u32, a: u32): void {
  const end = effectsEnd(a);
  let known = false;
  for (let e = effectsOf(a); e < end; e += EFFECT_BYTES) {
    const slot = load<u32>(e);
    const first = (firstWord(slot) as usize) << 2;
    const bytes = ((firstWord(slot + 1) as usize) << 2) - first;
    const row = rowOf(local) + first;
    if (!lacks(row, load<u32>(e, 8), bytes)) continue;
    if (!known && !enabledAt(a, local)) return;
    known = true;
    const to: usize = load<u32>(e, 4);
    const own = enabledRow(a) + first;
    for (let w: usize = 0; w < bytes; w += 4) {
      for (let bits = load<u32>(row + w) & load<u32>(own + w); bits != 0; bits &= bits - 1) {
        put(local, slot, load<u32>(to + (((w << 3) + ctz(bits)) << 2)));
      }
    }
  }
}

@inline
function lacks(row: usize, set: usize, bytes: usize): bool {
  for (let w: usize = 0; w < bytes; w += 4) if ((load<u32>(set + w) & ~load<u32>(row + w)) != 0) return true;
  return false;
}

function put(local: u32, slot: u32, value: u32): void {
  const at = rowOf(local) + ((firstWord(slot) + (value >>> 5)) << 2);
  const before = load<u32>(at);
  const after = before | ((1 as u32) << (value & 31));
  if (before == after) return;
  store<u32>(at, after);
  grew(local, bit(slot));
}

/** Some process can stand there: also where there are no slots. */
function reach(local: u32): void {
  if (load<u8>(seen + local) != 0) return;
  store<u8>(seen + local, 1);
  grew(local, ALL);
}

@inline
function grew(local: u32, more: u64): void {
  const at = forSteps + ((local as usize) << 3);
  const before = load<u64>(at);
  if (before == 0) store<u32>(todo + ((todoCount++ as usize) << 2), local);
  store<u64>(at, before | more);
}
