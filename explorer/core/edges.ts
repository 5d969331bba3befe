/**
 * The steps of stored states, with the numbers of the states that they lead to, for who asks about the graph as a whole. A block of states
 * goes through in passes, as in the search.
 */
import { beginList, list, listChild, LISTED, listEnd, readAhead } from './ahead';
import { BLOCK, blockDone, blockFrom, cancelMiss, childBytes, childCount, CHILDREN, children, missed } from './children';
import { SEEN_AHEAD } from './facts';
import { get, mix } from './fields';
import { halfAt } from './halves';
import { alloc } from './memory';
import { narrowChildren } from './narrow';
import { plainChildren } from './plain';
import { attach } from './search';
import { left, leftBytes, right, vectorBytes } from './vector';
import { findSeen, rootAt } from './visited';

/** Edges that a call returns at most, and states. */
const ROOM: u32 = 8 * CHILDREN;
const STATES: u32 = 4096;
const MOST: u32 = ROOM - CHILDREN;

/** By edge: target, leaf (u32), process, alternative (u16). By state: how many edges (u32). */
export let edgeTargets: usize = 0;
export let edgeLeaves: usize = 0;
export let edgeProcesses: usize = 0;
export let edgeAlternatives: usize = 0;
export let edgeCounts: usize = 0;
export let edgeCount: u32 = 0;

/** @returns false: no memory */
function attachEdges(): bool {
  if (edgeTargets == 0) {
    edgeTargets = alloc(ROOM << 2);
    edgeLeaves = alloc(ROOM << 2);
    edgeProcesses = alloc(ROOM << 1);
    edgeAlternatives = alloc(ROOM << 1);
    edgeCounts = alloc(STATES << 2);
  }
  return edgeTargets != 0 && edgeLeaves != 0 && edgeProcesses != 0 && edgeAlternatives != 0 && edgeCounts != 0;
}

/**
 * The edges of the states from number `from` up to (excluding) `to`, or of the first of them. Of a search in which nothing was reduced.
 * @returns of how many states; -1: no memory. After these one may come whose steps the tables do not know in full
 */
export function edges(from: u32, to: u32): i32 {
  edgeCount = 0;
  if (!attach() || !attachEdges()) return -1;
  const end = min(to, from + STATES);
  memory.fill(edgeCounts, 0, (end - from) << 2);
  let s = from;
  while (s < end && edgeCount < MOST) {
    blockFrom(s, min(BLOCK, end - s));
    if (vectorBytes <= 16) narrowChildren(min(BLOCK, end - s));
    else plainChildren(min(BLOCK, end - s));
    writeEdges(from);
    s += blockDone;
    if (missed) {
      cancelMiss();
      break;
    }
  }
  return (s - from) as i32;
}

function writeEdges(from: u32): void {
  beginList();
  const last = children + childCount * childBytes;
  for (let facts = children + vectorBytes; facts < last; facts += childBytes) {
    // A deadlock has no step.
    if (load<u32>(facts, 28) == 0) continue;
    const key = left == 0 ? load<u64>(facts - 8) : load<u64>(facts);
    const h = mix(key);
    store<u64>(facts, key);
    store<u64>(facts, h, 8);
    listChild(facts, h, true);
  }
  readAhead();
  for (let at = list; at < listEnd; at += LISTED) {
    const facts = load<u32>(at) as usize;
    const e = edgeCount++ as usize;
    store<u32>(edgeTargets + (e << 2), findSeen(load<u64>(facts), load<u64>(facts, 8), load<u32>(facts, SEEN_AHEAD)));
    store<u32>(edgeLeaves + (e << 2), load<u32>(load<u32>(facts, 28) as usize));
    store<u16>(edgeProcesses + (e << 1), load<u16>(facts, 20));
    store<u16>(edgeAlternatives + (e << 1), load<u16>(facts, 24));
    const count = edgeCounts + ((load<u32>(facts, 16) - from) << 2);
    store<u32>(count, load<u32>(count) + 1);
  }
}

/** What a field has in the states from number `from` up to (excluding) `to`: u16s at `into`. */
export function column(field: u32, from: u32, to: u32, into: u32): void {
  let at = into as usize;
  const inRight = left != 0 && ((field >> 19) & 0x1f8) >= leftBytes;
  // A right half's words have their place in the whole vector.
  const before: usize = inRight ? (leftBytes as usize) : 0;
  for (let s = from; s < to; s++) {
    const root = rootAt(s);
    const vector = left == 0 ? root : inRight ? halfAt(right, load<u32>(root, 4)) - before : halfAt(left, load<u32>(root));
    store<u16>(at, get(vector, field));
    at += 2;
  }
}
