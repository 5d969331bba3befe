/** v5.10, v6.1, v6.12 and v7.2, each with every fix of docs/findings.md that concerns it. */
import { type Design, defineDesign } from '../../model/design.ts';
import v510 from '../../model/designs/v5.10.ts';
import v61 from '../../model/designs/v6.1.ts';
import v612 from '../../model/designs/v6.12.ts';
import v72 from '../../model/designs/v7.2.ts';
import type { IomapParts } from '../../model/parts.ts';
import { breakLayout } from '../../model/paths/v7/dax_break_layout.ts';
import { failedStoreUnmaps, punchesBehindEof } from './failed-calls.ts';
import { flushesBlocksEarly } from './flushes-blocks-early.ts';
import { fsyncMissesNothing } from './fsync-misses-nothing.ts';
import { cleansTheRange, looksAtPmdOnce, privateIn4k, splitEnds } from './huge-pages.ts';
import { looksAgain } from './sync-fault-looks-again.ts';
import insertsEbusy from './v7.2-insert-ebusy.ts';
import { waitsForEveryPin } from './waits-for-every-pin.ts';
import { writeInvalidates } from './write-always-invalidates.ts';
import { ownRange, writesBackFirst } from './writes-back-first.ts';
import { zeroesNoNeighbour } from './zeroes-no-neighbour.ts';

type Mend = (base: Design<IomapParts>) => Design<IomapParts>;

const onAll: readonly Mend[] = [
  fsyncMissesNothing,
  writesBackFirst,
  writeInvalidates,
  zeroesNoNeighbour,
  looksAgain,
  privateIn4k,
  splitEnds,
  punchesBehindEof,
  failedStoreUnmaps,
];

const mended = (base: Design<IomapParts>, ...mends: readonly Mend[]): Design<IomapParts> => ({
  ...mends.reduce((design, mend) => mend(design), base),
  id: `${base.id}-mended`,
  title: `${base.id} with every fix`,
});

/** AK, AL and AE of 7.2. (What mends M and N mends AM.) */
const mended72: Mend = (base) =>
  defineDesign<IomapParts>({
    ...base,
    parts: {
      ...base.parts,
      insert_pfn: insertsEbusy.parts.insert_pfn,
      break_layouts: breakLayout({ pagesOf: ownRange, writesBack: true, waitsForPtes: false }),
    },
  });

export const MENDED: readonly Design<IomapParts>[] = [
  mended(v510, waitsForEveryPin, cleansTheRange, looksAtPmdOnce, flushesBlocksEarly, ...onAll),
  mended(v61, waitsForEveryPin, looksAtPmdOnce, flushesBlocksEarly, ...onAll),
  mended(v612, waitsForEveryPin, flushesBlocksEarly, ...onAll),
  mended(v72, ...onAll, mended72),
];
