/** A fix of findings A and U, and with it of R, W and the fsync of O where the range is written back under the locks (XFS). */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../model/config.ts';
import { verify } from '../../verify/verify.ts';
import { missesNothing } from '../variations/fsync-misses-nothing.ts';

const PROPERTIES = [
  'fsync-durable',
  'mtime-by-msync',
  'no-write-when-frozen',
  'no-deadlock',
  'fsync-no-spurious-error',
];

const TWO_FSYNCS = 'a=block: store a; fsync || store a; fsync';
const LOAD = 'a=block: store a; fsync; store a; fsync || load a';
const HOLE = 'a=hole: load a || fsync';
const FREEZE = 'a=block: store a; fsync || freeze; thaw || load a';
const FORK = 'a=block: store a; fork; store a; fsync';
const PUNCH = 'a=block: store a; fsync || punch a';
const MSYNC = 'a=block: store a; msync || store a';
const HUGE = 'a=block, b=block: store a; fsync || store b';

describe.each(missesNothing.map((d) => [d.id, d] as const))('%s', (id, design) => {
  it.each([
    [TWO_FSYNCS],
    [LOAD],
    [HOLE],
    [FREEZE],
    ...(id.startsWith('v6.12') ? [[FORK]] : []),
    [MSYNC],
    [MSYNC, 'journal=on'],
    [TWO_FSYNCS, 'fs=xfs'],
    [HUGE, 'fs=xfs', 'thp=on'],
    // 7.2 has deleted the entries by then: AK.
    ...(id.startsWith('v7.2') ? [] : [[PUNCH, 'fs=xfs']]),
  ])('an fsync that waits for locked entries and clears TOWRITE late misses no store: %s', async (...asked) => {
    const [scenario, ...settings] = asked as [string, ...string[]];
    const { properties } = await verify(design, scenario, { config: parseConfig(settings), properties: PROPERTIES });
    expect(properties.filter((p) => p.verdict === 'violated').map((p) => p.id)).toEqual([]);
    expect(properties.map((p) => p.id)).toContain('fsync-durable');
  });
});
