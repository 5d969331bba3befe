/**
 * Fields of a packed vector. A field is described by one u32: number of its 8-byte word (from bit 22), shift (6 bits, from
 * bit 16), mask (16 bits): domains have at most 50,000 locals (explorer/domain.ts). The left half's words come first.
 */

/** Shifts count modulo 64, so that nothing has to be cut off. */
@inline
export function get(vector: usize, field: u32): u32 {
  return ((load<u64>(vector + ((field >> 19) & 0x1f8)) >> ((field >> 16) as u64)) as u32) & (field & 0xffff);
}

@inline
export function set(vector: usize, field: u32, value: u32): void {
  const at = vector + ((field >> 19) & 0x1f8);
  const shift = (field >> 16) as u64;
  store<u64>(at, (load<u64>(at) & ~(((field & 0xffff) as u64) << shift)) | ((value as u64) << shift));
}

@inline
export function mix(key: u64): u64 {
  let h = key * 0x9e3779b97f4a7c15;
  h ^= h >> 32;
  h *= 0xd6e8feb86659fd93;
  return h ^ (h >> 32);
}
