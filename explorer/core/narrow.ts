/**
 * The two phases of plain.ts where nothing is reduced and a state has one word, or two that are interned: most searches, and
 * all large ones. A block of states goes through in passes, each over all that the one before has left. So nothing waits for
 * a look-up's answer before the next look-up begins: the misses of the memory overlap, in each pass.
 */
import { beginList, list, listChild, LISTED, listEnd, readAhead } from './ahead';
import {
  block,
  blockDone,
  childBytes,
  childCount,
  CHILDREN,
  children,
  me,
  miss,
  missed,
  setAside,
  setBlockDone,
  setChildCount,
} from './children';
import { TRANSITIONS, workerAt } from './control';
import { event, noteDeadlock, STEP } from './events';
import { SEEN_AHEAD, SLEEPING } from './facts';
import { get, mix } from './fields';
import { judge, judgedCount } from './judge';
import { applyOpen, BLOCKED, JUDGES, lackingAt, SEEN, WORDS } from './outcome';
import { askNumber, attachNumbers, beginNumbers, giveNumbers } from './numbers';
import { quickOutcomesAt } from './quick';
import { outOfMemory, recentAt } from './roots';
import { attachRows, FINISHED_STEP, findSteps, rowAt, STEP_BYTES, steps, unpackRows } from './rows';
import { noStep, onlyStep, sleepersAfter, sleeping, sleeps } from './sleep';
import { foundCount, MAX_FOUND, outcomeFound, unknownAt } from './trees';
import { isDeadlock, left, processes, procs, vectorBytes } from './vector';
import { addSeen, FULL, PRESENT, sleepersAt } from './visited';

/** Of a child, until it is looked for: the row that it comes from, where its facts have what was seen ahead. */
const FROM: usize = SEEN_AHEAD;
/** Children that say that their parent is a deadlock; steps that were not taken, since the process sleeps. */
let deadlocks: u32 = 0;
let slept: u32 = 0;
/** Whether a step says something that was not told yet. */
let says: bool = false;

/** @returns false: no memory */
export function attachNarrow(): bool {
  return attachRows() && attachNumbers();
}

/** Phase one: the successors of the block's states up to `last`, until the room is full or a table lacks something. */
export function narrowSuccessors(last: u32): void {
  narrowChildren(last);
  filter();
  readAhead();
}

/** The successors, their halves numbered. */
export function narrowChildren(last: u32): void {
  unpackRows(last);
  expandRows(last);
  if (left != 0) numberHalves();
}

/** Where the next child goes. */
let next: usize = 0;
/** What the step that could not be taken lacks: a place in the tables, or a process's local that they do not have. */
let lacking: u32 = 0;

function expandRows(last: u32): void {
  next = children + vectorBytes;
  deadlocks = 0;
  slept = 0;
  says = false;
  const full = next + (CHILDREN - MAX_FOUND) * childBytes;
  let k = blockDone;
  findSteps(last);
  let at = steps;
  for (; k < last && next <= full; k++) {
    if (!expandRow(k, at)) break;
    at += (processes as usize) * STEP_BYTES;
  }
  setBlockDone(k);
  setChildCount(((next - children) as u32) / childBytes);
  if (missed) seekMisses(k, last, at);
}

/** The worker stops: notes what the tables lack for the states from `first` on as well, whose steps are found from `steps_` on. */
function seekMisses(first: u32, last: u32, steps_: usize): void {
  const end = next;
  const sleptBefore = slept;
  let step = steps_;
  for (let k = first; k < last; k++) {
    const row = rowAt(k);
    const n = load<u32>(block + (k << 2));
    for (let p: u32 = 0; p < processes; p++) {
      if (!takeStep(row, n, p, step, 0)) miss(n, p, lacking);
      step += STEP_BYTES;
      next = end;
    }
  }
  slept = sleptBefore;
}

