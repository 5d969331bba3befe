/**
 * Which processes a state has to be expanded for: reduce/choice.ts over the same arrays, in this memory. They come as a
 * record of u32 (reduce/core-choice.ts): what is reduced, the conflicts (pointer, bytes of a row), by process the number of
 * its first local (pointer), by local whether a cycle is cut there (pointer to bytes), by conjunct the slots that it reads
 * (pointer, bytes: a u64 for each).
 */
import { actionAt, isStep, list, listed, listStep, MAX_LISTED, openList, outcomeAt } from './actions';
import { get } from './fields';
import { alloc } from './memory';
import { ACTION, BLOCKED, ENVIRONMENT, FINISHED } from './outcome';
import { onlyOutcomeAt, recordOf } from './quick';
import { TOUCHES } from './sleep';
import { processes, procs } from './vector';

/** What is reduced. */
export const MERGE: u32 = 1;
export const POR: u32 = 2;
/** Processes sleep (reduce/sleepers.ts). */
export const SLEEP: u32 = 4;
/** They do so as well where something was not known. */
export const LEARNS: u32 = 8;

// What `look` ends with.
export const KNOWN: i32 = 0;
/** Something at the state is no action yet: the choice is to do everything. */
export const STRANGE: i32 = 1;
/** A table has to grow. */
export const LACKING: i32 = 2;

/** The record; 0: nothing is reduced. */
export let reduction: usize = 0;
export let reduces: u32 = 0;
let conflicts: usize = 0;
let rowBytes: u32 = 0;
let firstLocal: usize = 0;
let closingAt: usize = 0;
export let judgedSlots: usize = 0;
export let judgedEnd: usize = 0;

/**
 * What is known of a state: its processes as bits (those that have not finished, and of them those whose local the arrays
 * do not have), then by process its local's place in a row of conflicts (byte, bit), its tree, its local among all, where
 * its outcomes are listed and where they end, how many of them are steps, which processes are in conflict with them (the
 * process itself where it has several), which slots they were found by reading, or write (all of them where that is not
 * known), its local's quick record (quick.ts). The list follows.
 */
const HEAD_BYTES: usize = 8;
const SEEN_BYTES: u32 = 48;
const AGAINST: usize = 28;
const TOUCHED: usize = 32;
const RECORD: usize = 40;
const MAX_PROCESSES: u32 = 32;
const EVERYTHING: u64 = ~0;
/** Of the state that is expanded; while a chain is followed, of what it has come to. And what is kept of it meanwhile. */
export let here: usize = 0;
let kept: usize = 0;

/** @returns false: no memory */
export function attachChoice(at: usize): bool {
  reduction = at;
  if (at == 0) return true;
  reduces = load<u32>(at);
  conflicts = load<u32>(at, 4);
  rowBytes = load<u32>(at, 8);
  firstLocal = load<u32>(at, 12);
  closingAt = load<u32>(at, 16);
  judgedSlots = load<u32>(at, 20);
  judgedEnd = judgedSlots + load<u32>(at, 24);
  const bytes = (HEAD_BYTES as u32) + SEEN_BYTES * MAX_PROCESSES;
  if (here == 0) here = alloc(bytes + (MAX_LISTED << 3));
  if (kept == 0) kept = alloc(bytes);
  return here != 0 && kept != 0;
}

@inline
function seenOf(at: usize, p: u32): usize {
  return at + HEAD_BYTES + p * SEEN_BYTES;
}
@inline
export function runningAt(at: usize): u32 {
  return load<u32>(at);
}
@inline
export function firstListed(at: usize, p: u32): usize {
  return load<u32>(seenOf(at, p), 16);
}
@inline
export function endListed(at: usize, p: u32): usize {
  return load<u32>(seenOf(at, p), 20);
}

/** Of the last state that was looked at: the processes that can step, and whether one waits for the environment. */
export let enabled: u32 = 0;
export let environment: bool = false;

