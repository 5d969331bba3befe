/** What the properties' conjuncts say of states that are added: what was not reported becomes an event. */
import { CHILDREN } from './children';
import { reduction } from './choose';
import { SETTINGS } from './control';
import { BETWEEN, event, hasRoomFor, STATE, UNJUDGED } from './events';
import { STEPS } from './facts';
import { get } from './fields';
import { FINISHED } from './outcome';
import { symmetry } from './symmetry';
import { codeAt } from './trees';
import { flagsOf, processes, procs, vectorBytes } from './vector';

/** By conjunct: entry of its tree, only at the end, whether its premise was reported. */
export let judged: usize = 0;
export let judgedCount: u32 = 0;
/** By slot: which conjuncts read it, `judgedWords` words each. */
let readers: usize = 0;
let judgedWords: u32 = 0;
/** By code of a conjunct's judgement: whether it was reported. */
let codeSeen: usize = 0;
let firstProcess: u32 = 0;

export function attachJudges(): void {
  const s = SETTINGS;
  judged = load<u32>(s, 32);
  judgedCount = load<u32>(s, 36);
  readers = load<u32>(s, 40);
  judgedWords = load<u32>(s, 44);
  codeSeen = load<u32>(s, 48);
  firstProcess = load<u32>(s, 52);
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
    if (!hasRoomFor(2 * CHILDREN)) {
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

@inline
function reads(conjunct: u32, slot: u32): bool {
  return (load<u32>(readers + ((slot * judgedWords + (conjunct >> 5)) << 2)) & (1 << (conjunct & 31))) != 0;
}
