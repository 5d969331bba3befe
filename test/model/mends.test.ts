/**
 * The findings of v5.10, v6.1, v6.12 and v7.2 (docs/findings.md): each violation, in how many steps, and that it is gone with its fix.
 * What is said of a fix is said of complete explorations.
 */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import v510 from '../../model/designs/v5.10.ts';
import v61 from '../../model/designs/v6.1.ts';
import v612 from '../../model/designs/v6.12.ts';
import v72 from '../../model/designs/v7.2.ts';
import type { IomapParts } from '../../model/parts.ts';
import { verify } from '../../verify/verify.ts';
import { MENDS } from './mends.ts';

const BASES: Readonly<Record<string, Design<IomapParts>>> = { 'v5.10': v510, 'v6.1': v61, 'v6.12': v612, 'v7.2': v72 };
const NIGHTLY = process.env.FAULTLINE_NIGHTLY !== undefined;

/** By design: the steps of the shortest run that violates the property, or that it holds; one number: the same in all four. */
type Found = number | Readonly<Record<string, number | 'holds'>>;
type Run = readonly [config: string, scenario: string, property: string, found: Found];
interface Mended {
  /** The letter of the finding. */
  readonly of: string;
  readonly mend: keyof typeof MENDS;
  readonly runs: readonly Run[];
}

