/** Memory is taken from the top, or from the largest piece that was given back; never both grown and moved. */
import { FREE, FREE_END, LIMIT_PAGES, LOCK, TOP } from './control';

const PAGE: u64 = 65536;

export function lock(): void {
  while (atomic.cmpxchg<u32>(LOCK, 0, 1) != 0) {}
}
export function unlock(): void {
  atomic.store<u32>(LOCK, 0);
}

/** What is as long as a line of the processor's cache begins where one begins. */
const LINE: u32 = 64;

/** Zeroed bytes, aligned to 8 or to a line, for any worker. 0: there is no more. */
export function alloc(bytes: u32): u32 {
  lock();
  const align = bytes < LINE ? 8 : LINE;
  const at = take((bytes + 7) & ~7, align - 1);
  unlock();
  return at;
}

function take(size: u32, mask: u32): u32 {
  const free = (load<u32>(FREE) + mask) & ~mask;
  if (free <= load<u32>(FREE_END) && size <= load<u32>(FREE_END) - free) {
    store<u32>(FREE, free + size);
    memory.fill(free, 0, size);
    return free;
  }
  const at = (load<u32>(TOP) + mask) & ~mask;
  const end: u64 = (at as u64) + (size as u64);
  const have: u64 = (memory.size() as u64) * PAGE;
  if (end > have) {
    const limit = load<u32>(LIMIT_PAGES) as u64;
    if (end > limit * PAGE) return 0;
    const pages = ((end - have + PAGE - 1) / PAGE) as i32;
    // Grown in larger and larger pieces: growing is a system call.
    const want = max(pages, min((have / PAGE / 4) as i32, (limit - have / PAGE) as i32));
    if (memory.grow(want) < 0 && memory.grow(pages) < 0) return 0;
  }
  store<u32>(TOP, end as u32);
  // Above the top memory was never written: it is zero.
  return at;
}

/** Gives a piece back; of several the largest is kept. */
export function release(at: u32, size: u32): void {
  lock();
  if (size > load<u32>(FREE_END) - load<u32>(FREE)) {
    store<u32>(FREE, at);
    store<u32>(FREE_END, at + size);
  }
  unlock();
}
