/**
 * The two phases of plain.ts where nothing is reduced and a state has one word, or two that are interned: most searches, and
 * all large ones. A block of states goes through in passes, each over all that the one before has left. So nothing waits for
 * a look-up's answer before the next look-up begins: the misses of the memory overlap, in each pass.
 */
import {
  BLOCK,
  block,
  blockDone,
  childBytes,
  childCount,
  CHILDREN,
  children,
  me,
  setAside,
  setBlockDone,
  setChildCount,
} from './children';
import { TRANSITIONS, workerAt } from './control';
import { event, noteDeadlock, STEP } from './events';
import { ROOT_AHEAD, SEEN_AHEAD, SLEEPING } from './facts';
import { get, mix } from './fields';
import { halfOf, intern, NONE, peekHalf, peekIndex } from './halves';
import { judge, judgedCount } from './judge';
import { alloc } from './memory';
import { applyFields, BLOCKED, ENVIRONMENT, FINISHED, JUDGES, SEEN, WORDS } from './outcome';
import { quickOutcomeAt, quickOutcomesAt } from './quick';
import { latelyAt, noteOutOfMemory, outOfMemory, recentAt } from './roots';
import { noStep, onlyStep, sleepersAfter, sleeping, sleeps } from './sleep';
import { foundCount, MAX_FOUND, outcomeFound } from './trees';
import { left, processes, procs, right, vectorBytes } from './vector';
import { addSeen, FULL, lookAhead, PRESENT, rootAhead, rootAt, sleepersAt, touchLine } from './visited';

/** By state of the block: its words, its root. */
let rows: usize = 0;
const ROW_BYTES: u32 = 24;
/** Of a child, until it is looked for: the row that it comes from, where its facts have what was seen ahead. */
const FROM: usize = SEEN_AHEAD;
/** Children (their facts) that are looked for in the visited set. */
let list: usize = 0;
let listed: u32 = 0;
/**
 * Words that have no number yet: the child's facts, plus one for the right half; what the index has for it, then the number.
 * And halves that have such a word, too: the child's facts as before, which of the wanted ones.
 */
let wanted: usize = 0;
let wantedEnd: usize = 0;
let alike: usize = 0;
let alikeEnd: usize = 0;
/** Among what was met lately: not a number, but which of the wanted words it is. */
const WANTED: u32 = 1 << 31;
/** Children that say that their parent is a deadlock; steps that were not taken, since the process sleeps. */
let deadlocks: u32 = 0;
let slept: u32 = 0;
/** Whether a step says something that was not told yet. */
let says: bool = false;

/** @returns false: no memory */
export function attachNarrow(): bool {
  if (wanted != 0) return true;
  rows = alloc(BLOCK * ROW_BYTES);
  list = alloc(CHILDREN << 2);
  alike = alloc(CHILDREN << 4);
  wanted = alloc(CHILDREN << 4);
  return rows != 0 && list != 0 && wanted != 0 && alike != 0;
}

/** Phase one: the successors of the block's states up to `last`, until the room is full or a table lacks something. */
export function narrowSuccessors(last: u32): void {
  unpackRows(last);
  expandRows(last);
  if (left != 0) numberHalves();
  filter();
  lookForward();
}

/** Unpacks the block's states up to `last`, so that the misses of the memory overlap. */
export function unpackRows(last: u32): void {
  for (let k = blockDone; k < last; k++) {
    const row = rows + k * ROW_BYTES;
    const root = load<u64>(rootAt(load<u32>(block + (k << 2))));
    store<u64>(row, root, 16);
    if (left == 0) {
      store<u64>(row, root);
    } else {
      store<u64>(row, load<u64>(halfOf(left, root as u32)));
      store<u64>(row, load<u64>(halfOf(right, (root >> 32) as u32)), 8);
    }
  }
}

/** The two words of a state of the block. */
@inline
export function rowAt(k: u32): usize {
  return rows + k * ROW_BYTES;
}

/** Where the next child goes. */
let next: usize = 0;

function expandRows(last: u32): void {
  next = children + vectorBytes;
  deadlocks = 0;
  slept = 0;
  says = false;
  const full = next + (CHILDREN - MAX_FOUND) * childBytes;
  let k = blockDone;
  for (; k < last && next <= full; k++) if (!expandRow(k)) break;
  setBlockDone(k);
  setChildCount(((next - children) as u32) / childBytes);
}

