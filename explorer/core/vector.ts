/** How a state is packed, and where its processes are in it. */
import { SETTINGS } from './control';
import { get } from './fields';
import { halfAt } from './halves';
import { ENVIRONMENT, FINISHED } from './outcome';
import { rootAt } from './visited';

export let vectorBytes: u32 = 0;
export let leftBytes: u32 = 0;
/** Tables of halves; 0: the vector is one word, which is its own root. */
export let left: usize = 0;
export let right: usize = 0;
export let processes: u32 = 0;
/** By process: field, a table by local (entry of its tree, flags), how many. */
export let procs: usize = 0;

/** @returns whether the tables of halves are others than before */
export function attachVector(): bool {
  const s = SETTINGS;
  const others = left != load<u32>(s, 8) || right != load<u32>(s, 12);
  vectorBytes = load<u32>(s);
  leftBytes = load<u32>(s, 4);
  left = load<u32>(s, 8);
  right = load<u32>(s, 12);
  processes = load<u32>(s, 16);
  procs = load<u32>(s, 20);
  return others;
}

/** The vector of a state. */
@inline
export function unpackState(n: u32, into: usize): void {
  const root = rootAt(n);
  if (left == 0) {
    store<u64>(into, load<u64>(root));
    return;
  }
  const l = halfAt(left, load<u32>(root));
  for (let b: u32 = 0; b < leftBytes; b += 8) store<u64>(into + b, load<u64>(l + b));
  const r = halfAt(right, load<u32>(root, 4)) - leftBytes;
  for (let b: u32 = leftBytes; b < vectorBytes; b += 8) store<u64>(into + b, load<u64>(r + b));
}

/** Of a process (its place in `procs`) at a local. */
@inline
export function flagsOf(process: usize, local: u32): u32 {
  return local < load<u32>(process, 8) ? load<u32>((load<u32>(process, 4) as usize) + (local << 3), 4) : 0;
}

/** Where nobody can step: whether a process has not finished, and none waits for the environment. */
export function isDeadlock(vector: usize): bool {
  let running = false;
  for (let p: u32 = 0; p < processes; p++) {
    const process = procs + p * 12;
    const flags = flagsOf(process, get(vector, load<u32>(process)));
    if (flags & FINISHED) continue;
    if (flags & ENVIRONMENT) return false;
    running = true;
  }
  return running;
}
