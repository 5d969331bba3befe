/**
 * A worker's share of a level: it claims blocks of states, computes their successors (phase one), touches the places of the
 * visited set that they will be looked for in, so that the misses of the memory overlap, and adds them (phase two). What
 * the tables do not know yet, and what is to be judged in words, is left to the caller (compiled.ts), who parks all workers,
 * grows the tables and calls again.
 */
import {
  CLAIMED,
  COUNT,
  LEVEL_FROM,
  LEVEL_SIZE,
  LEVEL_TO,
  PAUSE,
  SETTINGS,
  TRANSITIONS,
  WORKERS,
  workerAt,
} from './control';
import { noteBlock } from './blocks';
import { attachDeferred, claimRetry, defer, deferred, deferring } from './deferred';
import { compact, growCompact } from './compact';
import { FACTS, SEEN_AHEAD, SLEEPING, STEPS } from './facts';
import { get, mix, set } from './fields';
import { growHalves, halfAt, halvesCrowded, intern, newHalves, NONE } from './halves';
import { alloc } from './memory';
import { attachChoice, reduction } from './choose';
import { chosenSuccessors, insertChosen } from './chains';
import { attachNarrow, narrowInsert, narrowSuccessors } from './narrow';
import { attachQuick, quickOutcomesAt } from './quick';
import { attachSleep, noStep, onlyStep, sleepersAfter, sleeping, sleeps } from './sleep';
import { attachSymmetry, isMet, representative, symmetry } from './symmetry';
import { attachTrees, codeAt, foundCount, MAX_FOUND, outcomeFound } from './trees';
import {
  addSeen,
  attachVisited,
  FULL,
  growVisited,
  lookAhead,
  numberOf,
  PRESENT,
  rootAhead,
  rootAt,
  sleepersAt,
  stored,
  touchLine,
  visitedCrowded,
} from './visited';

// What a call of `work` ends with.
const DONE: i32 = 0;
const MISS: i32 = 1;
const EVENTS: i32 = 2;
const MEMORY: i32 = 3;
const GROW: i32 = 4;
const LIMIT: i32 = 5;
const PAUSED: i32 = 6;
const SOME: i32 = 7;

// Kinds of events: what a step says, what a state says, a deadlock, a state whose conjuncts are to be judged by the caller.
export const STEP: u32 = 1;
export const STATE: u32 = 2;
export const DEADLOCK: u32 = 3;
const UNJUDGED: u32 = 4;
/** What a state that is not stored says. Which move of the chain to it it is about is in the kind, from bit 8. */
export const BETWEEN: u32 = 5;

export const FINISHED: u32 = 1;
export const ENVIRONMENT: u32 = 2;

export const JUDGES: u32 = 1;
export const SEEN: u32 = 2;
export const BLOCKED: u32 = 4;

/**
 * What a step does, as trees.ts finds it: a record of six u32 (number of the leaf, flags, how many words it changes by what
 * was read alone, how many fields it changes by a transformer, slots that it writes: pointer and number), what sleep.ts
 * asks of it, and the number of its action plus one (0: not known, or the process waits), then the words
 * (byte, nothing, bits to keep, bits to set), then the fields (field, transformer). Where a vector has at most two words,
 * all of them are there, in order.
 */
export const WORDS: usize = 48;
export const ACTION: usize = 40;
const WORD_BYTES: u32 = 24;
const FIELD_BYTES: u32 = 8;

export const BLOCK: u32 = 128;
/** How many children a block can have. */
export const CHILDREN: u32 = 4096;
const EVENT_BYTES: u32 = 24;
const MAX_EVENTS: u32 = 4 * CHILDREN;

// ---- settings: by place in the control block ------------------------------------------------------------------------

