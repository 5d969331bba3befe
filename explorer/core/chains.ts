/**
 * The successors that a reduced search looks at, as reduce/reduction.ts has them: those of the chosen processes, each gone
 * on from while one process is enough and has one step. What the states and steps within such a chain have to say is put
 * among the children as a note, so that it is told in the order in which it is met.
 */
import { isStep, outcomeAt } from './actions';
import {
  block,
  blockDone,
  cancelMiss,
  childBytes,
  childCount,
  CHILDREN,
  children,
  current,
  me,
  miss,
  putDeadlock,
  setBlockDone,
  setChildCount,
} from './children';
import {
  alone,
  choose,
  closes,
  enabled,
  endListed,
  environment,
  firstListed,
  here,
  judgedEnd,
  judgedSlots,
  keepHead,
  keepPlace,
  KNOWN,
  LACKING,
  LEARNS,
  locate,
  look,
  MERGE,
  notAloneYet,
  POR,
  reduces,
  restorePlaces,
  runningAt,
  SLEEP,
} from './choose';
import { TOO_LONG, TRANSITIONS, workerAt } from './control';
import { BETWEEN, event, noteDeadlock, STEP } from './events';
import { SEEN_AHEAD, SLEEPING, STEPS } from './facts';
import { mix } from './fields';
import { firstMove, judge, judged, judgedCount, looksAt, seenAt } from './judge';
import { askNumber, beginNumbers, giveNumbers } from './numbers';
import { apply, applyOpen, JUDGES, SEEN, WORDS } from './outcome';
import { outOfMemory, rootLately } from './roots';
import { rowAt, unpackRows } from './rows';
import { noSteps, onlyStep, sleeps, unseenSleepersAfter, WRITES } from './sleep';
import { isMet, representative, symmetry } from './symmetry';
import { codeAt, MAX_FOUND } from './trees';
import { left, unpackState, vectorBytes } from './vector';
import { addSeen, FULL, PRESENT, sleepersAt } from './visited';

/** As CHAIN in reduce/reduction.ts. */
const CHAIN: u32 = 256;

const NOTE: u32 = 1 << 31;
/** Conjunct of a note about a step. */
const NONE: u32 = 0xffffffff;

/** The children of the state that is expanded begin here. */
let begin: u32 = 0;
let noted: bool = false;

/** The state was met before, and the tables have grown for it: what they do not say now they will not. */
let grown: bool = false;

/** The children's halves get their numbers when all children are there, so that the misses of the memory overlap. */
let numbersLater: bool = false;

/** Phase one; see plain.ts. */
export function chosenSuccessors(last: u32): void {
  numbersLater = symmetry == 0 && left != 0 && vectorBytes == 16;
  if (vectorBytes <= 16) unpackRows(last);
  expandAll(last);
  if (numbersLater) numberChildren();
}

function numberChildren(): void {
  beginNumbers();
  const end = children + childCount * childBytes;
  for (let facts = children + vectorBytes; facts < end; facts += childBytes) {
    if (load<u32>(facts, 28) == 0 || (load<u32>(facts, STEPS) & NOTE) != 0) continue;
    askNumber(facts, load<u64>(facts - 16), 0, true);
    askNumber(facts, load<u64>(facts - 8), 1, true);
  }
  giveNumbers();
  for (let facts = children + vectorBytes; facts < end; facts += childBytes) {
    if (load<u32>(facts, 28) == 0 || (load<u32>(facts, STEPS) & NOTE) != 0) continue;
    store<u64>(facts, mix(load<u64>(facts)), 8);
  }
}

function expandAll(last: u32): void {
  setChildCount(0);
  noted = false;
  // What was noted is told before it is asked whether it was told.
  for (; blockDone < last && !noted; setBlockDone(blockDone + 1)) {
    if (childCount + MAX_FOUND > CHILDREN) return;
    begin = childCount;
    const n = load<u32>(block + (blockDone << 2));
    if (vectorBytes > 16) unpackState(n, current);
    else {
      const row = rowAt(blockDone);
      store<u64>(current, load<u64>(row));
      if (vectorBytes == 16) store<u64>(current, load<u64>(row, 8), 8);
    }
    if (!expand(n)) {
      setChildCount(begin);
      grown = true;
      miss(n, 0, 0);
      return;
    }
    grown = false;
    if (outOfMemory) return;
  }
}

/** @returns false: a table has to grow */
function expand(n: u32): bool {
  const known = look(current, here);
  if (known == LACKING) return false;
  if (enabled == 0 && runningAt(here) != 0 && !environment) putDeadlock(n);
  const chosen = known == KNOWN && (reduces & POR) != 0 ? choose(here) : enabled;
  strange = known != KNOWN && (reduces & LEARNS) == 0;
  if (!expandOnly(n, chosen)) return false;
  // Where a chain may close a cycle nobody is ignored.
  return (reduces & POR) == 0 || !closed || expandOnly(n, enabled & ~chosen);
}

