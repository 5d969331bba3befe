/**
 * Which states a block of the search has found: enough to find a state's predecessor again, and far less than to store it.
 * A record: how many states the worker had stored when the block began, the level, the block's position in it, nothing.
 */
import { BLOCK_COUNT, BLOCKS, COUNT, LEVEL, workerAt } from './control';
import { alloc } from './memory';

const CHUNK_BITS: u32 = 12;
const CHUNK_MASK: u32 = (1 << CHUNK_BITS) - 1;
const MAX_CHUNKS: u32 = 1 << 12;

@inline
function recordAt(w: u32, i: u32): usize {
  const chunks = load<u32>(workerAt(w), BLOCKS) as usize;
  return (load<u32>(chunks + ((i >> CHUNK_BITS) << 2)) as usize) + ((i & CHUNK_MASK) << 4);
}

/** Worker `w` begins the block at position `claim`. @returns false: no memory */
export function noteBlock(w: u32, claim: u32): bool {
  const at = workerAt(w);
  if (load<u32>(at, BLOCKS) == 0) {
    const made = alloc(MAX_CHUNKS << 2);
    if (made == 0) return false;
    store<u32>(at, made, BLOCKS);
  }
  const i = load<u32>(at, BLOCK_COUNT);
  const chunk = load<u32>(at, BLOCKS) + ((i >> CHUNK_BITS) << 2);
  if ((i & CHUNK_MASK) == 0 && load<u32>(chunk) == 0) {
    const made = i >> CHUNK_BITS < MAX_CHUNKS ? alloc(16 << CHUNK_BITS) : 0;
    if (made == 0) return false;
    store<u32>(chunk, made);
  }
  const record = recordAt(w, i);
  store<u32>(record, load<u32>(at, COUNT));
  store<u32>(record, load<u32>(LEVEL), 4);
  store<u32>(record, claim, 8);
  store<u32>(at, i + 1, BLOCK_COUNT);
  return true;
}

/** The block in which worker `w` found its `place`th state: level * 2^32 + position. */
export function blockOf(w: u32, place: u32): f64 {
  let low: u32 = 0;
  let high = load<u32>(workerAt(w), BLOCK_COUNT) - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (load<u32>(recordAt(w, middle)) <= place) low = middle;
    else high = middle - 1;
  }
  const record = recordAt(w, low);
  return (load<u32>(record, 4) as f64) * 4294967296.0 + (load<u32>(record, 8) as f64);
}

export function blockBytes(w: u32): f64 {
  return (((load<u32>(workerAt(w), BLOCK_COUNT) + CHUNK_MASK) >> CHUNK_BITS) as f64) * ((16 << CHUNK_BITS) as f64);
}
