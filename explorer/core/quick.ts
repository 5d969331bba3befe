/**
 * A cache before the decision trees: by process and local a table of outcomes by the values of the few slots that its tree
 * reads, filled as outcomes are found. Most steps read one to three slots: then a step is one look-up, and no branch of the
 * processor depends on how deep the tree is.
 *
 * By local a record of eight u32: table (0: none), three shifts of 8 bits, four fields (those that are not used have no
 * bits).
 */
import { get } from './fields';
import { follow, foundCount, OUTCOME, outcomeFound, outcomesAt, putOutcome, UNKNOWN } from './trees';

/** By process: its records. */
let records: usize = 0;

export function attachQuick(records_: u32): void {
  records = records_;
}

/** The step's one outcome, if the table has it; else 0. */
@inline
export function quickOutcomeAt(state: usize, process: u32, local: u32): u32 {
  const record = recordOf(process, local);
  const table = load<u32>(record) as usize;
  return table == 0 ? 0 : load<u32>(placeIn(table, record, state));
}

@inline
export function recordOf(process: u32, local: u32): usize {
  return (load<u32>(records + (process << 2)) as usize) + (local << 5);
}

@inline
function placeIn(table: usize, record: usize, state: usize): usize {
  const shifts = load<u32>(record, 4);
  const i =
    get(state, load<u32>(record, 8)) |
    (get(state, load<u32>(record, 12)) << shifts) |
    (get(state, load<u32>(record, 16)) << (shifts >> 8)) |
    (get(state, load<u32>(record, 20)) << (shifts >> 16));
  return table + (i << 2);
}

/** The one outcome of the tree whose record and entry these are; 0: it has several; 1: what it has is not known. */
@inline
export function onlyOutcomeAt(state: usize, record: usize, entry: usize): usize {
  const table = load<u32>(record) as usize;
  if (table == 0) return slowOutcomeAt(state, 0, entry);
  const at = placeIn(table, record, state);
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
  const at = placeIn(table, record, state);
  const known = load<u32>(at);
  if (known != 0) {
    putOutcome(known);
    return true;
  }
  if (!outcomesAt(state, entry)) return false;
  if (foundCount == 1) store<u32>(at, outcomeFound(0) as u32);
  return true;
}