/** Something at the state is no action yet: nobody sleeps there. */
let strange: bool = false;

/** Whether a merged step stands where a cycle is cut. */
let closed: bool = false;

/** The steps of some processes. @returns false: a table has to grow */
function expandOnly(n: u32, chosen: u32): bool {
  closed = false;
  const lulls = (reduces & SLEEP) != 0;
  const asleep: u32 = lulls && !strange ? load<u8>(sleepersAt(n)) : 0;
  if (lulls) noSteps();
  for (let left = chosen; left != 0; left &= left - 1) {
    const p = ctz(left);
    const from = firstListed(here, p);
    const end = endListed(here, p);
    if (lulls && end - from == 8) {
      onlyStep(p, outcomeAt(from));
      if (sleeps(asleep, p) != 0) continue;
    }
    for (let e = from; e < end; e += 8) {
      if (isStep(e) && !follow(n, p, ((e - from) >> 3) as u32, outcomeAt(e))) return false;
    }
  }
  return true;
}

/** The state that the steps have come to: in the place of the next child. */
let child: usize = 0;

/** Makes the step, goes on from there while there is a process that can step alone, and puts the child. @returns false: a table has to grow */
function follow(n: u32, first: u32, alternative: u32, step: usize): bool {
  let outcome = step;
  let p = first;
  let steps: u32 = 1;
  takeRoom();
  for (let b: u32 = 0; b < vectorBytes; b += 8) store<u64>(child + b, load<u64>(current + b));
  let sleepers = reduces & SLEEP ? unseenSleepersAfter(step, first, judgedSlots, judgedEnd) : 0;
  if (says(outcome)) note(n, first, alternative, steps, outcome as u32, NONE);
  if (!makes(outcome)) return false;
  if (reduces & MERGE) {
    keepHead(here);
    moved = 0;
    written = 0;
    let lacks = false;
    for (; steps <= CHAIN; steps++) {
      if ((moved & ((1 as u32) << p)) == 0) keepPlace(here, p);
      locate(child, p, here);
      moved |= (1 as u32) << p;
      written |= load<u64>(outcome, WRITES);
      const alone = next(p);
      if (alone == 0) break;
      lacks = alone == 1 || (judgedCount != 0 && !judgeBetween(n, first, alternative, steps, outcome, p));
      if (lacks) break;
      if (closes(here, mover)) closed = true;
      p = mover;
      outcome = alone;
      if (says(outcome)) note(n, first, alternative, steps + 1, outcome as u32, NONE);
      lacks = !makes(outcome);
      if (lacks) break;
    }
    restorePlaces(here, moved);
    if (lacks) return false;
    sleepers &= ~moved;
    if (steps > CHAIN) atomic.store<u32>(TOO_LONG, 1);
  }
  const facts = child + vectorBytes;
  if (!numbersLater) {
    const key = rootLately(symmetry == 0 ? child : representative(child, vectorBytes));
    store<u64>(facts, key);
    store<u64>(facts, mix(key), 8);
  }
  store<u32>(facts, n, 16);
  store<u32>(facts, p, 20);
  store<u32>(facts, firstMove(first, alternative), 24);
  store<u32>(facts, outcome as u32, 28);
  store<u32>(facts, steps, STEPS);
  store<u32>(facts, sleepers, SLEEPING);
  setChildCount(childCount + 1);
  return true;
}

/** Makes the step in `child`. @returns false: a table has to grow */
@inline
function makes(outcome: usize): bool {
  if (vectorBytes != 16) return apply(child, outcome) && (symmetry == 0 || isMet(child, outcome));
  // Both words are there, in order.
  store<u64>(child, (load<u64>(child) & load<u64>(outcome, WORDS + 8)) | load<u64>(outcome, WORDS + 16));
  store<u64>(child, (load<u64>(child, 8) & load<u64>(outcome, WORDS + 32)) | load<u64>(outcome, WORDS + 40), 8);
  if (!applyOpen(child, outcome)) return false;
  return symmetry == 0 || isMet(child, outcome);
}

/** Who steps alone. */
let mover: u32 = 0;
/** Who has stepped in the chain, and which slots those steps wrote. */
let moved: u32 = 0;
let written: u64 = 0;

/** The step that a process can do alone, the last one if it can; 0: there is none; 1: a table has to grow. */
@inline
function next(last: u32): usize {
  mover = last;
  const own = runningAt(here) & ((1 as u32) << last);
  let e: usize = own != 0 ? alone(child, here, last) : 0;
  if (e == 1 && !grown) return 1;
  if (e > 1) return e;
  for (let left = runningAt(here) & ~own; left != 0; left &= left - 1) {
    mover = ctz(left);
    if (notAloneYet(here, mover, moved, written)) continue;
    e = alone(child, here, mover);
    if (e == 1 && !grown) return 1;
    if (e > 1) return e;
  }
  return 0;
}

