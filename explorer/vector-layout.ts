/**
 * Where each slot's bits are in a packed vector of the compiled engine. Where all fields fit into one word of 64 bits, the
 * word is the state. Else the vector has two halves, which the core interns: a state is then the pair of their numbers.
 * Slots take turns, so that both halves have some of the processes and some of the components: neither takes many more
 * values than the other.
 */

/** Of a field (`fields`): the bits that are its mask. */
export const FIELD_MASK = 0xffff;

export interface VectorLayout {
  /** By slot: number of the word (from bit 22), shift (6 bits, from bit 16), mask (16 bits), as core/fields.ts reads it. */
  readonly fields: Uint32Array;
  readonly widths: readonly number[];
  /** By slot: 0 is the left half. */
  readonly sides: Uint8Array;
  readonly bytes: number;
  readonly leftBytes: number;
  readonly interned: boolean;
}

const WORD = 64;
/** A field's mask has 16 bits; a domain has at most 50,000 locals. */
const WIDEST = 16;
/** Room that the core has for a vector. */
const MOST_WORDS = 63;

const bitsFor = (size: number): number => (size <= 1 ? 0 : 32 - Math.clz32(size - 1));
const sum = (of: readonly number[]): number => of.reduce((a, b) => a + b, 0);

/**
 * @param sizes by slot: how many values there are so far
 * @param wordBits that a vector of one word may have, at most 64
 * @param before what is stored already: interned halves stay on their side and never get shorter
 * @returns undefined: the vector is longer than the core can have it
 */
export function vectorLayout(
  sizes: readonly number[],
  wordBits: number,
  before?: VectorLayout,
): VectorLayout | undefined {
  const bits = sizes.map(bitsFor);
  if (!before?.interned && sum(bits) <= Math.min(wordBits, WORD)) return oneWord(sizes);
  return twoHalves(sizes, before?.interned ? before : undefined);
}

function oneWord(sizes: readonly number[]): VectorLayout {
  const widths = spread(sizes);
  return {
    fields: fieldsOf(widths, inWords(widths)),
    widths,
    sides: new Uint8Array(widths.length),
    bytes: 8,
    leftBytes: 0,
    interned: false,
  };
}

/** How much sooner what has many values is taken to outgrow its field than what has few. */
const GROWS = 1.3;

/** Widths that fill a word: each spare bit goes to the field that is likely to be the next that is too narrow. */
function spread(sizes: readonly number[]): number[] {
  const widths = sizes.map(bitsFor);
  // By slot, each made once: this is done in code that is interpreted.
  const pressures = widths.map((width, i) => (width < WIDEST ? sizes[i]! ** GROWS / 2 ** width : 0));
  for (let spare = WORD - sum(widths); spare > 0; spare--) {
    const most = Math.max(...pressures);
    if (most === 0) break;
    const next = pressures.indexOf(most);
    widths[next]!++;
    pressures[next] = widths[next]! < WIDEST ? most / 2 : 0;
  }
  return widths;
}

function twoHalves(sizes: readonly number[], before: VectorLayout | undefined): VectorLayout | undefined {
  const bits = sizes.map(bitsFor);
  const sides = before?.sides ?? takeTurns(bits.map((b) => Math.min(WIDEST, b + 1)));
  const [leftWidths, rightWidths] = [0, 1].map((side) => halfWidths(sizes, sides, side)) as [number[], number[]];
  const widths = bits.map((_, i) => leftWidths[i]! + rightWidths[i]!);
  const left = inWords(leftWidths);
  const right = inWords(rightWidths);
  const leftWords = Math.max(wordsOf(leftWidths, left), (before?.leftBytes ?? 8) / 8);
  const rightWords = Math.max(wordsOf(rightWidths, right), before ? (before.bytes - before.leftBytes) / 8 : 1);
  const words = leftWords + rightWords;
  if (words > MOST_WORDS) return undefined;
  const at = widths.map((_, i) => (sides[i] === 0 ? left[i]! : right[i]! + leftWords * WORD));
  return { fields: fieldsOf(widths, at), widths, sides, bytes: words * 8, leftBytes: leftWords * 8, interned: true };
}

/** Of the slots of one side (0 for the others): what fills a word, or what they need and some room where that is more. */
function halfWidths(sizes: readonly number[], sides: Uint8Array, side: number): number[] {
  const own = sizes.flatMap((_, i) => (sides[i] === side ? [i] : []));
  const ownSizes = own.map((i) => sizes[i]!);
  const needed = ownSizes.map(bitsFor);
  const wide = sum(needed) <= WORD ? spread(ownSizes) : needed.map((b) => Math.min(WIDEST, b + 1));
  const widths = sizes.map(() => 0);
  own.forEach((slot, n) => {
    widths[slot] = wide[n]!;
  });
  return widths;
}

/** Each slot goes to the half that has fewer bits. */
function takeTurns(widths: readonly number[]): Uint8Array {
  const bits = [0, 0];
  return Uint8Array.from(widths, (w) => {
    const side = bits[0]! <= bits[1]! ? 0 : 1;
    bits[side] = bits[side]! + w;
    return side;
  });
}

/** By slot, the place of its first bit; no field straddles words. */
function inWords(widths: readonly number[]): number[] {
  const used: number[] = [];
  return widths.map((width) => {
    let word = used.findIndex((u) => u + width <= WORD);
    if (word < 0) word = used.push(0) - 1;
    const at = word * WORD + used[word]!;
    used[word] = used[word]! + width;
    return at;
  });
}

const wordsOf = (widths: readonly number[], at: readonly number[]): number =>
  Math.max(1, ...widths.map((w, i) => (w === 0 ? 0 : Math.floor(at[i]! / WORD) + 1)));

/** A field of no bits is at the very beginning. */
const fieldsOf = (widths: readonly number[], at: readonly number[]): Uint32Array =>
  Uint32Array.from(widths, (w, i) =>
    w === 0 ? 0 : (Math.floor(at[i]! / WORD) << 22) | ((at[i]! % WORD) << 16) | (2 ** w - 1),
  );
