/**
 * The hot loop of the explorer, compiled to WebAssembly (AssemblyScript): breadth-first expansion of packed states by
 * table look-ups, in blocks. Phase one computes the successors of a block of states; phase two probes the visited set for
 * all of them, so that the misses of the memory overlap. What the tables do not know yet is reported, and the caller
 * (compiled.ts) grows them and calls again.
 *
 * All pointers are byte offsets in one memory; all records are arrays of u32.
 */

// ---- memory ---------------------------------------------------------------------------------------------------------

const PAGE: u32 = 65536;
let top: usize = 0;
let recycled: usize = 0;
let recycledEnd: usize = 0;

/** Memory from here on belongs to `alloc`. */
export function reset(base: u32): void {
  top = base;
  recycled = 0;
  recycledEnd = 0;
}

/** Zeroed bytes, aligned to 8. 0: the memory is full. */
export function alloc(bytes: u32): u32 {
  const size = ((bytes as usize) + 7) & ~7;
  if (recycledEnd - recycled >= size) {
    const at = recycled;
    recycled += size;
    memory.fill(at, 0, size);
    return at as u32;
  }
  const at = top;
  const end: u64 = (at as u64) + (size as u64);
  const have: u64 = (memory.size() as u64) * PAGE;
  if (end > have) {
    if (end > 0xffff0000) return 0;
    const pages = ((end - have + PAGE - 1) / PAGE) as i32;
    // Grown in larger and larger pieces: growing is a system call.
    const want = max(pages, min(memory.size() / 4, 65535 - memory.size()));
    if (memory.grow(want) < 0 && memory.grow(pages) < 0) return 0;
  }
  top = end as usize;
  memory.fill(at, 0, size);
  return at as u32;
}

function recycle(at: usize, size: usize): void {
  if (size > recycledEnd - recycled) {
    recycled = at;
    recycledEnd = at + size;
  }
}

// ---- what the caller sets up ----------------------------------------------------------------------------------------

let words: u32 = 0;
let processes: u32 = 0;
let firstProcess: u32 = 0;
/** By slot: word, shift, mask. */
let layout: usize = 0;
/** By node: kind, data, kids, capacity. */
let nodes: usize = 0;
/** By process: pointer to roots by local (0: unknown), pointer to flags by local, capacity. */
let procs: usize = 0;
/** By leaf: next, effects, count, flags. */
let leaves: usize = 0;
/** By transformer: table, capacity. */
let transformers: usize = 0;
/** By conjunct: root, only at the end, whether its premise was reported. */
let judged: usize = 0;
let judgedCount: u32 = 0;
/** By slot: which conjuncts read it, `judgedWords` words each. */
let readers: usize = 0;
let judgedWords: u32 = 0;
/** By judgement code of conjuncts: whether it was reported. By leaf flag likewise. */
let codeSeen: usize = 0;

const READ: u32 = 0;
const CHOICE: u32 = 1;

const FINISHED: u32 = 1;
const ENVIRONMENT: u32 = 2;

const LEAF_JUDGES: u32 = 1;
const LEAF_SEEN: u32 = 2;
const LEAF_BLOCKED: u32 = 4;

export function setUp(
  words_: u32,
  processes_: u32,
  firstProcess_: u32,
  layout_: u32,
  procs_: u32,
  judged_: u32,
  judgedCount_: u32,
  readers_: u32,
  judgedWords_: u32,
): void {
  words = words_;
  processes = processes_;
  firstProcess = firstProcess_;
  layout = layout_;
  procs = procs_;
  judged = judged_;
  judgedCount = judgedCount_;
  readers = readers_;
  judgedWords = judgedWords_;
}

/** Tables that move when they grow. */
export function setTables(nodes_: u32, leaves_: u32, transformers_: u32, codeSeen_: u32): void {
  nodes = nodes_;
  leaves = leaves_;
  transformers = transformers_;
  codeSeen = codeSeen_;
}

// ---- the visited set ------------------------------------------------------------------------------------------------

