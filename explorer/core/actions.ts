/**
 * A step's tree walked for a reduced search: its outcomes with what the choice (choose.ts) wants to know of each. An
 * outcome's entry has it in the 30 bits that a read's entry has its field in: the number of the action plus one (0: not
 * known), and below it 1 for a step, 0 for a process that waits.
 */
import { ACTION } from './outcome';
import { follow, OUTCOME, UNKNOWN } from './trees';

const FACTS: u32 = (1 << 30) - 1;

/** Outcomes that a list has room for: of all processes in one state. */
export const MAX_LISTED: u32 = 8192;

/** Where the next outcome is listed, and where there is no more room. */
let next: usize = 0;
let end: usize = 0;

@inline
export function openList(at: usize): void {
  next = at;
  end = at + (MAX_LISTED << 3);
}

@inline
export function listed(): usize {
  return next;
}

/** Appends an outcome that is a step. */
@inline
export function listStep(outcome: usize): void {
  if (next == end) unreachable();
  store<u32>(next, (load<u32>(outcome, ACTION) << 1) | 1);
  store<u32>(next, outcome as u32, 4);
  next += 8;
}

/** Appends the outcomes of a step's tree at `state`, in the order of the choices. @returns false: it has to grow */
export function list(state: usize, entry: usize): bool {
  const e = follow(state, entry);
  const kind = load<u32>(e) >> 30;
  if (kind == UNKNOWN) return false;
  if (kind != OUTCOME) return options(state, load<u32>(e, 4) as usize);
  if (next == end) unreachable();
  store<u32>(next, load<u32>(e) & FACTS);
  store<u32>(next, load<u32>(e, 4), 4);
  next += 8;
  return true;
}

/** A choice: how many options, then an entry for each. */
function options(state: usize, at: usize): bool {
  const n = load<u32>(at);
  for (let o: u32 = 0; o < n; o++) if (!list(state, at + 8 + (o << 3))) return false;
  return true;
}

/** Of an entry, or of what is listed. */
@inline
export function isStep(e: usize): bool {
  return (load<u32>(e) & 1) != 0;
}

/** The action's number plus one; 0: not known. */
@inline
export function actionAt(e: usize): u32 {
  return (load<u32>(e) & FACTS) >> 1;
}

@inline
export function outcomeAt(e: usize): usize {
  return load<u32>(e, 4) as usize;
}
