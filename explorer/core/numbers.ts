/**
 * The numbers of the halves of many children at once: those of one word. What is read is read in short passes over all that are asked for,
 * before it is needed: so the misses of the memory overlap.
 */
import { CHILDREN } from './children';
import { halfBehind, intern, NONE, placeOfHalf } from './halves';
import { alloc } from './memory';
import { latelyAt, noteOutOfMemory } from './roots';
import { left, right } from './vector';

/**
 * Halves whose numbers are asked for: the child's facts, plus one for the right half; where the word is if it was met lately. Of these, words
 * that have no number yet, and beside the same what is read ahead, then the number. And halves that have such a word, too: the
 * child's facts as before, which of the wanted ones.
 */
let asked: usize = 0;
let askedEnd: usize = 0;
const KNOWN: usize = 4;
const ASKED: usize = 8;
let wanted: usize = 0;
let wantedEnd: usize = 0;
const AHEAD: usize = 8;
const WANTED_BYTES: usize = 12;
let alike: usize = 0;
let alikeEnd: usize = 0;
/** So that the reads are not left out. */
let sink: u32 = 0;
/** Among what was met lately: not a number, but which of the wanted words it is. */
const WANTED: u32 = 1 << 31;

/** @returns false: no memory */
export function attachNumbers(): bool {
  if (wanted != 0) return true;
  alike = alloc(CHILDREN << 4);
  // One more: what is not needed is written, too.
  asked = alloc((2 * CHILDREN + 1) * (ASKED as u32));
  wanted = alloc(2 * CHILDREN * (WANTED_BYTES as u32));
  return alike != 0 && asked != 0 && wanted != 0;
}

export function beginNumbers(): void {
  askedEnd = asked;
}

/** The child's half gets its number in `giveNumbers`, if that is `needed`. */
@inline
export function askNumber(facts: usize, word: u64, side: u32, needed: bool): void {
  store<u32>(askedEnd, (facts as u32) | side);
  store<u32>(askedEnd, latelyAt(word, side) as u32, KNOWN);
  askedEnd += select<usize>(ASKED, 0, needed);
}

/** The numbers that were asked for: of halves that the worker has met lately, then of the others. */
export function giveNumbers(): void {
  wantedEnd = wanted;
  alikeEnd = alike;
  let sum: u32 = 0;
  for (let at = asked; at < askedEnd; at += ASKED) sum += load<u32>(load<u32>(at, KNOWN) as usize);
  sink += sum;
  for (let at = asked; at < askedEnd; at += ASKED) giveLately(load<u32>(at), load<u32>(at, KNOWN) as usize);
  if (wantedEnd != wanted) internAll();
}

/** The half's number is that of one that was met lately, or it is wanted. */
@inline
function giveLately(which: u32, known: usize): void {
  const word = load<u64>(wordOf(which));
  const n = load<u32>(known, 8);
  if (n != 0 && load<u64>(known) == word) {
    if ((n & WANTED) == 0) {
      give(which, n - 1);
      return;
    }
    store<u32>(alikeEnd, which);
    store<u32>(alikeEnd, n & ~WANTED, 4);
    alikeEnd += 8;
    return;
  }
  store<u64>(known, word);
  store<u32>(known, WANTED | ((wantedEnd - wanted) as u32), 8);
  store<u32>(wantedEnd, which);
  store<u32>(wantedEnd, known as u32, KNOWN);
  wantedEnd += WANTED_BYTES;
}

/** Gives the wanted words their numbers. Each takes its place among what was met lately: no mark stays there. */
function internAll(): void {
  let sum: u32 = 0;
  const end = wantedEnd;
  for (let at = wanted; at < end; at += WANTED_BYTES) {
    const which = load<u32>(at);
    store<u32>(at, placeOfHalf(sideTable(which), load<u64>(wordOf(which))) as u32, AHEAD);
  }
  for (let at = wanted; at < end; at += WANTED_BYTES) store<u32>(at, load<u32>(load<u32>(at, AHEAD) as usize), AHEAD);
  for (let at = wanted; at < end; at += WANTED_BYTES) {
    store<u32>(at, halfBehind(sideTable(load<u32>(at)), load<u32>(at, AHEAD)) as u32, AHEAD);
  }
  for (let at = wanted; at < end; at += WANTED_BYTES) sum += load<u32>(load<u32>(at, AHEAD) as usize);
  sink += sum;
  for (let at = wanted; at < end; at += WANTED_BYTES) {
    const which = load<u32>(at);
    const n = intern(sideTable(which), wordOf(which), (which & 1) != 0);
    if (n == NONE) {
      noteOutOfMemory();
      return;
    }
    store<u32>(at, n, AHEAD);
    give(which, n);
    const known = load<u32>(at, KNOWN) as usize;
    store<u64>(known, load<u64>(wordOf(which)));
    store<u32>(known, n + 1, 8);
  }
  for (let at = alike; at < alikeEnd; at += 8) give(load<u32>(at), load<u32>(wanted + load<u32>(at, 4), AHEAD));
}

/** The half's number, among its child's facts. */
@inline
function give(which: u32, n: u32): void {
  store<u32>(((which & ~1) + ((which & 1) << 2)) as usize, n);
}

@inline
function sideTable(which: u32): usize {
  return select<usize>(right, left, (which & 1) != 0);
}

/** The word of the half: before the child's facts. */
@inline
function wordOf(which: u32): usize {
  return ((which & ~1) - 16 + ((which & 1) << 3)) as usize;
}