@inline
function takeRoom(): void {
  if (childCount == CHILDREN) unreachable();
  child = children + childCount * childBytes;
}

/** Whether the step says something that was not told yet. */
@inline
function says(outcome: usize): bool {
  return (load<u32>(outcome, 4) & (JUDGES | SEEN)) == JUDGES;
}

/** What the conjuncts say of the state that is come to and gone on from. @returns false: a tree has to grow */
function judgeBetween(n: u32, first: u32, alternative: u32, steps: u32, outcome: usize, process: u32): bool {
  const slots = load<u32>(outcome, 16) as usize;
  const count = load<u32>(outcome, 20);
  for (let c: u32 = 0; c < judgedCount; c++) {
    const j = judged + c * 12;
    // Nobody has come to an end where somebody goes on.
    if (load<u32>(j, 4) != 0 || !looksAt(c, process, slots, count)) continue;
    const code = codeAt(child, load<u32>(j) as usize);
    if (code < 0) {
      // What the step writes it need not change.
      if (grown) continue;
      return false;
    }
    if (code != 0 && load<u32>(seenAt(c, code)) == 0) note(n, first, alternative, steps, code as u32, c);
  }
  return true;
}

/** Puts a note where the child is, and the child behind it. */
function note(n: u32, first: u32, alternative: u32, steps: u32, what: u32, conjunct: u32): void {
  const key = (what as u64) | ((conjunct as u64) << 32);
  for (let c = begin; c < childCount; c++) {
    const other = children + c * childBytes + vectorBytes;
    if ((load<u32>(other, STEPS) & NOTE) != 0 && load<u64>(other) == key) return;
  }
  noted = true;
  const facts = child + vectorBytes;
  const from = child;
  setChildCount(childCount + 1);
  takeRoom();
  for (let b: u32 = 0; b < vectorBytes; b += 8) store<u64>(child + b, load<u64>(from + b));
  store<u64>(facts, key);
  store<u64>(facts, 0, 8);
  store<u32>(facts, n, 16);
  store<u32>(facts, first, 20);
  store<u32>(facts, alternative, 24);
  store<u32>(facts, 1, 28);
  store<u32>(facts, NOTE | steps, STEPS);
}

/** Phase two; see plain.ts. @returns false: no memory */
export function insertChosen(): bool {
  if (outOfMemory) return false;
  const own = workerAt(me);
  let transitions: f64 = 0;
  // A tree has to grow by this state's children (plus one): what is expanded next is decided with it.
  let asked: u32 = 0;
  for (let c: u32 = 0; c < childCount; c++) {
    const at = children + c * childBytes;
    const facts = at + vectorBytes;
    const outcome = load<u32>(facts, 28) as usize;
    const steps = load<u32>(facts, STEPS);
    if (asked != 0 && load<u32>(facts, 16) != asked - 1) {
      backTo(load<u32>(facts, 16));
      break;
    }
    if (outcome == 0) {
      noteDeadlock(load<u32>(facts, 16));
    } else if (steps & NOTE) {
      tell(facts, steps & ~NOTE);
    } else {
      const added = addSeen(load<u64>(facts), load<u64>(facts, 8), me, load<u32>(facts, SEEN_AHEAD), load<u32>(facts, SLEEPING));
      if (added == FULL) return false;
      transitions += steps;
      if (added == PRESENT || judgedCount == 0) continue;
      if (!judge(at, outcome, load<u32>(facts, 20), added as u32)) asked = load<u32>(facts, 16) + 1;
    }
  }
  store<f64>(own, load<f64>(own, TRANSITIONS) + transitions, TRANSITIONS);
  return true;
}

/** The states from this one on are to be expanded again. */
function backTo(n: u32): void {
  let i = blockDone;
  cancelMiss();
  grown = false;
  while (i > 0 && load<u32>(block + ((i - 1) << 2)) != n) i--;
  setBlockDone(i - 1);
}

/** Reports a note, unless another state was earlier. */
function tell(facts: usize, steps: u32): void {
  const what = load<u32>(facts);
  const conjunct = load<u32>(facts, 4);
  const ofStep = conjunct == NONE;
  const seen = ofStep ? (what as usize) + 4 : seenAt(conjunct, what as i32);
  const bit = ofStep ? SEEN : 1;
  if (load<u32>(seen) & bit) return;
  store<u32>(seen, load<u32>(seen) | bit);
  const kind = (ofStep ? STEP : BETWEEN) | (steps << 8);
  const code = ofStep ? load<u32>(what as usize) : what;
  event(kind, load<u32>(facts, 16), load<u32>(facts, 20), load<u32>(facts, 24), code, conjunct);
}
