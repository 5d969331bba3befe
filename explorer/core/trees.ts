/**
 * Decision trees, flattened from those of explorer/trees.ts. An entry is 8 bytes: what it is (the two highest bits of the
 * first u32) and, for a read, the field that is read; then where it goes on. A read's next entry is the one for the value
 * that the field has: there are as many as the field can have values, so that nothing has to be compared. An outcome is
 * what a step does (outcome.ts), or a conjunct's code.
 */
import { get } from './fields';

export const UNKNOWN: u32 = 0;
const READ: u32 = 1;
export const OUTCOME: u32 = 2;

let found: usize = 0;
export let foundCount: u32 = 0;
/** The entry that said last that it is not known. */
export let unknownAt: usize = 0;
/** Alternatives that one step of one process can have. */
export const MAX_FOUND: u32 = 1024;

export function attachTrees(found_: u32): void {
  found = found_;
}

/** The entry that the reads lead to. */
@inline
export function follow(state: usize, entry: usize): usize {
  let e = entry;
  let head = load<u32>(e);
  while (head >> 30 == READ) {
    e = (load<u32>(e, 4) as usize) + (get(state, head) << 3);
    head = load<u32>(e);
  }
  return e;
}

/** Outcomes of a step's tree at `state`, in the order of the choices. @returns false: it has to grow */
@inline
export function outcomesAt(state: usize, entry: usize): bool {
  const e = follow(state, entry);
  const kind = load<u32>(e) >> 30;
  if (kind == OUTCOME) {
    putOutcome(load<u32>(e, 4));
    return true;
  }
  foundCount = 0;
  unknownAt = e;
  return kind != UNKNOWN && choices(state, load<u32>(e, 4) as usize);
}

/** One outcome, and no other. */
@inline
export function putOutcome(outcome: u32): void {
  store<u32>(found, outcome);
  foundCount = 1;
}

@inline
export function outcomeFound(a: u32): usize {
  return load<u32>(found + (a << 2)) as usize;
}

/** A choice: how many options, then an entry for each. */
function choices(state: usize, at: usize): bool {
  const options = load<u32>(at);
  for (let o: u32 = 0; o < options; o++) if (!walk(state, at + 8 + (o << 3))) return false;
  return true;
}

function walk(state: usize, entry: usize): bool {
  const e = follow(state, entry);
  const kind = load<u32>(e) >> 30;
  unknownAt = e;
  if (kind == UNKNOWN) return false;
  if (kind != OUTCOME) return choices(state, load<u32>(e, 4) as usize);
  if (foundCount == MAX_FOUND) unreachable();
  store<u32>(found + (foundCount++ << 2), load<u32>(e, 4));
  return true;
}

/** The one outcome of a conjunct's tree: its code. @returns -1: the tree has to grow */
export function codeAt(state: usize, entry: usize): i32 {
  const e = follow(state, entry);
  return load<u32>(e) >> 30 == UNKNOWN ? -1 : load<i32>(e, 4);
}
