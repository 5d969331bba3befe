/**
 * Lines of a table: 16 places of one word, which are looked at all at once. A line is filled from its first place on; 0 is an
 * empty place.
 */

/** Places of a line, and their bytes: logarithms. */
export const LINE_BITS: u32 = 4;
export const PLACES: u32 = 1 << LINE_BITS;
export const LINE_SHIFT: u32 = LINE_BITS + 2;

/** A bit for each place of the line that is `wanted` under the mask. Places are whole words: none is read half written. */
@inline
export function placesWith(line: usize, mask: v128, wanted: v128): u32 {
  const a = i32x4.eq(v128.and(v128.load(line), mask), wanted);
  const b = i32x4.eq(v128.and(v128.load(line, 16), mask), wanted);
  const c = i32x4.eq(v128.and(v128.load(line, 32), mask), wanted);
  const d = i32x4.eq(v128.and(v128.load(line, 48), mask), wanted);
  return i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d))) as u32;
}

/** How many places of the line are taken. */
@inline
export function takenIn(line: usize): u32 {
  return ctz(placesWith(line, i32x4.splat(-1), i32x4.splat(0)) | (1 << PLACES));
}