const CHUNK_BITS: u32 = 16;
const CHUNK: u32 = 1 << CHUNK_BITS;
const CHUNK_MASK: u32 = CHUNK - 1;
const MAX_CHUNKS: u32 = 1 << 16;

export let count: u32 = 0;
let chunks: usize = 0;
let parents: usize = 0;
let index: usize = 0;
let indexBits: u32 = 0;
let stateBytes: u32 = 0;

/** An empty set for states of `words` words. @returns false: the memory is full */
export function createSet(bits: u32): bool {
  stateBytes = words * 4;
  count = 0;
  chunks = alloc(MAX_CHUNKS * 4);
  parents = alloc(MAX_CHUNKS * 4);
  indexBits = bits;
  index = alloc(4 << bits);
  return chunks != 0 && parents != 0 && index != 0;
}

export function setBytes(): f64 {
  const chunksUsed: f64 = ((count + CHUNK_MASK) >> CHUNK_BITS) as f64;
  return chunksUsed * (CHUNK as f64) * ((stateBytes + 4) as f64) + ((4 << indexBits) as f64);
}

@inline
function stateAt(s: u32): usize {
  return (load<u32>(chunks + ((s >> CHUNK_BITS) << 2)) as usize) + (s & CHUNK_MASK) * stateBytes;
}
export function statePointer(s: u32): u32 {
  return stateAt(s) as u32;
}
export function parentOf(s: u32): u32 {
  return load<u32>(load<u32>(parents + ((s >> CHUNK_BITS) << 2)) + ((s & CHUNK_MASK) << 2));
}

@inline
function hashOf(at: usize): u64 {
  let h: u64 = 0x9e3779b97f4a7c15;
  for (let w: u32 = 0; w < words; w++) {
    h = (h ^ (load<u32>(at + (w << 2)) as u64)) * 0xd6e8feb86659fd93;
    h ^= h >> 32;
  }
  h *= 0xff51afd7ed558ccd;
  return h ^ (h >> 29);
}

/** An index entry: the state's number plus one in the low bits, bits of the hash above: a filter, never an identity. */
@inline
function tagOf(h: u64): u32 {
  return ((h >> 32) as u32) & ~((1 << indexBits) - 1);
}

@inline
function same(a: usize, b: usize): bool {
  for (let w: u32 = 0; w < words; w++) {
    if (load<u32>(a + (w << 2)) != load<u32>(b + (w << 2))) return false;
  }
  return true;
}

const PRESENT: i64 = -1;
const FULL: i64 = -2;

/** @returns the new state's number, PRESENT or FULL */
function add(at: usize, h: u64, parent: u32): i64 {
  const mask: u32 = (1 << indexBits) - 1;
  const tag = tagOf(h);
  let i = (h as u32) & mask;
  for (;;) {
    const e = load<u32>(index + (i << 2));
    if (e == 0) break;
    if ((e & ~mask) == tag && same(stateAt((e & mask) - 1), at)) return PRESENT;
    i = (i + 1) & mask;
  }
  const s = count;
  const chunk = s >> CHUNK_BITS;
  if ((s & CHUNK_MASK) == 0) {
    if (chunk >= MAX_CHUNKS) return FULL;
    const data = alloc(CHUNK * stateBytes);
    const back = data == 0 ? 0 : alloc(CHUNK * 4);
    if (back == 0) return FULL;
    store<u32>(chunks + (chunk << 2), data);
    store<u32>(parents + (chunk << 2), back);
  }
  if (s + 2 > mask - (mask >> 2)) {
    if (!growIndex()) return FULL;
    return add(at, h, parent);
  }
  store<u32>(index + (i << 2), tag | (s + 1));
  memory.copy(stateAt(s), at, stateBytes);
  store<u32>(load<u32>(parents + (chunk << 2)) + ((s & CHUNK_MASK) << 2), parent);
  count++;
  return s as i64;
}

