/**
 * The states of a block, unpacked, and the steps of their processes: in short passes over the whole block, so that as many reads of
 * the memory overlap as the processor can have under way. A long pass, or a branch that depends on what is read, would have
 * each wait for the one before.
 */
import { BLOCK, block, blockDone } from './children';
import { get } from './fields';
import { halfOf } from './halves';
import { alloc } from './memory';
import { recordsOf, stepAt } from './quick';
import { left, processes, procs, right } from './vector';
import { rootAt } from './visited';

/** By state of the block: its words, its root. */
let rows: usize = 0;
const ROW_BYTES: u32 = 24;
/**
 * By state of the block and process: the outcome of its step, 0 where it has several or what it has is not known, FINISHED_STEP
 * where there is no step; then the outcome's flags.
 */
export let steps: usize = 0;
export const STEP_BYTES: usize = 8;
export const FINISHED_STEP: u32 = 1;

/** @returns false: no memory */
export function attachRows(): bool {
  if (steps != 0) return true;
  rows = alloc(BLOCK * ROW_BYTES);
  steps = alloc(BLOCK * processes * (STEP_BYTES as u32));
  return rows != 0 && steps != 0;
}

/** Unpacks the block's states up to `last`: first where their halves are, then these. */
export function unpackRows(last: u32): void {
  const end = rows + last * ROW_BYTES;
  let at = block + (blockDone << 2);
  for (let row = rows + blockDone * ROW_BYTES; row < end; row += ROW_BYTES) {
    const root = load<u64>(rootAt(load<u32>(at)));
    at += 4;
    store<u64>(row, root);
    store<u64>(row, root, 16);
  }
  if (left == 0) return;
  for (let row = rows + blockDone * ROW_BYTES; row < end; row += ROW_BYTES) {
    store<u32>(row, halfOf(left, load<u32>(row, 16)) as u32);
    store<u32>(row, halfOf(right, load<u32>(row, 20)) as u32, 8);
  }
  for (let row = rows + blockDone * ROW_BYTES; row < end; row += ROW_BYTES) {
    store<u64>(row, load<u64>(load<u32>(row) as usize));
    store<u64>(row, load<u64>(load<u32>(row, 8) as usize), 8);
  }
}

/** The two words of a state of the block. */
@inline
export function rowAt(k: u32): usize {
  return rows + k * ROW_BYTES;
}

/** Finds the steps of the processes of the block's states up to `last`. */
export function findSteps(last: u32): void {
  const begin = steps;
  const from = rows + blockDone * ROW_BYTES;
  const to = rows + last * ROW_BYTES;
  const stride = (processes as usize) * STEP_BYTES;
  for (let p: u32 = 0; p < processes; p++) {
    const field = load<u32>(procs + p * 12);
    const count = load<u32>(procs + p * 12, 8);
    const records = recordsOf(p);
    let at = begin + (p as usize) * STEP_BYTES;
    for (let row = from; row < to; row += ROW_BYTES) {
      const local = get(row, field);
      store<u32>(at, local < count ? (stepAt(row, records + (local << 5)) as u32) : 0);
      at += stride;
    }
  }
  const end = begin + ((last - blockDone) as usize) * stride;
  for (let at = begin; at < end; at += STEP_BYTES) {
    const outcome = load<u32>(load<u32>(at) as usize);
    store<u32>(at, outcome);
    // Where it is none, that reads what is nothing's.
    store<u32>(at, load<u32>(outcome as usize, 4), 4);
  }
}