/** @returns false: a table lacks something, the state has no children yet, and the worker has to stop */
@inline
function expandRow(k: u32): bool {
  const row = rows + k * ROW_BYTES;
  const n = load<u32>(block + (k << 2));
  const begin = next;
  const sleptBefore = slept;
  const asleep: u32 = sleeping ? load<u8>(sleepersAt(n)) : 0;
  let running: u32 = 0;
  let environment = false;
  for (let p: u32 = 0; p < processes; p++) {
    const process = procs + p * 12;
    const local = get(row, load<u32>(process));
    let tree: u32 = 0;
    if (local < load<u32>(process, 8)) {
      const known = (load<u32>(process, 4) as usize) + (local << 3);
      const flags = load<u32>(known, 4);
      if (flags & FINISHED) {
        if (sleeping) noStep(p);
        continue;
      }
      if (flags & ENVIRONMENT) environment = true;
      tree = load<u32>(known);
    }
    running++;
    const outcome = tree == 0 ? 0 : quickOutcomeAt(row, p, local);
    if (outcome != 0 ? !takeOne(row, n, p, outcome, asleep) : tree == 0 || !takeAll(row, n, p, local, tree, asleep)) {
      next = begin;
      slept = sleptBefore;
      return setAside(k, n, p, local);
    }
  }
  if (next == begin && slept == sleptBefore && running > 0 && !environment) {
    store<u32>(next, n, 16);
    store<u32>(next, 0, 28);
    next += childBytes;
    deadlocks++;
  }
  return true;
}

/** Where the process sleeps its one step is not taken; else it is, and lets others sleep. */
@inline
function takeOne(row: usize, n: u32, p: u32, outcome: u32, asleep: u32): bool {
  if (sleeping) {
    // One branch: it is guessed wrong often.
    const waits = load<u32>(outcome as usize, 4) & BLOCKED;
    onlyStep(p, select<usize>(0, outcome as usize, waits != 0));
    const asleepHere = sleeps(asleep, p);
    slept += select<u32>(0, asleepHere, waits != 0);
    if ((waits | asleepHere) != 0) return true;
  }
  return take(row, n, p, 0, outcome);
}

function takeAll(row: usize, n: u32, p: u32, local: u32, tree: u32, asleep: u32): bool {
  if (!quickOutcomesAt(row, p, local, tree)) return false;
  if (foundCount == 1) return takeOne(row, n, p, outcomeFound(0) as u32, asleep);
  if (sleeping) noStep(p);
  for (let a: u32 = 0; a < foundCount; a++) if (!take(row, n, p, a, outcomeFound(a) as u32)) return false;
  return true;
}

/** The child that one outcome makes. Words come before what changes by a transformer, each with its bits to keep and to set. */
@inline
function take(row: usize, n: u32, p: u32, a: u32, outcome_: u32): bool {
  const outcome = outcome_ as usize;
  const flags = load<u32>(outcome, 4);
  if (flags & BLOCKED) return true;
  const facts = next;
  const child = facts - vectorBytes;
  store<u64>(child, (load<u64>(row) & load<u64>(outcome, WORDS + 8)) | load<u64>(outcome, WORDS + 16));
  if (left != 0) {
    store<u64>(child, (load<u64>(row, 8) & load<u64>(outcome, WORDS + 32)) | load<u64>(outcome, WORDS + 40), 8);
  }
  if (load<u32>(outcome, 12) != 0 && !applyFields(child, outcome)) return false;
  if ((flags & (JUDGES | SEEN)) == JUDGES) says = true;
  store<u32>(facts, n, 16);
  store<u32>(facts, p, 20);
  store<u32>(facts, a, 24);
  store<u32>(facts, outcome_, 28);
  store<u32>(facts, row as u32, FROM);
  store<u32>(facts, sleeping ? sleepersAfter(outcome, p) : 0, SLEEPING);
  next = facts + childBytes;
  return true;
}

/** The children's roots. A half that a step left alone has the number that it had; others the worker may have met lately. */
function numberHalves(): void {
  beginNumbers();
  const last = children + childCount * childBytes;
  for (let facts = children + vectorBytes; facts < last; facts += childBytes) {
    if (load<u32>(facts, 28) == 0) continue;
    const row = load<u32>(facts, FROM) as usize;
    numberHalf(facts, row, 0);
    numberHalf(facts, row, 1);
  }
  giveNumbers();
}

/** Halves are to be numbered: all that are wanted get their numbers at once. */
export function beginNumbers(): void {
  wantedEnd = wanted;
  alikeEnd = alike;
}

export function giveNumbers(): void {
  if (wantedEnd != wanted) internAll();
}

@inline
function numberHalf(facts: usize, row: usize, side: u32): void {
  const word = load<u64>(facts - 16 + (side << 3));
  if (word == load<u64>(row + (side << 3))) {
    store<u32>(facts + (side << 2), load<u32>(row + 16 + (side << 2)));
    return;
  }
  wantNumber(facts, word, side);
}

/** The number of a child's half: one that was met lately, or it is wanted. */
@inline
export function wantNumber(facts: usize, word: u64, side: u32): void {
  const known = latelyAt(word, side);
  const n = load<u32>(known, 8);
  if (n != 0 && load<u64>(known) == word) {
    if ((n & WANTED) == 0) {
      store<u32>(facts + (side << 2), n - 1);
      return;
    }
    store<u32>(alikeEnd, (facts as u32) | side);
    store<u32>(alikeEnd, n & ~WANTED, 4);
    alikeEnd += 8;
    return;
  }
  store<u64>(known, word);
  store<u32>(known, WANTED | ((wantedEnd - wanted) as u32), 8);
  store<u32>(wantedEnd, (facts as u32) | side);
  wantedEnd += 8;
}