function growIndex(): bool {
  const bigger = alloc(8 << indexBits);
  if (bigger == 0) return false;
  recycle(index, 4 << indexBits);
  index = bigger;
  indexBits++;
  fillIndex();
  return true;
}

function fillIndex(): void {
  const mask: u32 = (1 << indexBits) - 1;
  for (let s: u32 = 0; s < count; s++) {
    const h = hashOf(stateAt(s));
    let i = (h as u32) & mask;
    while (load<u32>(index + (i << 2)) != 0) i = (i + 1) & mask;
    store<u32>(index + (i << 2), tagOf(h) | (s + 1));
  }
}

/** Adds the state at `at`. @returns its number, or -1: present, -2: no memory */
export function addState(at: u32, parent: u32): i32 {
  return add(at, hashOf(at), parent) as i32;
}
/** @returns the number of the state at `at`, or -1 */
export function find(at: u32): i32 {
  const h = hashOf(at);
  const mask: u32 = (1 << indexBits) - 1;
  const tag = tagOf(h);
  let i = (h as u32) & mask;
  while (true) {
    const e = load<u32>(index + (i << 2));
    if (e == 0) break;
    if ((e & ~mask) == tag && same(stateAt((e & mask) - 1), at)) return ((e & mask) - 1) as i32;
    i = (i + 1) & mask;
  }
  return -1;
}

/** Rewrites every state for a new layout of `newWords` words. @returns false: the memory is full */
export function repack(slots: u32, newLayout: u32, newWords: u32): bool {
  const oldChunks = chunks;
  const oldBytes = stateBytes;
  const oldLayout = layout;
  const newBytes = newWords * 4;
  chunks = alloc(MAX_CHUNKS * 4);
  if (chunks == 0) return false;
  for (let s: u32 = 0; s < count; s++) {
    const chunk = s >> CHUNK_BITS;
    if ((s & CHUNK_MASK) == 0) {
      const data = alloc(CHUNK * newBytes);
      if (data == 0) return false;
      store<u32>(chunks + (chunk << 2), data);
    }
    const from = (load<u32>(oldChunks + (chunk << 2)) as usize) + (s & CHUNK_MASK) * oldBytes;
    const to = (load<u32>(chunks + (chunk << 2)) as usize) + (s & CHUNK_MASK) * newBytes;
    for (let slot: u32 = 0; slot < slots; slot++) {
      const n = (newLayout as usize) + slot * 12;
      const v = fieldIn(oldLayout, from, slot);
      const w = to + (load<u32>(n) << 2);
      store<u32>(w, load<u32>(w) | (v << load<u32>(n, 4)));
    }
    // A whole chunk has been read: its memory serves the next.
    if ((s & CHUNK_MASK) == CHUNK_MASK) recycle(load<u32>(oldChunks + (chunk << 2)), CHUNK * oldBytes);
  }
  layout = newLayout;
  words = newWords;
  stateBytes = newBytes;
  // The last chunk is filled further: it is whole.
  memory.fill(index, 0, 4 << indexBits);
  fillIndex();
  return true;
}

// ---- trees ----------------------------------------------------------------------------------------------------------

/** Of the state at `state`, packed as `by` says. */
@inline
function fieldIn(by: usize, state: usize, slot: u32): u32 {
  const l = by + slot * 12;
  return (load<u32>(state + (load<u32>(l) << 2)) >> load<u32>(l, 4)) & load<u32>(l, 8);
}

@inline
function field(state: usize, slot: u32): u32 {
  return fieldIn(layout, state, slot);
}

@inline
function setField(state: usize, slot: u32, value: u32): void {
  const l = layout + slot * 12;
  const w = state + (load<u32>(l) << 2);
  const shift = load<u32>(l, 4);
  store<u32>(w, (load<u32>(w) & ~(load<u32>(l, 8) << shift)) | (value << shift));
}

@inline
function kidOf(node: u32, pick: u32): i32 {
  const n = nodes + (node << 4);
  return pick < load<u32>(n, 12) ? load<i32>(load<u32>(n, 8) + (pick << 2)) : -1;
}

