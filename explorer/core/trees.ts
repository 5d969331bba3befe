/**
 * Decision trees, as explorer/trees.ts grows them. A node is a record of four u32: kind in the two highest bits of the first
 * (a read's field below them: its byte is less than 64), its kids, how many, and its data: a read's
 * slot, a choice's number of options, a leaf's number.
 */
import { get } from './fields';

export const READ: u32 = 0;
export const CHOICE: u32 = 1;
export const LEAF: u32 = 2;

let nodes: usize = 0;
let found: usize = 0;
export let foundCount: u32 = 0;
/** Alternatives that one step of one process can have. */
export const MAX_FOUND: u32 = 1024;

export function attachTrees(nodes_: u32, found_: u32): void {
  nodes = nodes_;
  found = found_;
}

/** Leaves of a step's tree at `state`, in the order of the choices; `from` is a choice. @returns false: it has to grow */
export function leavesAt(state: usize, from: u32): bool {
  foundCount = 0;
  return walk(state, from, 0);
}

@inline
export function leafFound(a: u32): u32 {
  return load<u32>(found + (a << 2));
}

function walk(state: usize, from: u32, pick: u32): bool {
  const f = nodes + (from << 4);
  let node = pick < load<u32>(f, 8) ? load<i32>((load<u32>(f, 4) as usize) + (pick << 2)) : -1;
  for (;;) {
    if (node < 0) return false;
    const n = nodes + ((node as u32) << 4);
    const head = load<u32>(n);
    if (head < CHOICE << 30) {
      const v = get(state, head);
      node = v < load<u32>(n, 8) ? load<i32>((load<u32>(n, 4) as usize) + (v << 2)) : -1;
      continue;
    }
    const data = load<u32>(n, 12);
    if (head >> 30 == CHOICE) {
      for (let o: u32 = 0; o < data; o++) if (!walk(state, node as u32, o)) return false;
      return true;
    }
    if (foundCount == MAX_FOUND) unreachable();
    store<u32>(found + (foundCount++ << 2), data);
    return true;
  }
}

/** The one leaf of a conjunct's tree. @returns its code, or -1: the tree has to grow */
export function codeAt(state: usize, root: u32): i32 {
  let node = load<i32>(load<u32>(nodes + (root << 4), 4) as usize);
  while (node >= 0) {
    const n = nodes + ((node as u32) << 4);
    const head = load<u32>(n);
    if (head >= CHOICE << 30) return load<i32>(n, 12);
    const v = get(state, head);
    node = v < load<u32>(n, 8) ? load<i32>((load<u32>(n, 4) as usize) + (v << 2)) : -1;
  }
  return -1;
}