/** Gives the wanted words their numbers. Each takes its place among what was met lately: no mark stays there. */
function internAll(): void {
  let sum: u32 = 0;
  for (let at = wanted; at < wantedEnd; at += 8) {
    store<u32>(at, peekIndex(sideTable(at), load<u64>(wordOf(at))), 4);
  }
  for (let at = wanted; at < wantedEnd; at += 8) sum += peekHalf(sideTable(at), load<u32>(at, 4));
  sink += sum;
  for (let at = wanted; at < wantedEnd; at += 8) {
    const side = load<u32>(at) & 1;
    const from = wordOf(at);
    const word = load<u64>(from);
    const n = intern(sideTable(at), from, side != 0);
    if (n == NONE) {
      noteOutOfMemory();
      return;
    }
    store<u32>(at, n, 4);
    give(at, n);
    const known = latelyAt(word, side);
    store<u64>(known, word);
    store<u32>(known, n + 1, 8);
  }
  for (let at = alike; at < alikeEnd; at += 8) give(at, load<u32>(wanted + load<u32>(at, 4), 4));
}

/** The half's number, among its child's facts. */
@inline
function give(at: usize, n: u32): void {
  const which = load<u32>(at);
  store<u32>(((which & ~1) + ((which & 1) << 2)) as usize, n);
}

@inline
function sideTable(at: usize): usize {
  return select<usize>(right, left, (load<u32>(at) & 1) != 0);
}
let sink: u32 = 0;

/** The word that is wanted: before the child's facts. */
@inline
function wordOf(at: usize): usize {
  const side = load<u32>(at) & 1;
  return ((load<u32>(at) & ~1) - 16 + (side << 3)) as usize;
}

/** Lists the children that the worker has not found lately: the others need no look into the visited set. */
function filter(): void {
  let end = list;
  const last = children + childCount * childBytes;
  for (let facts = children + vectorBytes; facts < last; facts += childBytes) {
    const outcome = load<u32>(facts, 28) as usize;
    store<u32>(end, facts as u32);
    if (outcome == 0) {
      end += 4;
      continue;
    }
    const key = left == 0 ? load<u64>(facts - 8) : load<u64>(facts);
    const h = mix(key);
    store<u64>(facts, key);
    store<u64>(facts, h, 8);
    if (sleeping) {
      // Few are found again, and who sleeps there has to be noted.
      end += 4;
      continue;
    }
    const known = recentAt(h);
    const found = load<u64>(known) == key + 1;
    store<u64>(known, key + 1);
    const told = !says || (load<u32>(outcome, 4) & (JUDGES | SEEN)) != JUDGES;
    // No branch: half of them are found, in no order.
    end += found && told ? 0 : 4;
  }
  listed = ((end - list) as u32) >> 2;
}

/** Reads what phase two will read: first the lines of the index, then the states that they name. */
function lookForward(): void {
  let sum: u32 = 0;
  const end = list + (listed << 2);
  for (let at = list; at < end; at += 4) sum += touchLine(load<u64>(load<u32>(at) as usize, 8));
  for (let at = list; at < end; at += 4) {
    const facts = load<u32>(at) as usize;
    const h = load<u64>(facts, 8);
    const seen = lookAhead(h);
    store<u32>(facts, seen, SEEN_AHEAD);
    store<u32>(facts, rootAhead(h, seen) as u32, ROOT_AHEAD);
  }
  for (let at = list; at < end; at += 4) sum += load<u32>(load<u32>((load<u32>(at) as usize) + ROOT_AHEAD));
  sink += sum;
}

/** Phase two: adds what is new, and judges it. @returns false: no memory */
export function narrowInsert(): bool {
  if (outOfMemory) return false;
  const own = workerAt(me);
  const end = list + (listed << 2);
  for (let at = list; at < end; at += 4) {
    const facts = load<u32>(at) as usize;
    const outcome = load<u32>(facts, 28) as usize;
    if (outcome == 0) {
      noteDeadlock(load<u32>(facts, 16));
      continue;
    }
    if (says) tellStep(facts, outcome);
    const added = addSeen(load<u64>(facts), load<u64>(facts, 8), me, load<u32>(facts, SEEN_AHEAD), load<u32>(facts, SLEEPING));
    if (added == FULL) return false;
    if (judgedCount != 0 && added != PRESENT) judge(facts - vectorBytes, outcome, load<u32>(facts, 20), added as u32);
  }
  store<f64>(own, load<f64>(own, TRANSITIONS) + ((childCount - deadlocks + slept) as f64), TRANSITIONS);
  return true;
}

@inline
function tellStep(facts: usize, outcome: usize): void {
  const flags = load<u32>(outcome, 4);
  if ((flags & (JUDGES | SEEN)) != JUDGES) return;
  store<u32>(outcome, flags | SEEN, 4);
  event(STEP, load<u32>(facts, 16), load<u32>(facts, 20), load<u32>(facts, 24), load<u32>(outcome), 0);
}