const MAX_FOUND: u32 = 4096;
let found: usize = 0;
let foundCount: u32 = 0;

/** Leaves of a step's tree at `state`, in the order of the choices. @returns false: the tree has to grow */
function walk(state: usize, from: u32, pick: u32): bool {
  let node = kidOf(from, pick);
  for (;;) {
    if (node < 0) return false;
    const n = nodes + ((node as u32) << 4);
    const kind = load<u32>(n);
    const data = load<u32>(n, 4);
    if (kind == READ) {
      const v = field(state, data);
      node = v < load<u32>(n, 12) ? load<i32>(load<u32>(n, 8) + (v << 2)) : -1;
      continue;
    }
    if (kind == CHOICE) {
      for (let o: u32 = 0; o < data; o++) if (!walk(state, node as u32, o)) return false;
      return true;
    }
    if (foundCount == MAX_FOUND) unreachable();
    store<u32>(found + (foundCount++ << 2), data);
    return true;
  }
}

/** The one leaf of a conjunct's tree. @returns its code, or -1: the tree has to grow */
function codeAt(state: usize, root: u32): i32 {
  let node = kidOf(root, 0);
  while (node >= 0) {
    const n = nodes + ((node as u32) << 4);
    if (load<u32>(n) != READ) return load<i32>(n, 4);
    const v = field(state, load<u32>(n, 4));
    node = v < load<u32>(n, 12) ? load<i32>(load<u32>(n, 8) + (v << 2)) : -1;
  }
  return -1;
}

// ---- the search -----------------------------------------------------------------------------------------------------

/** What a call of `run` ends with. */
const DONE: i32 = 0;
const MISS_STEP: i32 = 1;
const MISS_CONJUNCT: i32 = 2;
const MEMORY: i32 = 3;
const EVENT: i32 = 4;
const LIMIT: i32 = 5;

const EVENT_STEP: u32 = 1;
const EVENT_STATE: u32 = 2;
const EVENT_DEADLOCK: u32 = 3;

/** The state to be expanded next. */
export let cursor: u32 = 0;
export let transitions: f64 = 0;
/** Of the last miss or event: kind, state, process, alternative, leaf or code, conjunct. */
export let seenKind: u32 = 0;
export let seenState: u32 = 0;
export let seenProcess: u32 = 0;
export let seenAlternative: u32 = 0;
export let seenCode: u32 = 0;
export let seenConjunct: u32 = 0;

const BLOCK: u32 = 128;
/** By child of the block: words of its state, then hash (2), parent, process, alternative, leaf. */
let children: usize = 0;
let childBytes: u32 = 0;
let childrenSize: u32 = 0;
/** How many a block can have. */
const CHILDREN: u32 = 8192;
let childCount: u32 = 0;
const NO_LEAF: u32 = 0xffffffff;

/** Where phase two goes on after a miss or an event. */
let nextChild: u32 = 0;
let inJudging: bool = false;
let judgedState: u32 = 0;
let nextConjunct: u32 = 0;
let blockEnd: u32 = 0;
let inBlock: bool = false;
let missAfterBlock: bool = false;
let missProcess: u32 = 0;
/** One deadlock is reported. */
let deadlockSeen: bool = false;

/** @returns false: the memory is full */
export function startSearch(): bool {
  cursor = 0;
  transitions = 0;
  inBlock = false;
  inJudging = false;
  deadlockSeen = false;
  childrenSize = 0;
  found = alloc(MAX_FOUND * 4);
  return found != 0 && makeRoomForChildren();
}

/** For states of `stateBytes`: at first, and again after `repack`. @returns false: the memory is full */
export function makeRoomForChildren(): bool {
  childBytes = stateBytes + 24;
  if (childBytes * CHILDREN <= childrenSize) return true;
  childrenSize = childBytes * CHILDREN;
  children = alloc(childrenSize);
  return children != 0;
}

