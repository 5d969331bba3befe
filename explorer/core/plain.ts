/**
 * The loop for states of more than two words, and with symmetry alone: the successors of a block's states (phase one), their
 * places in the visited set touched, and added (phase two). narrow.ts has the one for smaller states, chains.ts that of a
 * reduced search.
 */
import { beginList, listChild, readAhead } from './ahead';
import {
  block,
  blockDone,
  childBytes,
  childCount,
  CHILDREN,
  children,
  current,
  me,
  putDeadlock,
  setAside,
  setBlockDone,
  setChildCount,
} from './children';
import { TRANSITIONS, workerAt } from './control';
import { event, noteDeadlock, STEP } from './events';
import { SEEN_AHEAD, SLEEPING } from './facts';
import { get, mix } from './fields';
import { judge, judgedCount } from './judge';
import { apply, BLOCKED, FINISHED, JUDGES, SEEN } from './outcome';
import { quickOutcomesAt } from './quick';
import { outOfMemory, recentAt, rootBeside } from './roots';
import { noStep, onlyStep, sleepersAfter, sleeping, sleeps } from './sleep';
import { isMet, representative, symmetry } from './symmetry';
import { foundCount, MAX_FOUND, outcomeFound } from './trees';
import { isDeadlock, left, processes, procs, unpackState, vectorBytes } from './vector';
import { addSeen, FULL, PRESENT, rootAt, sleepersAt } from './visited';

/** How many children of the batch are not there because they were found lately, or since a process sleeps. */
let knownCount: u32 = 0;
/** Those that were found lately are wanted, too. */
let every: bool = false;

/** Phase one: the successors of the block's states up to `last`, until the room is full or a table lacks something. */
export function plainSuccessors(last: u32): void {
  setChildCount(0);
  knownCount = 0;
  for (; blockDone < last; setBlockDone(blockDone + 1)) {
    // Room for the state's successors, however many.
    if (childCount + MAX_FOUND > CHILDREN) return;
    const begin = childCount;
    const knownBefore = knownCount;
    const n = load<u32>(block + (blockDone << 2));
    unpackState(n, current);
    const root = load<u64>(rootAt(n));
    let enabled: u32 = 0;
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
        tree = load<u32>(known);
      }
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
    if (!aside && enabled == 0 && isDeadlock(current)) putDeadlock(n);
  }
}

/** All successors of the block's states, whether they were found lately or not. */
export function plainChildren(last: u32): void {
  every = true;
  plainSuccessors(last);
  every = false;
}

/** Drops children that are not added after all. */
function drop(begin: u32): void {
  for (let c = begin; c < childCount; c++) {
    const facts = children + c * childBytes + vectorBytes;
    if (load<u32>(facts, 28) != 0) store<u64>(recentAt(load<u64>(facts, 8)), 0);
  }
  setChildCount(begin);
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
    const key = left == 0 ? load<u64>(kept) : rootBeside(kept, current, root);
    const h = mix(key);
    const flags = load<u32>(outcome, 4);
    const last = recentAt(h);
    if (!sleeping && !every && load<u64>(last) == key + 1 && (flags & (JUDGES | SEEN)) != JUDGES) {
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
    setChildCount(childCount + 1);
  }
  return true;
}

/** Reads what phase two will read. */
export function touch(): void {
  beginList();
  const end = children + childCount * childBytes;
  for (let facts = children + vectorBytes; facts < end; facts += childBytes) listChild(facts, load<u64>(facts, 8), true);
  readAhead();
}

/** Phase two: adds what is new, and judges it. @returns false: no memory */
export function plainInsert(): bool {
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
