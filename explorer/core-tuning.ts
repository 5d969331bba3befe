/** Where the compiled engine changes its ways. */
import { HASH_BITS, LINE_BITS } from './compaction.ts';

/** Other values change how fast it is, never what it says. */
export interface Tuning {
  /** States that are stored before further workers are started. */
  readonly many: number;
  /** States of a level in which they take part. */
  readonly manyAtOnce: number;
  /** Whether the first worker waits until they are there. */
  readonly together: boolean;
  /** Bits of a state that is kept as one word; others have two interned halves. */
  readonly wordBits: number;
  /** Places of the halves' first index: a logarithm. */
  readonly halvesBits: number;
  /** States that one worker expands before symmetry is checked for the first time. As in packed.ts: same numbers of locals. */
  readonly early: number;
  /** States that are stored before processes sleep (core/sleep.ts); till then the order of states is that of packed.ts. */
  readonly sleep: number;
  /** Bits of a state's hash, where only that is kept. */
  readonly hashBits: number;
  /** Lines of the first table of hashes: a logarithm. */
  readonly hashLines: number;
}

export const TUNING: Tuning = {
  many: 20_000,
  manyAtOnce: 2_000,
  together: false,
  wordBits: 64,
  halvesBits: 15,
  early: 2_000,
  sleep: 20_000,
  hashBits: HASH_BITS,
  hashLines: LINE_BITS,
};
