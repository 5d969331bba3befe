/**
 * A cache before the decision trees: by process and local a table of outcomes by the values of the few slots that its tree
 * reads, filled as outcomes are found. Most steps read one to three slots: then a step is one look-up, and no branch of the
 * processor depends on how deep the tree is.
 *
 * By local a record of eight words (u32): table (0: none), where `stepAt` begins (the same, or where a process that has finished finds that it has;
 * 0 if the tree reads more than two slots), four parts of the number of the table's entry, the first two once more if there
 * are no others. A part: from which byte of the vector on a word is read (u8), how far it is turned to the right (u8), and which bits of it then
 * are the part (u16).
 */
import { follow, foundCount, OUTCOME, outcomeFound, outcomesAt, putOutcome, UNKNOWN } from './trees';

/** By process: its records. */
let records: usize = 0;

export function attachQuick(records_: u32): void {
  records = records_;
}

/** Of a process. */
@inline
export function recordsOf(process: u32): usize {
  return load<u32>(records + (process << 2));
}

@inline
export function recordOf(process: u32, local: u32): usize {
  return recordsOf(process) + (local << 5);
}

@inline
function part(state: usize, at: usize): u32 {
  return (rotr<u64>(load<u64>(state + (load<u8>(at) as usize)), load<u8>(at, 1) as u64) as u32) & (load<u16>(at, 2) as u32);
}

/** The entry of what the state has, from the table's beginning on. */
@inline
function placeIn(record: usize, state: usize): usize {
  return (part(state, record + 8) | part(state, record + 12) | part(state, record + 16) | part(state, record + 20)) << 2;
}

/**
 * Where it is written which one outcome a step has: 0 if it has several, reads much, or what it has is not known; 1 if the process has
 * finished. No branch.
 */
@inline
export function stepAt(state: usize, record: usize): usize {
  return (load<u32>(record, 4) as usize) + (((part(state, record + 24) | part(state, record + 28)) as usize) << 2);
}

/** The one outcome of the tree whose record and entry these are; 0: it has several; 1: what it has is not known. */
@inline
export function onlyOutcomeAt(state: usize, record: usize, entry: usize): usize {
  const table = load<u32>(record) as usize;
  if (table == 0) return slowOutcomeAt(state, 0, entry);
  const at = table + placeIn(record, state);
  const known = load<u32>(at) as usize;
  return known != 0 ? known : slowOutcomeAt(state, at, entry);
}

function slowOutcomeAt(state: usize, at: usize, entry: usize): usize {
  const e = follow(state, entry);
  const kind = load<u32>(e) >> 30;
  if (kind != OUTCOME) return kind == UNKNOWN ? 1 : 0;
  const outcome = load<u32>(e, 4);
  if (at != 0) store<u32>(at, outcome);
  return outcome;
}

/** As `outcomesAt` of the local's tree. */
@inline
export function quickOutcomesAt(state: usize, process: u32, local: u32, entry: usize): bool {
  const record = recordOf(process, local);
  const table = load<u32>(record) as usize;
  if (table == 0) return outcomesAt(state, entry);
  const at = table + placeIn(record, state);
  const known = load<u32>(at);
  if (known != 0) {
    putOutcome(known);
    return true;
  }
  if (!outcomesAt(state, entry)) return false;
  if (foundCount == 1) store<u32>(at, outcomeFound(0) as u32);
  return true;
}
