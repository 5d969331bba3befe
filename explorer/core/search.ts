/**
 * A worker's share of a level: it claims blocks of states, computes their successors (phase one), touches the places of the
 * visited set that they will be looked for in, so that the misses of the memory overlap, and adds them (phase two). What
 * the tables do not know yet, and what is to be judged in words, is left to the caller (compiled.ts), who parks all workers,
 * grows the tables and calls again.
 */
import { attachAhead } from './ahead';
import { noteBlock } from './blocks';
import { chosenSuccessors, insertChosen } from './chains';
import {
  attachChildren,
  blockDone,
  blockSize,
  cancelMiss,
  CHILDREN,
  claim,
  claimBlock,
  forgetBlock,
  me,
  missed,
} from './children';
import { attachChoice, reduction } from './choose';
import { compact, growCompact } from './compact';
import { LEVEL_SIZE, PAUSE, SETTINGS, WORKERS } from './control';
import { attachDeferred, deferred, deferring } from './deferred';
import { attachEvents, clearEvents, eventCount, forgetDeadlock } from './events';
import { growHalves, halvesCrowded, newHalves } from './halves';
import { attachJudges } from './judge';
import { alloc } from './memory';
import { attachNarrow, narrowInsert, narrowSuccessors } from './narrow';
import { attachOutcomes } from './outcome';
import { plainInsert, plainSuccessors, touch } from './plain';
import { attachQuick } from './quick';
import { attachRoots, forgetOutOfMemory } from './roots';
import { attachSleep } from './sleep';
import { attachSymmetry, symmetry } from './symmetry';
import { attachTrees, MAX_FOUND } from './trees';
import { attachVector, left, right, vectorBytes } from './vector';
import { attachVisited, growVisited, stored, visitedCrowded } from './visited';

// What a call of `work` ends with.
const DONE: i32 = 0;
const MISS: i32 = 1;
const EVENTS: i32 = 2;
const MEMORY: i32 = 3;
const GROW: i32 = 4;
const LIMIT: i32 = 5;
const PAUSED: i32 = 6;
const SOME: i32 = 7;

let maxStates: u32 = 0;
/** The loop is that of narrow.ts. */
let narrow: bool = false;
let found: usize = 0;

/** Takes over what the caller has set. Memory of the worker's own is made at the first call. @returns false: no memory */
export function attach(): bool {
  const s = SETTINGS;
  if (attachVector()) newHalves();
  attachOutcomes(load<u32>(s, 28));
  attachJudges();
  maxStates = load<u32>(s, 56);
  attachVisited(load<u32>(s, 60));
  if (found == 0) found = alloc(MAX_FOUND << 2);
  if (found == 0 || !attachEvents() || !attachRoots(load<u32>(s, 68)) || !attachChildren() || !attachAhead()) return false;
  attachTrees(found as u32);
  attachQuick(load<u32>(s, 72));
  if (!attachSleep(load<u32>(s, 80)) || !attachChoice(load<u32>(s, 64)) || !attachSymmetry(load<u32>(s, 76))) return false;
  if (!attachDeferred(load<u32>(s, 84), me)) return false;
  narrow = reduction == 0 && symmetry == 0 && vectorBytes <= 16;
  return vectorBytes > 16 || attachNarrow();
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
  clearEvents();
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
      if (reduction == 0) plainSuccessors(last);
      else chosenSuccessors(last);
      touch();
    }
    left_ -= (blockDone - begun) as i32;
    if (!(narrow ? narrowInsert() : reduction == 0 ? plainInsert() : insertChosen())) return MEMORY;
    if (missed) {
      cancelMiss();
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

/** What the last search has found and what has ended it is forgotten: another one begins. */
export function forget(): void {
  newHalves();
  // The states found lately were that one's.
  store<u32>(SETTINGS, load<u32>(SETTINGS, 68) + 1, 68);
  forgetBlock();
  forgetOutOfMemory();
  forgetDeadlock();
}
