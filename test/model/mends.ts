/** The fixes of docs/findings.md, by name. */
import type { Design } from '../../model/design.ts';
import type { IomapParts } from '../../model/parts.ts';
import { failedStoreUnmaps, punchesBehindEof } from '../variations/failed-calls.ts';
import { flushesBlocksEarly } from '../variations/flushes-blocks-early.ts';
import { fsyncMissesNothing } from '../variations/fsync-misses-nothing.ts';
import { cleansTheRange, looksAtPmdOnce, privateIn4k, splitEnds } from '../variations/huge-pages.ts';
import { looksAgain } from '../variations/sync-fault-looks-again.ts';
import insertsEbusy from '../variations/v7.2-insert-ebusy.ts';
import keepsBlocks from '../variations/v7.2-keeps-blocks.ts';
import waitsForPins from '../variations/v7.2-waits-for-pins.ts';
import { waitsForEveryPin } from '../variations/waits-for-every-pin.ts';
import { writeInvalidates } from '../variations/write-always-invalidates.ts';
import { writesBackFirst } from '../variations/writes-back-first.ts';
import { zeroesNoNeighbour } from '../variations/zeroes-no-neighbour.ts';

export type Mend = (base: Design<IomapParts>) => Design<IomapParts>;

export const MENDS = {
  fsyncMissesNothing,
  writesBackFirst,
  both: (base) => writesBackFirst(fsyncMissesNothing(base)),
  writeInvalidates,
  zeroesNoNeighbour,
  waitsForEveryPin,
  flushesBlocksEarly,
  punchesBehindEof,
  failedStoreUnmaps,
  cleansTheRange,
  looksAtPmdOnce,
  privateIn4k,
  splitEnds,
  looksAgain,
  insertsEbusy: () => insertsEbusy,
  keepsBlocks: () => keepsBlocks,
  waitsForPins: () => waitsForPins,
} satisfies Record<string, Mend>;