const FINDINGS: readonly Mended[] = [
  {
    of: 'U',
    mend: 'fsyncMissesNothing',
    runs: [
      ['', 'a=block: store a; fsync || store a; fsync', 'fsync-durable', 17],
      ['', 'a=block: store a; fsync || store a; fsync', 'mtime-by-msync', 31],
      ['', 'a=block: store a; fsync || load a', 'fsync-durable', 28],
      ['', 'a=block: store a; fsync || freeze; thaw || load a', 'no-write-when-frozen', 30],
      ['', 'a=block: store a || store a; fsync', 'fsync-durable', 17],
      ['', 'a=block: store a; fsync || [mm2] load a', 'fsync-durable', 28],
      ['', 'a=block: store a; fsync || [private] load a', 'fsync-durable', 28],
      ['', 'a=block: store a; fsync || fsync', 'fsync-durable', 26],
      ['', 'a=block: store a; msync || load a', 'fsync-durable', 31],
      ['', 'a=block: store a; fsync; store a; fsync || load a', 'mtime-by-msync', 34],
      ['', 'a=block: store a; freeze; store a || load a', 'no-write-when-frozen', 32],
      [
        '',
        'a=block: store a; fork; store a; fsync',
        'fsync-durable',
        { 'v5.10': 37, 'v6.1': 37, 'v6.12': 45, 'v7.2': 45 },
      ],
      [
        'journal=on',
        'a=block: store a; fork; store a; fsync',
        'fsync-durable',
        { 'v5.10': 48, 'v6.1': 48, 'v6.12': 56, 'v7.2': 56 },
      ],
      ['journal=on', 'a=block: store a; fsync || store a; fsync', 'fsync-durable', 23],
      ['journal=on', 'a=block: store a; fsync || store a; fsync', 'mtime-by-msync', 36],
      ['journal=on', 'a=block: store a; fsync || load a; store a', 'fsync-durable', 32],
      ['', 'a=block: [sync] store a; fsync || [sync] store a; fsync', 'fsync-durable', 19],
      ['', 'a=block: [sync] store a; fsync || [sync] store a; fsync', 'mtime-by-msync', 34],
      ['journal=on', 'a=block: [sync] store a; fsync || [sync] store a; fsync', 'fsync-durable', 25],
      ['journal=on', 'a=block: [sync] store a; fsync || [sync] store a; fsync', 'mtime-by-msync', 38],
      ['fs=xfs', 'a=block: store a; fsync || store a; fsync', 'fsync-durable', 17],
      ['fs=xfs', 'a=block: store a; fsync || store a; fsync', 'mtime-by-msync', 31],
      [
        'fs=xfs',
        'a=block: store a; fork; store a; fsync',
        'fsync-durable',
        { 'v5.10': 37, 'v6.1': 37, 'v6.12': 39, 'v7.2': 39 },
      ],
      ['fs=xfs', 'a=block: store a; fsync || truncate a', 'fsync-durable', { 'v5.10': 31, 'v6.1': 31 }],
      ['thp=on', 'a=block: store a; fsync || fsync', 'fsync-durable', 27],
      ['thp=on', 'a=block, b=block: store a; fsync || store b', 'fsync-durable', 18],
      ['thp=on journal=on', 'a=block, b=block: store a; fsync || store b', 'fsync-durable', 24],
      ['thp=on fs=xfs', 'a=block, b=block: store a; fsync || store b', 'fsync-durable', 18],
      ['thp=on', 'a=block: store a; fsync || store a; fsync', 'fsync-durable', 18],
      ['thp=on', 'a=block: store a; fsync || store a; fsync', 'mtime-by-msync', 33],
      [
        '',
        'a=hole, b=block: load a; store b || store a; fsync || truncate b',
        'fsync-durable',
        { 'v5.10': 28, 'v6.1': 28, 'v6.12': 28 },
      ],
      ['', 'a=block: store a; fsync || load a; store a', 'fsync-durable', 28],
      ['fs=xfs', 'a=block: [sync] store a; fsync || [sync] store a; fsync', 'fsync-durable', 19],
      ['fs=xfs journal=on', 'a=block: [sync] store a; fsync || [sync] store a; fsync', 'fsync-durable', 20],
      ['fs=xfs', 'a=block: [sync] store a; fsync || [sync] store a; fsync', 'mtime-by-msync', 34],
      ['fs=xfs journal=on', 'a=block: [sync] store a; fsync || [sync] store a; fsync', 'mtime-by-msync', 35],
      [
        'fs=ext2',
        'a=block: store a; fsync || store a; fsync',
        'fsync-durable',
        { 'v5.10': 19, 'v6.1': 19, 'v6.12': 19 },
      ],
    ],
  },
  {
    of: 'U',
    mend: 'both',
    runs: [
      [
        'thp=on',
        'a=hole, b=block: load a; store b || store a; fsync || truncate b',
        'fsync-durable',
        { 'v5.10': 47, 'v6.1': 47, 'v6.12': 45 },
      ],
    ],
  },
  {
    of: 'O',
    mend: 'both',
    runs: [
      ['', 'a=block: store a; fsync || punch a', 'fsync-durable', { 'v5.10': 27, 'v6.1': 27, 'v6.12': 28, 'v7.2': 25 }],
      ['', 'a=block: zero a || store a; fsync', 'fsync-durable', { 'v5.10': 27, 'v6.1': 27, 'v6.12': 27, 'v7.2': 25 }],
      [
        'journal=on',
        'a=block: punch a || store a; fsync',
        'fsync-durable',
        { 'v5.10': 31, 'v6.1': 31, 'v6.12': 32, 'v7.2': 29 },
      ],
      ['', 'a=block: store a; fsync || truncate a', 'fsync-durable', { 'v6.12': 'holds', 'v7.2': 24 }],
      ['', 'a=block: punch a || store a; fsync', 'fsync-durable', { 'v5.10': 27, 'v6.1': 27, 'v6.12': 28, 'v7.2': 25 }],
      ['', 'a=block: store a; fsync || zero a', 'fsync-durable', { 'v5.10': 27, 'v6.1': 27, 'v6.12': 27, 'v7.2': 25 }],
      [
        'journal=on',
        'a=block: store a; fsync || punch a',
        'fsync-durable',
        { 'v5.10': 31, 'v6.1': 31, 'v6.12': 32, 'v7.2': 29 },
      ],
      [
        'journal=on',
        'a=block: store a; fsync || zero a',
        'fsync-durable',
        { 'v5.10': 31, 'v6.1': 31, 'v6.12': 31, 'v7.2': 29 },
      ],
      [
        'journal=on',
        'a=block: zero a || store a; fsync',
        'fsync-durable',
        { 'v5.10': 31, 'v6.1': 31, 'v6.12': 31, 'v7.2': 29 },
      ],
      [
        'fs=xfs',
        'a=block: store a; fsync || punch a',
        'fsync-durable',
        { 'v5.10': 30, 'v6.1': 30, 'v6.12': 31, 'v7.2': 24 },
      ],
      [
        'fs=xfs',
        'a=block: punch a || store a; fsync',
        'fsync-durable',
        { 'v5.10': 30, 'v6.1': 30, 'v6.12': 31, 'v7.2': 24 },
      ],
      [
        'fs=xfs',
        'a=block: store a; fsync || zero a',
        'fsync-durable',
        { 'v5.10': 30, 'v6.1': 30, 'v6.12': 31, 'v7.2': 24 },
      ],
      [
        'fs=xfs',
        'a=block: zero a || store a; fsync',
        'fsync-durable',
        { 'v5.10': 30, 'v6.1': 30, 'v6.12': 31, 'v7.2': 24 },
      ],
      ['journal=on', 'a=block: store a; fsync || truncate a', 'fsync-durable', { 'v7.2': 28 }],
      ['fs=xfs', 'a=block: store a; fsync || truncate a', 'fsync-durable', { 'v7.2': 24 }],
      [
        '',
        'a=block: [sync] store a; fsync || punch a',
        'fsync-durable',
        { 'v5.10': 29, 'v6.1': 29, 'v6.12': 30, 'v7.2': 27 },
      ],
      [
        'journal=on',
        'a=block: [sync] store a; fsync || punch a',
        'fsync-durable',
        { 'v5.10': 33, 'v6.1': 33, 'v6.12': 34, 'v7.2': 31 },
      ],
      [
        'fs=xfs',
        'a=block: [sync] store a; fsync || punch a',
        'fsync-durable',
        { 'v5.10': 32, 'v6.1': 32, 'v6.12': 33, 'v7.2': 26 },
      ],
      [
        'fs=xfs journal=on',
        'a=block: [sync] store a; fsync || punch a',
        'fsync-durable',
        { 'v5.10': 33, 'v6.1': 33, 'v6.12': 34, 'v7.2': 27 },
      ],
      [
        '',
        'a=block: zero a || [sync] store a; fsync',
        'fsync-durable',
        { 'v5.10': 29, 'v6.1': 29, 'v6.12': 29, 'v7.2': 27 },
      ],
      [
        'journal=on',
        'a=block: zero a || [sync] store a; fsync',
        'fsync-durable',
        { 'v5.10': 33, 'v6.1': 33, 'v6.12': 33, 'v7.2': 31 },
      ],
      [
        'thp=on',
        'a=block, b=block: store a; fsync || punch b',
        'fsync-durable',
        { 'v5.10': 28, 'v6.1': 28, 'v6.12': 31, 'v7.2': 27 },
      ],
      [
        'thp=on fs=xfs',
        'a=block, b=block: store a; fsync || punch b',
        'fsync-durable',
        { 'v5.10': 32, 'v6.1': 32, 'v6.12': 33, 'v7.2': 26 },
      ],
      [
        'fs=xfs',
        'a=block: zero a || [sync] store a; fsync',
        'fsync-durable',
        { 'v5.10': 32, 'v6.1': 32, 'v6.12': 33, 'v7.2': 26 },
      ],
      [
        'fs=xfs journal=on',
        'a=block: zero a || [sync] store a; fsync',
        'fsync-durable',
        { 'v5.10': 33, 'v6.1': 33, 'v6.12': 34, 'v7.2': 27 },
      ],
    ],
  },
  {
    of: 'AK',
    mend: 'both',
    runs: [
      ['', 'a=hole, b=block: load a; store b || store a; fsync || truncate b', 'fsync-durable', { 'v7.2': 25 }],
      ['fs=xfs', 'a=hole, b=block: load a; store b || store a; fsync || truncate b', 'fsync-durable', { 'v7.2': 26 }],
      ['thp=on', 'a=hole, b=block: load a; store b || store a; fsync || truncate b', 'fsync-durable', { 'v7.2': 42 }],
    ],
  },
  {
    of: 'AK',
    mend: 'writesBackFirst',
    runs: [
      ['', 'a=block, b=block: store a; punch b; fsync', 'fsync-durable', { 'v6.12': 'holds', 'v7.2': 32 }],
      ['', 'a=block, b=block: store a; truncate b; fsync', 'fsync-durable', { 'v6.12': 'holds', 'v7.2': 32 }],
      ['', 'a=block, b=block: store a; zero b; fsync', 'fsync-durable', { 'v7.2': 31 }],
      ['fs=xfs', 'a=block, b=block: store a; punch b; fsync', 'fsync-durable', { 'v7.2': 32 }],
      ['fs=xfs', 'a=block, b=block: store a; truncate b; fsync', 'fsync-durable', { 'v7.2': 33 }],
      ['fs=xfs', 'a=block, b=block: store a; zero b; fsync', 'fsync-durable', { 'v7.2': 33 }],
      ['fs=xfs', 'a=block, b=block: store a; fallocate b; fsync', 'fsync-durable', { 'v7.2': 29 }],
    ],
  },
  {
    of: 'AJ',
    mend: 'writesBackFirst',
    runs: [
      [
        'thp=on',
        'a=block, b=block: store a; truncate b; fsync',
        'fsync-durable',
        { 'v5.10': 37, 'v6.1': 37, 'v6.12': 37, 'v7.2': 35 },
      ],
      [
        'thp=on fs=xfs',
        'a=block, b=block: store a; truncate b; fsync',
        'fsync-durable',
        { 'v5.10': 'holds', 'v6.1': 'holds', 'v6.12': 38, 'v7.2': 36 },
      ],
    ],
  },
  {
    of: 'AJ',
    mend: 'cleansTheRange',
    runs: [
      [
        'thp=on',
        'a=block, b=block: store a || [mm2 maps=b] store b; fsync',
        'writable-implies-dirty',
        { 'v5.10': 48, 'v6.1': 'holds', 'v6.12': 'holds', 'v7.2': 'holds' },
      ],
      [
        'thp=on fs=xfs',
        'a=block, b=block: store a || [mm2 maps=b] store b; fsync',
        'writable-implies-dirty',
        { 'v5.10': 48 },
      ],
      [
        'thp=on',
        'a=hole, b=block: load a; store b || store a; fsync || truncate b',
        'writable-implies-dirty',
        { 'v5.10': 72 },
      ],
      [
        'thp=on fs=xfs',
        'a=hole, b=block: load a; store b || store a; fsync || truncate b',
        'writable-implies-dirty',
        { 'v5.10': 73 },
      ],
    ],
  },
  {
    of: 'AJ',
    mend: 'looksAtPmdOnce',
    runs: [
      [
        'thp=on',
        'a=block: store a || dontneed a',
        'no-warn',
        { 'v5.10': 16, 'v6.1': 16, 'v6.12': 'holds', 'v7.2': 'holds' },
      ],
      [
        'thp=on',
        'a=hole: load a; store a || load a; store a',
        'no-warn',
        { 'v5.10': 63, 'v6.1': 63, 'v6.12': 'holds', 'v7.2': 'holds' },
      ],
      [
        'thp=on',
        'a=hole, b=hole: load a || write b; write a',
        'no-warn',
        { 'v5.10': 40, 'v6.1': 40, 'v6.12': 'holds' },
      ],
      ['thp=on fs=xfs', 'a=hole, b=hole: load a || write b; write a', 'no-warn', { 'v5.10': 43, 'v6.1': 43 }],
      ['thp=on', 'a=hole: load a; store a || write a', 'no-warn', { 'v6.1': 39 }],
      ['thp=on fs=xfs', 'a=hole: load a; store a || write a', 'no-warn', { 'v6.1': 40 }],
    ],
  },
  {
    of: 'AJ',
    mend: 'privateIn4k',
    runs: [
      [
        'thp=on',
        'a=block: [private] load a; store a || [private] load a',
        'store-completes',
        { 'v5.10': 37, 'v6.1': 37, 'v6.12': 32, 'v7.2': 32 },
      ],
    ],
  },
  {
    of: 'AJ',
    mend: 'splitEnds',
    runs: [
      [
        'thp=on',
        'a=hole, b=hole: load a; store a || write b',
        'store-completes',
        { 'v5.10': 'holds', 'v6.1': 'holds', 'v6.12': 76, 'v7.2': 78 },
      ],
      ['thp=on fs=xfs', 'a=hole, b=hole: load a; store a || write b', 'store-completes', { 'v6.12': 62, 'v7.2': 64 }],
    ],
  },
  {
    of: 'AJ',
    mend: 'looksAgain',
    runs: [
      [
        'thp=on',
        'a=hole: [sync] load a; store a || [sync] store a',
        'no-warn',
        { 'v5.10': 53, 'v6.1': 55, 'v6.12': 'holds', 'v7.2': 'holds' },
      ],
      ['thp=on', 'a=unwritten, b=block: [sync] store a || [sync] store b', 'no-warn', { 'v5.10': 47, 'v6.1': 47 }],
      [
        'thp=on journal=on',
        'a=unwritten, b=block: [sync] store a || [sync] store b',
        'no-warn',
        { 'v5.10': 54, 'v6.1': 54 },
      ],
      [
        'thp=on fs=xfs',
        'a=hole: [sync] load a; store a || [sync] store a',
        'no-warn',
        { 'v5.10': 54, 'v6.1': 56, 'v6.12': 54, 'v7.2': 54 },
      ],
      ['thp=on fs=xfs', 'a=hole, b=block: [sync] store a || [sync] store b', 'no-warn', 48],
    ],
  },
  {
    of: 'M',
    mend: 'writeInvalidates',
    runs: [
      ['', 'a=unwritten, b=unwritten: load b; write a; write b; load b', 'no-stale-read', 28],
      ['', 'a=unwritten, b=unwritten: load b; store a; write b; load b', 'no-stale-read', 37],
      ['', 'a=unwritten, b=unwritten, c=unwritten: load a; write b; write a; load a', 'no-stale-read', 28],
      ['', 'a=unwritten, b=unwritten: [sync] load b; write a; write b; load b', 'no-stale-read', 28],
      ['journal=on', 'a=unwritten, b=unwritten: [sync] load b; write a; write b; load b', 'no-stale-read', 28],
    ],
  },
  {
    of: 'M',
    mend: 'zeroesNoNeighbour',
    runs: [
      ['', 'a=unwritten, b=unwritten: load b; write a', 'no-stale-read', 22],
      ['', 'a=unwritten, b=unwritten: load b; write a; write b; load b', 'no-stale-read', 28],
      ['', 'a=unwritten, b=unwritten: load b; store a', 'no-stale-read', 31],
      ['', 'a=unwritten, b=unwritten: load b; store a; write b; load b', 'no-stale-read', 37],
      ['', 'a=unwritten, b=unwritten, c=unwritten: load a; write b; write a; load a', 'no-stale-read', 28],
    ],
  },
  {
    of: 'N',
    mend: 'writeInvalidates',
    runs: [
      ['', 'a=hole: load a; write a; load a || store a', 'no-stale-read', 29],
      ['fs=xfs', 'a=hole: load a; write a; load a || store a', 'no-stale-read', 31],
      ['journal=on', 'a=hole: load a; write a; load a || store a', 'no-stale-read', 30],
      ['', 'a=hole: [sync] load a; write a; load a || [sync] store a', 'no-stale-read', 29],
      ['', 'a=hole: [sync] store a || [sync] load a || write a', 'no-stale-read', 28],
      ['fs=xfs', 'a=hole: [sync] store a || [sync] load a || write a', 'no-stale-read', 30],
      ['journal=on', 'a=hole: [sync] load a; write a; load a || [sync] store a', 'no-stale-read', 30],
      ['fs=xfs', 'a=hole: [sync] load a; write a; load a || [sync] store a', 'no-stale-read', 31],
      ['fs=xfs journal=on', 'a=hole: [sync] load a; write a; load a || [sync] store a', 'no-stale-read', 31],
      ['journal=on', 'a=hole: [sync] store a || [sync] load a || write a', 'no-stale-read', 29],
      [
        'fs=ext2',
        'a=hole: load a; write a; load a || store a',
        'no-stale-read',
        { 'v5.10': 30, 'v6.1': 30, 'v6.12': 30 },
      ],
    ],
  },
  {
    of: 'AL',
    mend: 'insertsEbusy',
    runs: [
      ['', 'a=hole: load a; store a || write a', 'no-spurious-sigbus', { 'v7.2': 37 }],
      ['fs=xfs', 'a=hole: load a; store a || write a', 'no-spurious-sigbus', { 'v7.2': 38 }],
      ['journal=on', 'a=hole: load a; store a || write a', 'no-spurious-sigbus', { 'v7.2': 39 }],
      ['', 'a=hole: [sync] store a || [sync] load a || write a', 'no-spurious-sigbus', { 'v7.2': 39 }],
    ],
  },
  {
    of: 'AM',
    mend: 'keepsBlocks',
    runs: [
      ['', 'a=hole: load a || write a', 'no-warn', { 'v6.12': 'holds', 'v7.2': 16 }],
      ['', 'a=hole: load a; store a || write a', 'no-warn', { 'v7.2': 16 }],
      ['fs=xfs', 'a=hole: load a || write a', 'no-warn', { 'v7.2': 17 }],
      ['fs=xfs', 'a=hole: load a; store a || write a', 'no-warn', { 'v7.2': 17 }],
      ['thp=on', 'a=hole: load a || write a', 'no-warn', { 'v7.2': 17 }],
      ['thp=on', 'a=hole: load a; store a || write a', 'no-warn', { 'v7.2': 17 }],
      ['thp=on', 'a=hole, b=hole: load a || write b; write a', 'no-warn', { 'v6.12': 'holds', 'v7.2': 23 }],
      ['thp=on', 'a=hole, b=hole: [maps=b] load b || write b', 'no-warn', { 'v7.2': 31 }],
      ['', 'a=hole: [sync] store a || [sync] load a || write a', 'no-warn', { 'v7.2': 16 }],
    ],
  },
  {
    of: 'AE',
    mend: 'waitsForEveryPin',
    runs: [
      [
        '',
        'a=block: pin a; munmap a; unpin a || truncate a',
        'no-freed-block-pinned',
        { 'v5.10': 32, 'v6.1': 32, 'v6.12': 33, 'v7.2': 'holds' },
      ],
      [
        '',
        'a=block: pin a; munmap a; unpin a || truncate a',
        'no-warn',
        { 'v5.10': 28, 'v6.1': 28, 'v6.12': 29, 'v7.2': 'holds' },
      ],
      [
        '',
        'a=block: pin a; unpin a || fsync || truncate a',
        'no-freed-block-pinned',
        { 'v5.10': 37, 'v6.1': 37, 'v6.12': 37, 'v7.2': 'holds' },
      ],
      [
        '',
        'a=block: pin a; unpin a || fsync || truncate a',
        'no-warn',
        { 'v5.10': 33, 'v6.1': 33, 'v6.12': 33, 'v7.2': 'holds' },
      ],
      [
        'fs=xfs',
        'a=block: pin a; munmap a; unpin a || truncate a',
        'no-freed-block-pinned',
        { 'v5.10': 40, 'v6.1': 40, 'v6.12': 34 },
      ],
      [
        'fs=xfs',
        'a=block: pin a; unpin a || fsync || truncate a',
        'no-freed-block-pinned',
        { 'v5.10': 40, 'v6.1': 40, 'v6.12': 38 },
      ],
      [
        'fs=ext2',
        'a=block: pin a; unpin a || truncate a',
        'no-freed-block-pinned',
        { 'v5.10': 28, 'v6.1': 28, 'v6.12': 28 },
      ],
      [
        'fs=ext2',
        'a=block: pin a; munmap a; unpin a || truncate a',
        'no-freed-block-pinned',
        { 'v5.10': 28, 'v6.1': 28, 'v6.12': 28 },
      ],
      [
        'fs=ext2',
        'a=block: pin a; unpin a || fsync || truncate a',
        'no-freed-block-pinned',
        { 'v5.10': 28, 'v6.1': 28, 'v6.12': 28 },
      ],
    ],
  },
  {
    of: 'AE',
    mend: 'waitsForPins',
    runs: [
      ['', 'a=block: pin a; unpin a || truncate a || load a', 'no-deadlock', { 'v6.12': 'holds', 'v7.2': 38 }],
      ['', 'a=block: pin a; unpin a || punch a || load a', 'no-deadlock', { 'v7.2': 39 }],
      ['', 'a=block: pin a; load a; unpin a || truncate a', 'no-deadlock', { 'v7.2': 38 }],
      ['fs=xfs', 'a=block: pin a; unpin a || truncate a || load a', 'no-deadlock', { 'v7.2': 38 }],
      ['fs=xfs', 'a=block: pin a; unpin a || punch a || load a', 'no-deadlock', { 'v7.2': 38 }],
    ],
  },
  {
    of: 'AB',
    mend: 'flushesBlocksEarly',
    runs: [
      [
        'tlb=on',
        'a=block: store a; store a || dontneed a || fsync',
        'writable-implies-dirty',
        { 'v5.10': 28, 'v6.1': 28, 'v6.12': 28 },
      ],
      [
        'tlb=on',
        'a=block: store a; store a || munmap a || fsync',
        'writable-implies-dirty',
        { 'v5.10': 29, 'v6.1': 29, 'v6.12': 33 },
      ],
      [
        'tlb=on',
        'a=block: store a; store a || dontneed a || freeze; thaw',
        'no-write-when-frozen',
        { 'v5.10': 32, 'v6.1': 32, 'v6.12': 32 },
      ],
      [
        'tlb=on',
        'a=block, b=block: store a; store a || punch b || fsync',
        'writable-implies-dirty',
        { 'v5.10': 'holds', 'v6.1': 33, 'v6.12': 31 },
      ],
      [
        'tlb=on',
        'a=hole, b=block: load a; store b || store a; fsync || truncate b',
        'writable-implies-dirty',
        { 'v6.1': 30, 'v6.12': 30 },
      ],
    ],
  },
  {
    of: 'AC',
    mend: 'writesBackFirst',
    runs: [
      ['errors=on', 'a=block: store a; punch a; fsync', 'fsync-durable', { 'v6.1': 'holds', 'v6.12': 36, 'v7.2': 34 }],
      [
        'errors=on',
        'a=block: store a || punch a; fsync',
        'fsync-durable',
        { 'v5.10': 37, 'v6.1': 37, 'v6.12': 36, 'v7.2': 34 },
      ],
      [
        'errors=on',
        'a=block: store a; zero a; fsync',
        'fsync-durable',
        { 'v5.10': 35, 'v6.1': 35, 'v6.12': 35, 'v7.2': 33 },
      ],
    ],
  },
  {
    of: 'AC',
    mend: 'punchesBehindEof',
    runs: [
      [
        'errors=on',
        'a=block, b=block: write a; truncate a; punch a; write b; read a',
        'no-stale-read',
        { 'v5.10': 28, 'v6.1': 28, 'v6.12': 31, 'v7.2': 33 },
      ],
    ],
  },
  {
    of: 'AC',
    mend: 'failedStoreUnmaps',
    runs: [
      ['errors=on', 'a=hole: load a; store a', 'no-stale-read', 32],
      [
        'errors=on',
        'a=block: load a; store a || punch a',
        'no-stale-read',
        { 'v5.10': 44, 'v6.1': 44, 'v6.12': 43, 'v7.2': 44 },
      ],
      ['errors=on', 'a=hole: load a; store a || write a', 'no-stale-read', 37],
    ],
  },
];

/** Of each fix the first few; the others are large, or much alike. */
const QUICK = 2;

const foundIn = (found: Found): (readonly [string, number | 'holds'])[] =>
  typeof found === 'number' ? Object.keys(BASES).map((id) => [id, found]) : Object.entries(found);

async function outcome(design: Design, [config, scenario, property]: Run): Promise<number | string> {
  const settings = parseConfig(config === '' ? [] : config.split(' '));
  const run = await verify(design, scenario, { config: settings, properties: [property] });
  expect(run.complete).toBe(true);
  const { verdict, trace } = run.properties[0]!;
  return verdict === 'violated' ? trace!.length : verdict;
}

describe.each(FINDINGS)('finding $of: $mend', ({ mend, runs }) => {
  const some = NIGHTLY ? runs : runs.slice(0, QUICK);
  it.each(some.map((run) => [run.slice(0, 3).join(' ').trim(), run] as const))(
    '%s: violated, and not with the fix',
    async (_, run) => {
      for (const [id, found] of foundIn(run[3])) {
        expect(await outcome(BASES[id]!, run), id).toBe(found);
        if (found !== 'holds') expect(await outcome(MENDS[mend](BASES[id]!), run), `${id} with its fix`).toBe('holds');
      }
    },
  );
});
