/**
 * Where each slot's bits are in a packed vector of the compiled engine. Where all fields fit into two words, the two words
 * are the state. Else the vector has two halves, which the core interns: a state is then the pair of their numbers. Slots
 * take turns, so that both halves have some of the processes and some of the components: neither takes many more values
 * than the other.
 */

export interface VectorLayout {
  /** By slot: byte of the word (8 bits), shift (8), mask (16). */
  readonly fields: Uint32Array;
  readonly widths: readonly number[];
  /** By slot: 0 is the left half. */
  readonly sides: Uint8Array;
  readonly bytes: number;
  readonly leftBytes: number;
  readonly interned: boolean;
}

const WORD = 32;
/** A field's mask has 16 bits; a domain has at most 50,000 locals. */
const WIDEST = 16;
/** A field's word is within the first 64 bytes: the two highest bits of a tree node's head say what it is. */
const MOST_WORDS = 16;

const bitsFor = (size: number): number => (size <= 1 ? 0 : WORD - Math.clz32(size - 1));

/**
 * @param sizes by slot: how many values there are so far
 * @param before what is stored already: interned halves stay on their side and never get narrower
 * @returns undefined: the vector is longer than the core can have it
 */
export function vectorLayout(sizes: readonly number[], before?: VectorLayout): VectorLayout | undefined {
  const bits = sizes.map(bitsFor);
  if (!before?.interned) {
    const direct = twoWords(bits);
    if (direct) return direct;
  }
  return twoHalves(bits, before?.interned ? before : undefined);
}

/** Spare bits go to the fields in turn, the widest first: what has many values gets more. */
function twoWords(bits: readonly number[]): VectorLayout | undefined {
  let packed = inWords(bits, 2);
  if (!packed) return undefined;
  let widths = bits;
  const order = bits.map((_, i) => i).sort((a, b) => bits[b]! - bits[a]! || a - b);
  for (let more = true; more; ) {
    more = false;
    for (const slot of order) {
      if (widths[slot]! >= Math.min(WIDEST, bits[slot]! + 4)) continue;
      const wider = widths.map((w, i) => (i === slot ? w + 1 : w));
      const fits = inWords(wider, 2);
      if (!fits) continue;
      [widths, packed, more] = [wider, fits, true];
    }
  }
  return {
    fields: fieldsOf(widths, packed),
    widths,
    sides: Uint8Array.from(packed, (at) => Math.floor(at / WORD)),
    bytes: 8,
    leftBytes: 4,
    interned: false,
  };
}

function twoHalves(bits: readonly number[], before: VectorLayout | undefined): VectorLayout | undefined {
  const widths = bits.map((b, i) => Math.min(WIDEST, Math.max(b + 1, before?.widths[i] ?? 0)));
  const sides = before?.sides ?? takeTurns(widths);
  const left = widths.map((w, i) => (sides[i] === 0 ? w : 0));
  const right = widths.map((w, i) => (sides[i] === 1 ? w : 0));
  const leftAt = inWords(left, MOST_WORDS)!;
  const rightAt = inWords(right, MOST_WORDS)!;
  const leftWords = Math.max(wordsOf(left, leftAt), (before?.leftBytes ?? 4) / 4);
  const least = before ? (before.bytes - before.leftBytes) / 4 : 1;
  const rightWords = Math.max(wordsOf(right, rightAt), least);
  // Vectors are copied 8 bytes at a time.
  const words = leftWords + rightWords + ((leftWords + rightWords) % 2);
  if (words > MOST_WORDS) return undefined;
  const at = widths.map((_, i) => (sides[i] === 0 ? leftAt[i]! : rightAt[i]! + leftWords * WORD));
  return { fields: fieldsOf(widths, at), widths, sides, bytes: words * 4, leftBytes: leftWords * 4, interned: true };
}

/** Each slot goes to the half that has fewer bits. */
function takeTurns(widths: readonly number[]): Uint8Array {
  const sum = [0, 0];
  return Uint8Array.from(widths, (w) => {
    const side = sum[0]! <= sum[1]! ? 0 : 1;
    sum[side] = sum[side]! + w;
    return side;
  });
}

/** By slot, the place of its first bit; no field straddles words. The widest are placed first. undefined: too many words */
function inWords(widths: readonly number[], words: number): number[] | undefined {
  const used: number[] = [];
  const at = new Array<number>(widths.length).fill(0);
  const order = widths.map((_, i) => i).sort((a, b) => widths[b]! - widths[a]! || a - b);
  for (const slot of order) {
    const width = widths[slot]!;
    let word = used.findIndex((u) => u + width <= WORD);
    if (word < 0) word = used.push(0) - 1;
    if (word >= words) return undefined;
    at[slot] = word * WORD + used[word]!;
    used[word] = used[word]! + width;
  }
  return at;
}

const wordsOf = (widths: readonly number[], at: readonly number[]): number =>
  Math.max(1, ...widths.map((w, i) => (w === 0 ? 0 : Math.floor(at[i]! / WORD) + 1)));

/** A field of no bits is at the very beginning. */
const fieldsOf = (widths: readonly number[], at: readonly number[]): Uint32Array =>
  Uint32Array.from(widths, (w, i) =>
    w === 0 ? 0 : ((Math.floor(at[i]! / WORD) * 4) << 24) | (at[i]! % WORD << 16) | (2 ** w - 1),
  );
