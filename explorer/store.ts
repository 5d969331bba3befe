/**
 * The visited set: packed states in insertion order (which is breadth-first order) with an open-addressing index, and
 * each state's predecessor. Typed arrays in chunks, so that growing never copies states.
 */
const CHUNK_BITS = 14;
const CHUNK = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK - 1;
export const NONE = 0xffffffff;

/** Where each slot's bits are: fields never straddle a 32-bit word. */
export interface Layout {
  readonly words: number;
  readonly word: Int32Array;
  readonly shift: Int32Array;
  readonly mask: Uint32Array;
}

/** First-fit decreasing is not worth it: slots are taken in order, so that neighbours in the vector share a word. */
export function layoutFor(widths: readonly number[]): Layout {
  const n = widths.length;
  const word = new Int32Array(n);
  const shift = new Int32Array(n);
  const mask = new Uint32Array(n);
  const used: number[] = [];
  for (let i = 0; i < n; i++) {
    const w = widths[i]!;
    let at = used.findIndex((u) => u + w <= 32);
    if (at < 0) at = used.push(0) - 1;
    word[i] = at;
    shift[i] = used[at]!;
    mask[i] = w === 32 ? 0xffffffff : 2 ** w - 1;
    used[at] = used[at]! + w;
  }
  return { words: Math.max(1, used.length), word, shift, mask };
}

/** The next piece of memory would be beyond `maxBytes`. */
export class OverBudget extends Error {}

export class StateStore {
  count = 0;
  maxBytes: number;
  private readonly words: number;
  private readonly data: Uint32Array[] = [];
  private readonly parent: Uint32Array[] = [];
  private index: Uint32Array;
  private indexMask: number;

  constructor(words: number, expected = 0, maxBytes = Number.POSITIVE_INFINITY) {
    this.words = words;
    this.maxBytes = maxBytes;
    let size = 1 << 12;
    while (size * 0.6 < expected) size *= 2;
    this.index = new Uint32Array(size).fill(NONE);
    this.indexMask = size - 1;
  }

  get bytes(): number {
    return this.data.length * CHUNK * 4 * (this.words + 1) + this.index.length * 4;
  }

  /**
   * Adds `state` unless present. Returns its number if it is new, else -1.
   * @throws OverBudget, or RangeError where the machine has no memory: then the store is as it was before
   */
  add(state: Uint32Array, parent: number): number {
    const words = this.words;
    const index = this.index;
    let at = hash(state, words) & this.indexMask;
    for (;;) {
      const i = index[at]!;
      if (i === NONE) break;
      const chunk = this.data[i >>> CHUNK_BITS]!;
      const base = (i & CHUNK_MASK) * words;
      let w = 0;
      while (w < words && chunk[base + w] === state[w]) w++;
      if (w === words) return -1;
      at = (at + 1) & this.indexMask;
    }
    if (this.count + 1 > 0.6 * index.length) {
      this.rehash();
      return this.add(state, parent);
    }
    if ((this.count & CHUNK_MASK) === 0) this.addChunk();
    const i = this.count++;
    index[at] = i;
    const chunk = this.data[i >>> CHUNK_BITS]!;
    const base = (i & CHUNK_MASK) * words;
    for (let w = 0; w < words; w++) chunk[base + w] = state[w]!;
    this.parent[i >>> CHUNK_BITS]![i & CHUNK_MASK] = parent;
    return i;
  }

  private addChunk(): void {
    this.afford(CHUNK * 4 * (this.words + 1));
    const data = new Uint32Array(CHUNK * this.words);
    this.parent.push(new Uint32Array(CHUNK));
    this.data.push(data);
  }

  private afford(bytes: number): void {
    // The first chunk is always had: a search has its initial state.
    if (this.data.length > 0 && this.bytes + bytes > this.maxBytes) throw new OverBudget();
  }

  /** The number of a stored state, -1 if there is none such. */
  find(state: Uint32Array): number {
    const words = this.words;
    for (let at = hash(state, words) & this.indexMask; ; at = (at + 1) & this.indexMask) {
      const i = this.index[at]!;
      if (i === NONE) return -1;
      const chunk = this.data[i >>> CHUNK_BITS]!;
      const base = (i & CHUNK_MASK) * words;
      let w = 0;
      while (w < words && chunk[base + w] === state[w]) w++;
      if (w === words) return i;
    }
  }

  read(i: number, into: Uint32Array): void {
    const chunk = this.data[i >>> CHUNK_BITS]!;
    const base = (i & CHUNK_MASK) * this.words;
    for (let w = 0; w < this.words; w++) into[w] = chunk[base + w]!;
  }

  parentOf(i: number): number {
    return this.parent[i >>> CHUNK_BITS]![i & CHUNK_MASK]!;
  }

  private rehash(): void {
    const size = this.index.length * 2;
    this.afford(size * 4);
    const index = new Uint32Array(size).fill(NONE);
    const mask = size - 1;
    const state = new Uint32Array(this.words);
    for (let i = 0; i < this.count; i++) {
      this.read(i, state);
      let at = hash(state, this.words) & mask;
      while (index[at] !== NONE) at = (at + 1) & mask;
      index[at] = i;
    }
    this.index = index;
    this.indexMask = mask;
  }
}

/** murmur3's mixing over the words; only a place in the index, never an identity. */
function hash(state: Uint32Array, words: number): number {
  let h = 0x9747b28c;
  for (let w = 0; w < words; w++) {
    let k = Math.imul(state[w]!, 0xcc9e2d51);
    k = (k << 15) | (k >>> 17);
    h ^= Math.imul(k, 0x1b873593);
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