/** Looks at all processes of `state`. */
export function look(state: usize, at: usize): i32 {
  enabled = 0;
  environment = false;
  store<u32>(at, 0);
  store<u32>(at, 0, 4);
  for (let p: u32 = 0; p < processes; p++) locate(state, p, at);
  const running = load<u32>(at);
  const odd = load<u32>(at, 4);
  let known = KNOWN;
  openList(seenOf(at, MAX_PROCESSES));
  for (let left = running; left != 0; left &= left - 1) {
    const p = ctz(left);
    const seen = seenOf(at, p);
    const tree = load<u32>(seen, 8) as usize;
    store<u32>(seen, listed() as u32, 16);
    if (tree == 0) return LACKING;
    const only = onlyOutcomeAt(state, load<u32>(seen, RECORD), tree);
    // What a process that waits waits for is in its tree.
    if (only > 1 && (load<u32>(only, 4) & BLOCKED) == 0) listStep(only);
    else if (only == 1 || !list(state, tree)) return LACKING;
    store<u32>(seen, listed() as u32, 20);
    if (!lookAt(p, seen, at) || (odd & ~((1 as u32) << p)) != 0) known = STRANGE;
  }
  return known;
}

/** Finds where process `p` stands. */
@inline
export function locate(state: usize, p: u32, at: usize): void {
  const process = procs + p * 12;
  const local = get(state, load<u32>(process));
  const seen = seenOf(at, p);
  const bit: u32 = 1 << p;
  store<u32>(seen, 0, 8);
  if (local < load<u32>(process, 8)) {
    const known = (load<u32>(process, 4) as usize) + (local << 3);
    const flags = load<u32>(known, 4);
    if (flags & FINISHED) {
      store<u32>(at, load<u32>(at) & ~bit);
      return;
    }
    if (flags & ENVIRONMENT) environment = true;
    store<u32>(seen, load<u32>(known), 8);
    store<u32>(seen, recordOf(p, local) as u32, RECORD);
  }
  store<u32>(at, load<u32>(at) | bit);
  store<u32>(at, load<u32>(at, 4) & ~bit, 4);
  const first = firstLocal + (p << 2);
  const l = load<u32>(first) + local;
  if (l >= load<u32>(first, 4)) {
    store<u32>(at, load<u32>(at, 4) | bit, 4);
    return;
  }
  store<u32>(seen, (l >> 5) << 2);
  store<u32>(seen, 1 << (l & 31), 4);
  store<u32>(seen, l, 12);
}

/** Notes what process `p` can do and who minds. @returns false: something is no action yet */
@inline
function lookAt(p: u32, seen: usize, at: usize): bool {
  let steps: u32 = 0;
  let known = true;
  let touched: u64 = 0;
  const end = load<u32>(seen, 20) as usize;
  let against: u32 = end - (load<u32>(seen, 16) as usize) > 8 ? (1 as u32) << p : 0;
  const others = load<u32>(at) & ~((1 as u32) << p);
  for (let e = load<u32>(seen, 16) as usize; e < end; e += 8) {
    if (isStep(e)) {
      steps++;
      touched |= load<u64>(outcomeAt(e), TOUCHES);
    } else touched = EVERYTHING;
    const action = actionAt(e);
    if (action == 0) {
      known = false;
      touched = EVERYTHING;
    } else against |= inConflict(action, others & ~against, at);
  }
  store<u32>(seen, steps, 24);
  store<u32>(seen, against, AGAINST);
  store<u64>(seen, touched, TOUCHED);
  if (steps > 0) enabled |= (1 as u32) << p;
  return known;
}

/** Which of the processes can come to something that depends on the action. */
@inline
function inConflict(action: u32, others: u32, at: usize): u32 {
  const row = conflicts + (action - 1) * rowBytes;
  let against: u32 = 0;
  for (let left = others; left != 0; left &= left - 1) {
    const q = ctz(left);
    const other = seenOf(at, q);
    if (load<u32>(row + load<u32>(other)) & load<u32>(other, 4)) against |= (1 as u32) << q;
  }
  return against;
}