export let vectorBytes: u32 = 0;
export let leftBytes: u32 = 0;
/** Tables of halves; 0: the vector is one word, which is its own root. */
export let left: usize = 0;
export let right: usize = 0;
export let processes: u32 = 0;
/** By process: field, a table by local (entry of its tree, flags), how many. */
export let procs: usize = 0;
/** By transformer: table, how many. */
let transformers: usize = 0;
/** By conjunct: entry of its tree, only at the end, whether its premise was reported. */
export let judged: usize = 0;
export let judgedCount: u32 = 0;
/** By slot: which conjuncts read it, `judgedWords` words each. */
let readers: usize = 0;
let judgedWords: u32 = 0;
/** By code of a conjunct's judgement: whether it was reported. */
export let codeSeen: usize = 0;
export let firstProcess: u32 = 0;
let maxStates: u32 = 0;
/** The loop is that of narrow.ts. */
let narrow: bool = false;

/** Takes over what the caller has set. Memory of the worker's own is made at the first call. @returns false: no memory */
export function attach(): bool {
  const s = SETTINGS;
  vectorBytes = load<u32>(s);
  leftBytes = load<u32>(s, 4);
  if (left != load<u32>(s, 8) || right != load<u32>(s, 12)) newHalves();
  left = load<u32>(s, 8);
  right = load<u32>(s, 12);
  processes = load<u32>(s, 16);
  procs = load<u32>(s, 20);
  transformers = load<u32>(s, 28);
  judged = load<u32>(s, 32);
  judgedCount = load<u32>(s, 36);
  readers = load<u32>(s, 40);
  judgedWords = load<u32>(s, 44);
  codeSeen = load<u32>(s, 48);
  firstProcess = load<u32>(s, 52);
  maxStates = load<u32>(s, 56);
  attachVisited(load<u32>(s, 60));
  if (found == 0) {
    found = alloc(MAX_FOUND << 2);
    events = alloc(MAX_EVENTS * EVENT_BYTES);
    current = alloc(512);
    block = alloc(BLOCK << 2);
    recent = alloc((RECENT_MASK as u32) + 8);
    lately = alloc(LATELY << 5);
    if (lately == 0 || recent == 0 || found == 0 || events == 0 || current == 0 || block == 0) return false;
  }
  attachTrees(found as u32);
  attachQuick(load<u32>(s, 72));
  if (!attachSleep(load<u32>(s, 80)) || !attachChoice(load<u32>(s, 64)) || !attachSymmetry(load<u32>(s, 76))) return false;
  if (layoutNumber != load<u32>(s, 68)) {
    layoutNumber = load<u32>(s, 68);
    memory.fill(recent, 0, RECENT_MASK + 8);
    memory.fill(lately, 0, LATELY << 5);
  }
  childBytes = vectorBytes + FACTS;
  if (childBytes * CHILDREN > childrenSize) {
    childrenSize = childBytes * CHILDREN;
    children = alloc(childrenSize);
  }
  if (!attachDeferred(load<u32>(s, 84), me)) return false;
  narrow = reduction == 0 && symmetry == 0 && vectorBytes <= 16;
  return children != 0 && (vectorBytes > 16 || attachNarrow());
}

// ---- the worker's own -----------------------------------------------------------------------------------------------

export let me: u32 = 0;
let found: usize = 0;
export let current: usize = 0;
export let children: usize = 0;
let childrenSize: u32 = 0;
export let childBytes: u32 = 0;
export let childCount: u32 = 0;
/**
 * Roots that the worker has found lately, plus one, by their hash: what is found again soon, as where two steps are taken in
 * either order, needs no look into the visited set. And how many such there were in the batch.
 */
let recent: usize = 0;
const RECENT_MASK: usize = (2048 - 1) << 3;
let knownCount: u32 = 0;
/** The layout that those roots are of. */
let layoutNumber: u32 = 0;
/** The states of the claimed block, and how many of them are done. */
export let block: usize = 0;
export let blockSize: u32 = 0;
export let blockDone: u32 = 0;
/** The block begins at this position of the level. */
export let claim: u32 = 0;

