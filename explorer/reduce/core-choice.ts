/** The arrays of the choice in the compiled core's memory, as core/choose.ts reads them. */
import type { Space } from '../core-memory.ts';
import type { Reduction } from './reduction.ts';

const MERGE = 1;
const POR = 2;

/** @returns the record's address */
export function writeChoice(space: Space, { data, switches }: Reduction): number {
  const { conflicts, width, firstLocal, closing } = data;
  const closingWords = new Uint32Array((closing.length + 4) >>> 2);
  new Uint8Array(closingWords.buffer).set(closing);
  return space.words([
    (switches.merge ? MERGE : 0) | (switches.por ? POR : 0),
    space.words(conflicts),
    4 * width,
    space.words(firstLocal),
    space.words(closingWords),
  ]);
}