/** @returns false: a table lacks something, the state has no children yet, and the worker has to stop */
@inline
function expandRow(k: u32, at: usize): bool {
  const row = rowAt(k);
  const n = load<u32>(block + (k << 2));
  const begin = next;
  const sleptBefore = slept;
  const asleep: u32 = sleeping ? load<u8>(sleepersAt(n)) : 0;
  for (let p: u32 = 0; p < processes; p++) {
    if (!takeStep(row, n, p, at + (p as usize) * STEP_BYTES, asleep)) {
      next = begin;
      slept = sleptBefore;
      return setAside(k, n, p, get(row, load<u32>(procs + p * 12)), lacking);
    }
  }
  if (next == begin && slept == sleptBefore && isDeadlock(row)) {
    store<u32>(next, n, 16);
    store<u32>(next, 0, 28);
    next += childBytes;
    deadlocks++;
  }
  return true;
}

/** The children of a process's step, which was found. @returns false: a table lacks something, `lacking` says what */
@inline
function takeStep(row: usize, n: u32, p: u32, step: usize, asleep: u32): bool {
  const outcome = load<u32>(step);
  if (outcome == FINISHED_STEP) {
    if (sleeping) noStep(p);
    return true;
  }
  return outcome != 0 ? takeOne(row, n, p, outcome, load<u32>(step, 4), asleep) : takeAll(row, n, p, asleep);
}

/** Where the process sleeps its one step is not taken; else it is, and lets others sleep. */
@inline
function takeOne(row: usize, n: u32, p: u32, outcome: u32, flags: u32, asleep: u32): bool {
  if (sleeping) {
    // One branch: it is guessed wrong often.
    const waits = flags & BLOCKED;
    onlyStep(p, select<usize>(0, outcome as usize, waits != 0));
    const asleepHere = sleeps(asleep, p);
    slept += select<u32>(0, asleepHere, waits != 0);
    if ((waits | asleepHere) != 0) return true;
  }
  return take(row, n, p, 0, outcome);
}

function takeAll(row: usize, n: u32, p: u32, asleep: u32): bool {
  const process = procs + p * 12;
  const local = get(row, load<u32>(process));
  const tree = local < load<u32>(process, 8) ? load<u32>((load<u32>(process, 4) as usize) + (local << 3)) : 0;
  if (tree == 0 || !quickOutcomesAt(row, p, local, tree)) {
    // Odd, so that it is no place.
    lacking = tree == 0 ? (local << 8) | (p << 1) | 1 : (unknownAt as u32);
    return false;
  }
  if (foundCount == 1) {
    const only = outcomeFound(0);
    return takeOne(row, n, p, only as u32, load<u32>(only, 4), asleep);
  }
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
  if (!applyOpen(child, outcome)) {
    lacking = lackingAt as u32;
    return false;
  }
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
    const leftWord = load<u64>(facts - 16);
    const rightWord = load<u64>(facts - 8);
    store<u64>(facts, load<u64>(row, 16));
    // No branch: one of three is as before, in no order.
    askNumber(facts, leftWord, 0, leftWord != load<u64>(row));
    askNumber(facts, rightWord, 1, rightWord != load<u64>(row, 8));
  }
  giveNumbers();
}

/** Lists the children that the worker has not found lately: the others need no look into the visited set. */
function filter(): void {
  beginList();
  const last = children + childCount * childBytes;
  for (let facts = children + vectorBytes; facts < last; facts += childBytes) {
    const outcome = load<u32>(facts, 28) as usize;
    if (outcome == 0) {
      store<u64>(facts, 0, 8);
      listChild(facts, 0, true);
      continue;
    }
    const key = left == 0 ? load<u64>(facts - 8) : load<u64>(facts);
    const h = mix(key);
    store<u64>(facts, key);
    store<u64>(facts, h, 8);
    if (sleeping) {
      // Few are found again, and who sleeps there has to be noted.
      listChild(facts, h, true);
      continue;
    }
    const known = recentAt(h);
    const found = load<u64>(known) == key + 1;
    store<u64>(known, key + 1);
    const told = !says || (load<u32>(outcome, 4) & (JUDGES | SEEN)) != JUDGES;
    // No branch: half of them are found, in no order.
    listChild(facts, h, !(found && told));
  }
}

/** Phase two: adds what is new, and judges it. @returns false: no memory */
export function narrowInsert(): bool {
  if (outOfMemory) return false;
  const own = workerAt(me);
  const end = listEnd;
  for (let at = list; at < end; at += LISTED) {
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
