/**
 * Fields of a packed vector. A field is described by one u32: byte of its word (8 bits), shift (8), mask (16): domains have
 * at most 50,000 locals (explorer/domain.ts). Vectors are whole 8-byte words; the left half's words come first.
 */

@inline
export function get(vector: usize, field: u32): u32 {
  return (load<u32>(vector + (field >> 24)) >> (field >> 16)) & (field & 0xffff);
}

@inline
export function set(vector: usize, field: u32, value: u32): void {
  const at = vector + (field >> 24);
  const shift = field >> 16;
  store<u32>(at, (load<u32>(at) & ~((field & 0xffff) << shift)) | (value << shift));
}

@inline
export function copy(to: usize, from: usize, bytes: u32): void {
  for (let i: u32 = 0; i < bytes; i += 8) store<u64>(to + i, load<u64>(from + i));
}

@inline
export function mix(key: u64): u64 {
  let h = key * 0x9e3779b97f4a7c15;
  h ^= h >> 32;
  h *= 0xd6e8feb86659fd93;
  return h ^ (h >> 32);
}