/** Whether there is one. */
@inline
function isInConflict(action: u32, others: u32, at: usize): bool {
  const row = conflicts + (action - 1) * rowBytes;
  for (let left = others; left != 0; left &= left - 1) {
    const other = seenOf(at, ctz(left));
    if (load<u32>(row + load<u32>(other)) & load<u32>(other, 4)) return true;
  }
  return false;
}

/** All processes that can step, or a persistent part of them that stands where no cycle is cut: the smallest, the first. */
export function choose(at: usize): u32 {
  let closing: u32 = 0;
  for (let left = load<u32>(at); left != 0; left &= left - 1) if (closes(at, ctz(left))) closing |= left & -left;
  let best = enabled;
  let fewest: u32 = 0x7fffffff;
  for (let left = enabled & ~closing; left != 0; left &= left - 1) {
    const part = closure(at, ctz(left)) & enabled;
    if (part == enabled || (part & closing) != 0) continue;
    let steps: u32 = 0;
    for (let q = part; q != 0; q &= q - 1) steps += load<u32>(seenOf(at, ctz(q)), 24);
    if (steps >= fewest) continue;
    best = part;
    fewest = steps;
  }
  return best;
}

/** Whether a cycle of process `p` is cut where it stands. */
@inline
export function closes(at: usize, p: u32): bool {
  return load<u8>(closingAt + load<u32>(seenOf(at, p), 12)) != 0;
}

/** The process, and who minds, directly or for those. */
@inline
function closure(at: usize, p: u32): u32 {
  let all: u32 = (1 as u32) << p;
  let done: u32 = 0;
  while (all != done) {
    const q = ctz(all & ~done);
    done |= (1 as u32) << q;
    all |= load<u32>(seenOf(at, q), AGAINST);
  }
  return all;
}

/** Keeps what is known of the processes as bits. */
@inline
export function keepHead(at: usize): void {
  store<u64>(kept, load<u64>(at));
}

/** Keeps what is known of process `p`. */
@inline
export function keepPlace(at: usize, p: u32): void {
  copyPlace(seenOf(at, p), seenOf(kept, p));
}

/** What is known of a state is again what was kept, where the processes `moved` have been located anew. */
@inline
export function restorePlaces(at: usize, moved: u32): void {
  store<u64>(at, load<u64>(kept));
  for (let left = moved; left != 0; left &= left - 1) copyPlace(seenOf(kept, ctz(left)), seenOf(at, ctz(left)));
}

@inline
function copyPlace(from: usize, to: usize): void {
  for (let b: usize = 0; b < (SEEN_BYTES as usize); b += 8) store<u64>(to + b, load<u64>(from + b));
}

/**
 * Whether process `p`, which could not step alone in the state that was looked at, cannot for the same reason in one to which
 * steps of the processes `moved` have led from there, which wrote `written`: what it can do is the same then.
 */
@inline
export function notAloneYet(at: usize, p: u32, moved: u32, written: u64): bool {
  const seen = seenOf(at, p);
  return (load<u64>(seen, TOUCHED) & written) == 0 && (load<u32>(seen, AGAINST) & ~moved) != 0;
}

/**
 * Process `p`'s step, if that is its only one and nobody else can come to anything that depends on it; 0: it has none such; 1:
 * its tree does not say.
 */
@inline
export function alone(state: usize, at: usize, p: u32): usize {
  const tree = load<u32>(seenOf(at, p), 8) as usize;
  if (tree == 0) return 0;
  const only = onlyOutcomeAt(state, load<u32>(seenOf(at, p), RECORD), tree);
  if (only <= 1) return only;
  const action = load<u32>(only, ACTION);
  if (action == 0) return 0;
  const others = load<u32>(at) & ~((1 as u32) << p);
  return (load<u32>(at, 4) & others) != 0 || isInConflict(action, others, at) ? 0 : only;
}
