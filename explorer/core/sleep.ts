/**
 * Steps that need not be taken, because what they lead to is found another way. All states are found, at the same depth, and
 * every transition is counted; only fewer successors are computed. (One step of Godefroid's sleep sets, LNCS 1032, over the
 * levels of a breadth-first search.)
 *
 * In state s let processes u and t have a step each, u < t, neither of which writes what the other reads or writes. When t's
 * leads from s to a state y of the next level, u SLEEPS in y: its step there is the one that it had in s.
 *
 * Why what it leads to is found no later than it would be: call the claim C(y, u). With y2 the state to which u's step leads
 * from s, the two steps give the same in either order: what u leads to from y is what t leads to from y2. And y2 is found,
 * on y's level or before: if u's step in s is taken, by that; if u sleeps in s, by C(s, u), which is about an earlier level.
 * In y2 t's step is taken, or t sleeps there: then C(y2, t), about a state no deeper than y, and t > u. So the claims
 * that one rests on go to earlier levels, or on the same level to greater processes: they end.
 *
 * A step's judgements are no different in y than in s, where it was taken, or slept because of a state still before.
 */
import { alloc } from './memory';

/** Words of an outcome where the slots are that it was found by reading, or writes, and those that it writes: a bit each. */
export const TOUCHES: usize = 24;
export const WRITES: usize = 32;

/** Processes that can sleep: a state has a bit for each. */
export const SLEEPERS: u32 = 8;

/** Whether the level is searched so. */
export let sleeping: bool = false;

/** The worker's own: the steps of the state's processes that have just one, or 0. */
let steps: usize = 0;

/** @returns false: no memory */
export function attachSleep(setting: u32): bool {
  sleeping = setting != 0;
  if (steps == 0) steps = alloc(SLEEPERS << 2);
  return steps != 0;
}

/** 1 if process `p` is among those that sleep, else 0. */
@inline
export function sleeps(sleepers: u32, p: u32): u32 {
  return select<u32>((sleepers >> p) & 1, 0, p < SLEEPERS);
}

@inline
export function noStep(p: u32): void {
  if (p < SLEEPERS) store<u32>(steps + (p << 2), 0);
}

@inline
export function onlyStep(p: u32, outcome: usize): void {
  if (p < SLEEPERS) store<u32>(steps + (p << 2), outcome as u32);
}

/** Another state is expanded: nobody has a step yet. */
@inline
export function noSteps(): void {
  for (let p: u32 = 0; p < SLEEPERS; p++) store<u32>(steps + (p << 2), 0);
}

/** Which processes sleep in the state to which the outcome of process `t` leads. */
@inline
export function sleepersAfter(outcome: usize, t: u32): u32 {
  const touches = load<u64>(outcome, TOUCHES);
  const writes = load<u64>(outcome, WRITES);
  const last = min(t, SLEEPERS);
  let found: u32 = 0;
  for (let u: u32 = 0; u < last; u++) {
    const other = load<u32>(steps + (u << 2)) as usize;
    if (other == 0) continue;
    const shared = (load<u64>(other, WRITES) & touches) | (writes & load<u64>(other, TOUCHES));
    if (shared == 0) found |= 1 << u;
  }
  return found;
}

/** As `sleepersAfter`, without those whose step one of the conjuncts judges as well as the other; by each the slots that it reads. */
export function unseenSleepersAfter(outcome: usize, t: u32, judged: usize, end: usize): u32 {
  const writes = load<u64>(outcome, WRITES);
  let found = sleepersAfter(outcome, t);
  for (let left = found; left != 0; left &= left - 1) {
    const u = ctz(left);
    const others = load<u64>(load<u32>(steps + (u << 2)) as usize, WRITES);
    for (let at = judged; at < end; at += 8) {
      const reads = load<u64>(at);
      if ((writes & reads) != 0 && (others & reads) != 0) found &= ~((1 as u32) << u);
    }
  }
  return found;
}
