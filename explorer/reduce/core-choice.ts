/** The arrays of the choice in the compiled core's memory, as core/choose.ts reads them. */
import type { Space } from '../core-memory.ts';
import type { Reduction } from './reduction.ts';

const MERGE = 1;
const POR = 2;
const SLEEP = 4;
const LEARNS = 8;

/** @returns the record's address */
export function writeChoice(space: Space, { data, ways }: Reduction): number {
  const { conflicts, width, firstLocal, closing, judged } = data;
  const closingWords = new Uint32Array((closing.length + 4) >>> 2);
  new Uint8Array(closingWords.buffer).set(closing);
  return space.words([
    // Where processes sleep the others all step.
    (ways.merge ? MERGE : 0) | (ways.sleep ? SLEEP : ways.por ? POR : 0) | (ways.learns ? LEARNS : 0),
    space.words(conflicts),
    4 * width,
    space.words(firstLocal),
    space.words(closingWords),
    space.words(judged),
    4 * judged.length,
  ]);
}