/** Expands the states up to `end`. @returns why it stopped */
export function run(end: u32, maxStates: u32): i32 {
  while (true) {
    if (!inBlock) {
      if (missAfterBlock) {
        missAfterBlock = false;
        seenState = cursor;
        seenProcess = missProcess;
        return MISS_STEP;
      }
      if (cursor >= end) return DONE;
      if (count > maxStates) return LIMIT;
      successors(end, maxStates);
      touch();
      nextChild = 0;
      inBlock = true;
    }
    const why = insert(maxStates);
    if (why != DONE) return why;
    inBlock = false;
    cursor = blockEnd;
  }
  return DONE;
}

/** Phase one: the successors of the states from `cursor` on, until a block is full or a table lacks something. */
function successors(end: u32, maxStates: u32): void {
  childCount = 0;
  let s = cursor;
  // Near the limit one state at a time: what is beyond it is not to be looked at.
  const size: u32 = maxStates - count < CHILDREN ? 1 : BLOCK;
  const last = min(end, cursor + size);
  for (; s < last; s++) {
    const begin = childCount;
    const state = stateAt(s);
    let enabled: u32 = 0;
    let running: u32 = 0;
    let environment = false;
    for (let p: u32 = 0; p < processes; p++) {
      const at = procs + p * 12;
      const local = field(state, firstProcess + p);
      let root: u32 = 0;
      let flags: u32 = 0;
      if (local < load<u32>(at, 8)) {
        root = load<u32>(load<u32>(at) + (local << 2));
        flags = load<u32>(load<u32>(at, 4) + (local << 2));
      }
      if (flags & FINISHED) continue;
      running++;
      if (flags & ENVIRONMENT) environment = true;
      foundCount = 0;
      let known = root != 0 && walk(state, root, 0);
      if (known) {
        for (let a: u32 = 0; a < foundCount; a++) {
          const leaf = load<u32>(found + (a << 2));
          const l = leaves + (leaf << 4);
          if (load<u32>(l, 12) & LEAF_BLOCKED) continue;
          enabled++;
          const child = children + childCount * childBytes;
          memory.copy(child, state, stateBytes);
          setField(child, firstProcess + p, load<u32>(l));
          const effects = load<u32>(l, 4) as usize;
          const n = load<u32>(l, 8);
          for (let e: u32 = 0; e < n; e++) {
            const slot = load<u32>(effects + (e << 3));
            const t = transformers + (load<u32>(effects + (e << 3), 4) << 3);
            const v = field(state, slot);
            const to: i32 = v < load<u32>(t, 4) ? load<i32>(load<u32>(t) + (v << 2)) : -1;
            if (to < 0) {
              known = false;
              break;
            }
            setField(child, slot, to as u32);
          }
          if (!known) break;
          const h = hashOf(child);
          const facts = child + stateBytes;
          store<u64>(facts, h);
          store<u32>(facts, s, 8);
          store<u32>(facts, p, 12);
          store<u32>(facts, a, 16);
          store<u32>(facts, leaf, 20);
          childCount++;
          if (childCount == CHILDREN) unreachable();
        }
      }
      if (!known) {
        childCount = begin;
        missAfterBlock = true;
        missProcess = p;
        blockEnd = s;
        return;
      }
    }
    if (enabled == 0 && running > 0 && !environment) {
      const facts = children + childCount * childBytes + stateBytes;
      store<u32>(facts, s, 8);
      store<u32>(facts, NO_LEAF, 20);
      childCount++;
    }
    // Room for the next state's successors, however many.
    if (childCount + MAX_FOUND > CHILDREN) {
      s++;
      break;
    }
  }
  blockEnd = s;
}

let sink: u32 = 0;
/** Reads each child's place in the index, so that the cache misses overlap. */
function touch(): void {
  const mask: u32 = (1 << indexBits) - 1;
  let sum: u32 = 0;
  for (let c: u32 = 0; c < childCount; c++) {
    const facts = children + c * childBytes + stateBytes;
    if (load<u32>(facts, 20) == NO_LEAF) continue;
    const e = load<u32>(index + (((load<u64>(facts) as u32) & mask) << 2));
    sum += e;
    // The state that it probably equals.
    if (e != 0 && (e & ~mask) == tagOf(load<u64>(facts))) sum += load<u32>(stateAt((e & mask) - 1));
  }
  sink += sum;
}

