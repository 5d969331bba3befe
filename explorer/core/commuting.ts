/** Whether two actions of different processes may be swapped wherever both can be enabled: explorer/reduce/commute.ts. */
import {
  actions,
  bit,
  conjunctsReading,
  conjunctWords,
  effectsEnd,
  effectsOf,
  EFFECT_BYTES,
  firstWord,
  guardOf,
  has,
  meet,
  readsEnd,
  readsOf,
  take,
} from './known';
import { enabledRow, isPossible } from './reaching';

/** By action, slots as bits: what it changes, what it changes or reads. */
let written: usize = 0;
let touched: usize = 0;
/** By action: conjuncts that its effects may change. */
let visibleTo: usize = 0;
/** By action, by effect: whether it changes something. An action has no more than 32 effects that are told apart. */
let effective: usize = 0;

const NO_TABLE: usize = 0;

/** @returns false: no memory */
export function prepareCommuting(): bool {
  written = take((actions as usize) << 3);
  touched = take((actions as usize) << 3);
  effective = take((actions as usize) << 2);
  visibleTo = take((((actions * conjunctWords) as usize) << 2) + 4);
  if (written == 0 || touched == 0 || visibleTo == 0 || effective == 0) return false;
  for (let a: u32 = 0; a < actions; a++) {
    let writes: u64 = 0;
    let which: u32 = 0;
    for (let e = effectsOf(a); e < effectsEnd(a); e += EFFECT_BYTES) {
      if (!changes(a, e)) continue;
      const slot = load<u32>(e);
      writes |= bit(slot);
      which |= bitOf(a, e);
      for (let w: u32 = 0; w < conjunctWords; w++) {
        const at = visibleTo + (((a * conjunctWords + w) as usize) << 2);
        store<u32>(at, load<u32>(at) | load<u32>(conjunctsReading(slot) + ((w as usize) << 2)));
      }
    }
    let all = writes;
    for (let at = readsOf(a); at < readsEnd(a); at += 4) all |= bit(load<u32>(at));
    store<u64>(written + ((a as usize) << 3), writes);
    store<u64>(touched + ((a as usize) << 3), all);
    store<u32>(effective + ((a as usize) << 2), which);
  }
  return true;
}

/** The effect's bit among those of its action: from the 32nd on they share one, and count as effective all. */
@inline
function bitOf(a: u32, effect: usize): u32 {
  return (1 as u32) << min<u32>(31, ((effect - effectsOf(a)) / EFFECT_BYTES) as u32);
}

@inline
function isEffective(a: u32, effect: usize): bool {
  return (load<u32>(effective + ((a as usize) << 2)) & bitOf(a, effect)) != 0;
}

function changes(a: u32, effect: usize): bool {
  const slot = load<u32>(effect);
  const to: usize = load<u32>(effect, 4);
  const first = firstWord(slot);
  for (let w = first; w < firstWord(slot + 1); w++) {
    for (let bits = load<u32>(enabledRow(a) + ((w as usize) << 2)); bits != 0; bits &= bits - 1) {
      const v = ((w - first) << 5) + ctz(bits);
      if (load<u32>(to + ((v as usize) << 2)) != v) return true;
    }
  }
  return false;
}

/** Whether the order of the two can make a difference, to a process or to what is judged. @param a,b of locals that meet */
@inline
export function dependent(a: u32, b: u32): bool {
  const wa = load<u64>(written + ((a as usize) << 3));
  const wb = load<u64>(written + ((b as usize) << 3));
  const ta = load<u64>(touched + ((a as usize) << 3));
  const tb = load<u64>(touched + ((b as usize) << 3));
  // Only a filter, but one that most pairs do not pass.
  const seen = seenByOne(a, b);
  return (((wa & tb) | (ta & wb)) != 0 || seen) && differ(a, b, seen);
}

@inline
function seenByOne(a: u32, b: u32): bool {
  for (let w: u32 = 0; w < conjunctWords; w++) {
    const ofA = load<u32>(visibleTo + (((a * conjunctWords + w) as usize) << 2));
    if ((ofA & load<u32>(visibleTo + (((b * conjunctWords + w) as usize) << 2))) != 0) return true;
  }
  return false;
}

function differ(a: u32, b: u32, seen: bool): bool {
  if (!seen && !disturbs(a, b) && !disturbs(b, a)) return false;
  if (!together(a, b)) return false;
  return seen || clashes(a, b) || clashes(b, a);
}

/** Whether `a` changes what `b` changes or reads. */
function disturbs(a: u32, b: u32): bool {
  for (let e = effectsOf(a); e < effectsEnd(a); e += EFFECT_BYTES) {
    if (isEffective(a, e) && (reads(b, load<u32>(e)) || writes(b, load<u32>(e)))) return true;
  }
  return false;
}

function reads(a: u32, slot: u32): bool {
  for (let at = readsOf(a); at < readsEnd(a); at += 4) if (load<u32>(at) == slot) return true;
  return false;
}

function writes(a: u32, slot: u32): bool {
  for (let e = effectsOf(a); e < effectsEnd(a); e += EFFECT_BYTES) {
    if (load<u32>(e) == slot && isEffective(a, e)) return true;
  }
  return false;
}

/** Whether both can be enabled in one state. */
function together(a: u32, b: u32): bool {
  return isPossible(a) && isPossible(b) && common(a, b, a) && common(a, b, b);
}

function common(a: u32, b: u32, whose: u32): bool {
  for (let at = readsOf(whose); at < readsEnd(whose); at += 4) {
    if (!meet(load<u32>(at), enabledRow(a), enabledRow(b))) return false;
  }
  return true;
}

/** Whether it shows in a slot that `a` changes, and `b` changes or reads, who was first. */
function clashes(a: u32, b: u32): bool {
  for (let e = effectsOf(a); e < effectsEnd(a); e += EFFECT_BYTES) {
    if (!isEffective(a, e)) continue;
    const slot = load<u32>(e);
    if ((reads(b, slot) || writes(b, slot)) && clash(a, b, slot)) return true;
  }
  return false;
}

function clash(a: u32, b: u32, slot: u32): bool {
  const ta = tableOn(a, slot);
  const tb = tableOn(b, slot);
  const first = firstWord(slot);
  for (let w = first; w < firstWord(slot + 1); w++) {
    const at = (w as usize) << 2;
    for (let bits = load<u32>(enabledRow(a) + at) & load<u32>(enabledRow(b) + at); bits != 0; bits &= bits - 1) {
      const v = ((w - first) << 5) + ctz(bits);
      const afterA = made(ta, v);
      const afterB = made(tb, v);
      if (!has(guardOf(b), slot, afterA) || !has(guardOf(a), slot, afterB)) return true;
      if (made(tb, afterA) != made(ta, afterB)) return true;
    }
  }
  return false;
}

/** What becomes of each value of the slot; NO_TABLE: it stays. */
function tableOn(a: u32, slot: u32): usize {
  for (let e = effectsOf(a); e < effectsEnd(a); e += EFFECT_BYTES) if (load<u32>(e) == slot) return load<u32>(e, 4);
  return NO_TABLE;
}

@inline
function made(table: usize, value: u32): u32 {
  return table == NO_TABLE ? value : load<u32>(table + ((value as usize) << 2));
}