let events: usize = 0;
export let eventCount: u32 = 0;
export function eventAt(i: u32): u32 {
  return (events + i * EVENT_BYTES) as u32;
}

/** State and process of a miss. */
export let missState: u32 = 0;
export let missProcess: u32 = 0;
let missed: bool = false;
export let outOfMemory: bool = false;
let deadlockSeen: bool = false;

export function become(worker: u32): void {
  me = worker;
}

/** For chains.ts: so many children there are. */
@inline
export function setChildCount(n: u32): void {
  childCount = n;
}

@inline
export function setBlockDone(n: u32): void {
  blockDone = n;
}

@inline
export function noteOutOfMemory(): void {
  outOfMemory = true;
}

@inline
export function cancelMiss(): void {
  missed = false;
}

/** The state's successors have to wait until the tables know more. */
@inline
export function miss(state: u32, process: u32): void {
  missed = true;
  missState = state;
  missProcess = process;
}

/** The same, but others can go first, if that may be. @returns false: the worker has to stop */
export function setAside(k: u32, state: u32, process: u32, local: u32): bool {
  if (defer(me, claim + k, state, process, local)) return true;
  miss(state, process);
  return false;
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

/**
 * Goes on with the level.
 * @param states about so many are expanded before the call returns SOME
 * @returns why it stopped
 */
export function work(states: u32): i32 {
  const why = attach() ? goOn(states) : MEMORY;
  // The others stop, too, so that the caller can write the tables.
  if (why != DONE && why != SOME) atomic.store<u32>(PAUSE, 1);
  return why;
}

function goOn(states: u32): i32 {
  eventCount = 0;
  let left_: i32 = states as i32;
  // Only the first worker's caller can learn what others have set aside. To stop all costs more than to set some more
  // aside, but for the end of the level.
  const learns = me == 0 && deferring;
  const soon: i32 = left_ - ((load<u32>(LEVEL_SIZE) >> 4) as i32);
  for (;;) {
    if (atomic.load<u32>(PAUSE) != 0) return PAUSED;
    if (blockDone == blockSize) {
      if (!claimBlock()) return DONE;
      if (!noteBlock(me, claim)) return MEMORY;
    }
    if (left_ <= 0 || (learns && left_ <= soon && deferred() != 0)) return SOME;
    // Near the limit one state at a time: what is beyond it is not to be looked at.
    const count = stored();
    if (count > maxStates) return LIMIT;
    if (crowded()) return GROW;
    let last = maxStates - count < CHILDREN || states == 1 ? blockDone + 1 : blockSize;
    // What decides may change at a certain state, or the tables.
    if (reduction != 0 || symmetry != 0) last = min(last, blockDone + left_);
    const begun = blockDone;
    if (narrow) narrowSuccessors(last);
    else {
      if (reduction == 0) successors(last);
      else chosenSuccessors(last);
      touch();
    }
    left_ -= (blockDone - begun) as i32;
    if (!(narrow ? narrowInsert() : reduction == 0 ? insert() : insertChosen())) return MEMORY;
    if (missed) {
      missed = false;
      return MISS;
    }
    if (eventCount > 0) return EVENTS;
  }
  return DONE;
}

/** Makes room, as `work` asked with GROW; `fill` follows, by every worker, if it says so. @returns 0: done, 1: fill, 2: no memory */
export function grow(): i32 {
  attach();
  const more = (CHILDREN + 64) * load<u32>(WORKERS);
  if (left != 0 && halvesCrowded(left, more) && !growHalves(left)) return 2;
  if (right != 0 && halvesCrowded(right, more) && !growHalves(right)) return 2;
  if (!visitedCrowded(more)) return 0;
  if (compact) return growCompact() ? 0 : 2;
  return growVisited() ? 1 : 2;
}

function crowded(): bool {
  const more = (CHILDREN + 64) * load<u32>(WORKERS);
  return (
    visitedCrowded(more) || (left != 0 && halvesCrowded(left, more)) || (right != 0 && halvesCrowded(right, more))
  );
}

/** The next positions of the level, as numbers of states; what was set aside comes first, one by one. */
function claimBlock(): bool {
  const again = claimRetry();
  if (again != 0) {
    claim = load<u32>(again);
    store<u32>(block, load<u32>(again, 4));
    blockSize = 1;
    blockDone = 0;
    return true;
  }
  const size = load<u32>(LEVEL_SIZE);
  const begin = atomic.add<u32>(CLAIMED, BLOCK);
  if (begin >= size) {
    // Nothing more: the sum must not run over.
    atomic.store<u32>(CLAIMED, size);
    return false;
  }
  claim = begin;
  blockSize = min(BLOCK, size - begin);
  blockDone = 0;
  let w: u32 = 0;
  let i = begin;
  for (let k: u32 = 0; k < blockSize; k++) {
    for (;;) {
      const part = load<u32>(workerAt(w), LEVEL_TO) - load<u32>(workerAt(w), LEVEL_FROM);
      if (i < part) break;
      i -= part;
      w++;
    }
    store<u32>(block + (k << 2), numberOf(w, load<u32>(workerAt(w), LEVEL_FROM) + i));
    i++;
  }
  return true;
}

/** The vector of a state. */
@inline
export function unpackState(n: u32, into: usize): void {
  const root = rootAt(n);
  if (left == 0) {
    store<u64>(into, load<u64>(root));
    return;
  }
  const l = halfAt(left, load<u32>(root));
  for (let b: u32 = 0; b < leftBytes; b += 8) store<u64>(into + b, load<u64>(l + b));
  const r = halfAt(right, load<u32>(root, 4)) - leftBytes;
  for (let b: u32 = leftBytes; b < vectorBytes; b += 8) store<u64>(into + b, load<u64>(r + b));
}

@inline
function flagsOf(process: usize, local: u32): u32 {
  return local < load<u32>(process, 8) ? load<u32>((load<u32>(process, 4) as usize) + (local << 3), 4) : 0;
}

/** Phase one: the successors of the block's states up to `last`, until the room is full or a table lacks something. */
function successors(last: u32): void {
  childCount = 0;
  knownCount = 0;
  for (; blockDone < last; blockDone++) {
    // Room for the state's successors, however many.
    if (childCount + MAX_FOUND > CHILDREN) return;
    const begin = childCount;
    const knownBefore = knownCount;
    const n = load<u32>(block + (blockDone << 2));
    unpackState(n, current);
    const root = load<u64>(rootAt(n));
    let enabled: u32 = 0;
    let running: u32 = 0;
    let environment = false;
    let aside = false;
    const asleep: u32 = sleeping ? load<u8>(sleepersAt(n)) : 0;
    for (let p: u32 = 0; p < processes; p++) {
      const process = procs + p * 12;
      const local = get(current, load<u32>(process));
      let tree: u32 = 0;
      if (local < load<u32>(process, 8)) {
        const known = (load<u32>(process, 4) as usize) + (local << 3);
        const flags = load<u32>(known, 4);
        if (flags & FINISHED) {
          noStep(p);
          continue;
        }
        if (flags & ENVIRONMENT) environment = true;
        tree = load<u32>(known);
      }
      running++;
      if (tree == 0 || !quickOutcomesAt(current, p, local, tree) || !step(n, p, root, asleep)) {
        drop(begin);
        knownCount = knownBefore;
        aside = setAside(blockDone, n, p, local);
        if (!aside) return;
        break;
      }
      if (outOfMemory) return;
      enabled = childCount - begin + knownCount - knownBefore;
    }
    if (!aside && enabled == 0 && running > 0 && !environment) putDeadlock(n);
  }
}

@inline
export function putDeadlock(n: u32): void {
  const facts = children + childCount++ * childBytes + vectorBytes;
  store<u32>(facts, n, 16);
  store<u32>(facts, 0, 28);
}

/** Drops children that are not added after all. */
function drop(begin: u32): void {
  for (let c = begin; c < childCount; c++) {
    const facts = children + c * childBytes + vectorBytes;
    if (load<u32>(facts, 28) != 0) store<u64>(recentAt(load<u64>(facts, 8)), 0);
  }
  childCount = begin;
}

@inline
export function recentAt(h: u64): usize {
  return recent + (((h >> 40) as usize) & RECENT_MASK);
}

/** The children that process `p` makes of `current`, whose root is `root`. @returns false: a transformer lacks something */
@inline
function step(n: u32, p: u32, root: u64, asleep: u32): bool {
  if (sleeping) {
    const only = foundCount == 1 ? outcomeFound(0) : 0;
    if (only == 0 || load<u32>(only, 4) & BLOCKED) noStep(p);
    else {
      onlyStep(p, only);
      if (sleeps(asleep, p) != 0) {
        knownCount++;
        return true;
      }
    }
  }
  for (let a: u32 = 0; a < foundCount; a++) {
    const outcome = outcomeFound(a);
    if (load<u32>(outcome, 4) & BLOCKED) continue;
    if (childCount == CHILDREN) unreachable();
    const child = children + childCount * childBytes;
    for (let b: u32 = 0; b < vectorBytes; b += 8) store<u64>(child + b, load<u64>(current + b));
    if (!apply(child, outcome)) return false;
    if (symmetry != 0 && !isMet(child, outcome)) return false;
    const kept = symmetry == 0 ? child : representative(child, vectorBytes);
    const key = left == 0 ? load<u64>(kept) : rootBeside(kept, root);
    const h = mix(key);
    const flags = load<u32>(outcome, 4);
    const last = recentAt(h);
    if (!sleeping && load<u64>(last) == key + 1 && (flags & (JUDGES | SEEN)) != JUDGES) {
      knownCount++;
      continue;
    }
    store<u64>(last, key + 1);
    const facts = child + vectorBytes;
    store<u64>(facts, key);
    store<u64>(facts, h, 8);
    store<u32>(facts, n, 16);
    store<u32>(facts, p, 20);
    store<u32>(facts, a, 24);
    store<u32>(facts, outcome as u32, 28);
    if (sleeping) store<u32>(facts, sleepersAfter(outcome, p), SLEEPING);
    childCount++;
  }
  return true;
}

/** What the step changes in the vector `child`. @returns false: a transformer lacks something */
@inline
export function apply(child: usize, outcome: usize): bool {
  let at = outcome + WORDS;
  const end = at + load<u32>(outcome, 8) * WORD_BYTES;
  for (; at < end; at += WORD_BYTES) {
    const word = child + load<u32>(at);
    store<u64>(word, (load<u64>(word) & load<u64>(at, 8)) | load<u64>(at, 16));
  }
  return applyFields(child, outcome);
}

/** What it changes by transformers. @returns false: one lacks something */
export function applyFields(child: usize, outcome: usize): bool {
  let at = outcome + WORDS + load<u32>(outcome, 8) * WORD_BYTES;
  const end = at + load<u32>(outcome, 12) * FIELD_BYTES;
  for (; at < end; at += FIELD_BYTES) {
    const field = load<u32>(at);
    const t = transformers + (load<u32>(at, 4) << 3);
    const v = get(child, field);
    const to = v < load<u32>(t, 4) ? load<i32>((load<u32>(t) as usize) + (v << 2)) : -1;
    if (to < 0) return false;
    set(child, field, to as u32);
  }
  return true;
}

/** The root of the vector, whose halves are interned. Out of memory: `outOfMemory`. */
@inline
export function rootOf(vector: usize): u64 {
  if (left == 0) return load<u64>(vector);
  const l = intern(left, vector, false);
  const r = intern(right, vector + leftBytes, true);
  if (l == NONE || r == NONE) outOfMemory = true;
  return (l as u64) | ((r as u64) << 32);
}

/** As `rootOf`, of a child of `current`: a half that the step left alone has the number that it had. */
function rootBeside(child: usize, root: u64): u64 {
  const l = same(child, current, leftBytes) ? (root as u32) : internLately(left, child, leftBytes, false);
  const from = child + leftBytes;
  const bytes = vectorBytes - leftBytes;
  const r = same(from, current + leftBytes, bytes) ? ((root >> 32) as u32) : internLately(right, from, bytes, true);
  if (l == NONE || r == NONE) outOfMemory = true;
  return (l as u64) | ((r as u64) << 32);
}

/** As `rootOf`, where the worker may have met the halves lately. */
@inline
export function rootLately(vector: usize): u64 {
  if (left == 0) return load<u64>(vector);
  const l = internLately(left, vector, leftBytes, false);
  const r = internLately(right, vector + leftBytes, vectorBytes - leftBytes, true);
  if (l == NONE || r == NONE) outOfMemory = true;
  return (l as u64) | ((r as u64) << 32);
}

@inline
function same(a: usize, b: usize, bytes: u32): bool {
  for (let i: u32 = 0; i < bytes; i += 8) if (load<u64>(a + i) != load<u64>(b + i)) return false;
  return true;
}

/** Halves of one word that the worker has interned lately: the word, then the number plus one; for each side. */
let lately: usize = 0;
const LATELY: u32 = 8192;

/** Where such a word is, of the left side (0) or the right (1). */
@inline
export function latelyAt(word: u64, side: u32): usize {
  const place = (((word * 0x9e3779b97f4a7c15) >> 48) as u32) & (LATELY - 1);
  return lately + ((place + side * LATELY) << 4);
}

@inline
function internLately(t: usize, at: usize, bytes: u32, isRight: bool): u32 {
  if (bytes != 8) return intern(t, at, isRight);
  const word = load<u64>(at);
  const known = latelyAt(word, isRight ? 1 : 0);
  const n = load<u32>(known, 8);
  if (n != 0 && load<u64>(known) == word) return n - 1;
  const made = intern(t, at, isRight);
  store<u64>(known, word);
  store<u32>(known, made + 1, 8);
  return made;
}

let sink: u32 = 0;
function touch(): void {
  let sum: u32 = 0;
  const end = children + childCount * childBytes;
  // First the lines of the index, then the states that they name.
  for (let facts = children + vectorBytes; facts < end; facts += childBytes) sum += touchLine(load<u64>(facts, 8));
  for (let facts = children + vectorBytes; facts < end; facts += childBytes) {
    const h = load<u64>(facts, 8);
    const seen = lookAhead(h);
    store<u32>(facts, seen, SEEN_AHEAD);
    sum += load<u32>(rootAhead(h, seen));
  }
  sink += sum;
}

/** Phase two: adds what is new, and judges it. @returns false: no memory */
function insert(): bool {
  if (outOfMemory) return false;
  const me_ = workerAt(me);
  let transitions: f64 = knownCount as f64;
  for (let c: u32 = 0; c < childCount; c++) {
    const child = children + c * childBytes;
    const facts = child + vectorBytes;
    const outcome = load<u32>(facts, 28) as usize;
    if (outcome == 0) {
      noteDeadlock(load<u32>(facts, 16));
      continue;
    }
    const flags = load<u32>(outcome, 4);
    if ((flags & (JUDGES | SEEN)) == JUDGES) {
      store<u32>(outcome, flags | SEEN, 4);
      event(STEP, load<u32>(facts, 16), load<u32>(facts, 20), load<u32>(facts, 24), load<u32>(outcome), 0);
    }
    const key = load<u64>(facts);
    transitions += 1;
    const sleepers = sleeping ? load<u32>(facts, SLEEPING) : 0;
    const added = addSeen(key, load<u64>(facts, 8), me, load<u32>(facts, SEEN_AHEAD), sleepers);
    if (added == FULL) return false;
    if (added != PRESENT && judgedCount != 0) judge(child, outcome, load<u32>(facts, 20), added as u32);
  }
  store<f64>(me_, load<f64>(me_, TRANSITIONS) + transitions, TRANSITIONS);
  return true;
}

@inline
export function noteDeadlock(n: u32): void {
  if (!deadlockSeen) event(DEADLOCK, n, 0, 0, 0, 0);
  deadlockSeen = true;
}

/**
 * Says what the state in `child` says: of the stored one, or of the steps to it where another one is stored for it.
 */
function tellState(child: usize, kind: u32, number: u32, code: u32, conjunct: u32): void {
  if (symmetry == 0) {
    event(kind, number, 0, 0, code, conjunct);
    return;
  }
  const facts = child + vectorBytes;
  const merged = reduction != 0;
  const a = load<u32>(facts, 24);
  const process = merged ? firstOf(a) : load<u32>(facts, 20);
  const steps = merged ? load<u32>(facts, STEPS) : 1;
  event((kind == STATE ? BETWEEN : kind) | (steps << 8), load<u32>(facts, 16), process, merged ? a >> 8 : a, code, conjunct);
}

/** Process and alternative of the first of several steps, in one number; and the process. */
@inline
export function firstMove(process: u32, alternative: u32): u32 {
  return process | (alternative << 8);
}
@inline
function firstOf(move: u32): u32 {
  return move & 0xff;
}

/** Judges the conjuncts that read what the step changed; at the end also those that ask for it. @returns false: left to the caller */
export function judge(state: usize, outcome: usize, process: u32, number: u32): bool {
  let ended = true;
  for (let p: u32 = 0; p < processes && ended; p++) {
    const at = procs + p * 12;
    ended = (flagsOf(at, get(state, load<u32>(at))) & FINISHED) != 0;
  }
  const slots = load<u32>(outcome, 16) as usize;
  const n = load<u32>(outcome, 20);
  for (let c: u32 = 0; c < judgedCount; c++) {
    const j = judged + c * 12;
    if (load<u32>(j, 4) != 0) {
      if (!ended) continue;
    } else if (!looksAt(c, process, slots, n)) continue;
    const code = codeAt(state, load<u32>(j) as usize);
    if (code < 0) {
      tellState(state, UNJUDGED, number, 0, 0);
      return false;
    }
    if (code == 0) continue;
    const seen = seenAt(c, code);
    if (load<u32>(seen) != 0) continue;
    if (eventCount + 2 * CHILDREN > MAX_EVENTS) {
      tellState(state, UNJUDGED, number, 0, 0);
      return false;
    }
    store<u32>(seen, 1);
    tellState(state, STATE, number, code as u32, c);
  }
  return true;
}

/** Whether the conjunct reads what a step of the process changes that writes these slots. */
@inline
export function looksAt(conjunct: u32, process: u32, slots: usize, n: u32): bool {
  if (reads(conjunct, firstProcess + process)) return true;
  for (let e: u32 = 0; e < n; e++) if (reads(conjunct, load<u32>(slots + (e << 2)))) return true;
  return false;
}

/** Code 1 says that the premise was met: once for each conjunct. The others say what is wrong. Not 0: it was reported. */
@inline
export function seenAt(conjunct: u32, code: i32): usize {
  return code == 1 ? judged + conjunct * 12 + 8 : codeSeen + ((code as u32) << 2);
}

/** What the last search has found and what has ended it is forgotten: another one begins. */
export function forget(): void {
  newHalves();
  // The states found lately were that one's.
  store<u32>(SETTINGS, load<u32>(SETTINGS, 68) + 1, 68);
  missed = false;
  outOfMemory = false;
  deadlockSeen = false;
  blockSize = 0;
  blockDone = 0;
}

@inline
function reads(conjunct: u32, slot: u32): bool {
  return (load<u32>(readers + ((slot * judgedWords + (conjunct >> 5)) << 2)) & (1 << (conjunct & 31))) != 0;
}