/** Phase two: probes the visited set, judges what is new. */
function insert(maxStates: u32): i32 {
  for (; nextChild < childCount; nextChild++) {
    const child = children + nextChild * childBytes;
    const facts = child + stateBytes;
    const s = load<u32>(facts, 8);
    const leaf = load<u32>(facts, 20);
    if (!inJudging) {
      if (s != cursor) {
        // All of a state's successors are in: here the search may be cut.
        cursor = s;
        if (count > maxStates) {
          inBlock = false;
          missAfterBlock = false;
          return LIMIT;
        }
      }
      if (leaf == NO_LEAF) {
        if (!deadlockSeen) {
          deadlockSeen = true;
          seenKind = EVENT_DEADLOCK;
          seenState = s;
          nextChild++;
          return EVENT;
        }
        continue;
      }
      const l = leaves + (leaf << 4);
      const flags = load<u32>(l, 12);
      if ((flags & (LEAF_JUDGES | LEAF_SEEN)) == LEAF_JUDGES) {
        store<u32>(l, flags | LEAF_SEEN, 12);
        seenKind = EVENT_STEP;
        seenState = s;
        seenProcess = load<u32>(facts, 12);
        seenAlternative = load<u32>(facts, 16);
        seenCode = leaf;
        return EVENT;
      }
      const added = add(child, load<u64>(facts), s);
      if (added == FULL) return MEMORY;
      transitions += 1;
      if (added == PRESENT || judgedCount == 0) continue;
      inJudging = true;
      judgedState = added as u32;
      nextConjunct = 0;
    }
    const why = judge(child, leaves + (leaf << 4), load<u32>(facts, 12));
    if (why != DONE) return why;
    inJudging = false;
  }
  return DONE;
}

/** Judges the conjuncts that read what the step changed; at the end also those that ask for it. */
function judge(state: usize, leaf: usize, process: u32): i32 {
  let ended = true;
  for (let p: u32 = 0; p < processes && ended; p++) {
    const at = procs + p * 12;
    const local = field(state, firstProcess + p);
    ended = local < load<u32>(at, 8) && (load<u32>(load<u32>(at, 4) + (local << 2)) & FINISHED) != 0;
  }
  const effects = load<u32>(leaf, 4) as usize;
  const n = load<u32>(leaf, 8);
  for (; nextConjunct < judgedCount; nextConjunct++) {
    const j = judged + nextConjunct * 12;
    if (load<u32>(j, 4) != 0) {
      if (!ended) continue;
    } else if (!reads(nextConjunct, firstProcess + process)) {
      let any = false;
      for (let e: u32 = 0; e < n && !any; e++) any = reads(nextConjunct, load<u32>(effects + (e << 3)));
      if (!any) continue;
    }
    const code = codeAt(state, load<u32>(j));
    if (code < 0) {
      seenState = judgedState;
      seenConjunct = nextConjunct;
      return MISS_CONJUNCT;
    }
    if (code == 0) continue;
    // Code 1 says that the premise was met: once for each conjunct. The others say what is wrong.
    const seen: usize = code == 1 ? j + 8 : codeSeen + ((code as u32) << 2);
    if (load<u32>(seen) == 0) {
      store<u32>(seen, 1);
      seenKind = EVENT_STATE;
      seenState = judgedState;
      seenCode = code as u32;
      seenConjunct = nextConjunct;
      nextConjunct++;
      return EVENT;
    }
  }
  return DONE;
}

@inline
function reads(conjunct: u32, slot: u32): bool {
  return (load<u32>(readers + ((slot * judgedWords + (conjunct >> 5)) << 2)) & (1 << (conjunct & 31))) != 0;
}
