/** Bugs that kernels had, of 4 KiB pages: the era before a fix violates the property that the bug broke, the era after holds it. */
import { describe, expect, it } from 'vitest';
import wakesOne from '../../casebook/designs/v4.12-hole-page-wakes-one.ts';
import withoutUnmap from '../../casebook/designs/v4.14-invalidate-without-unmap.ts';
import iomapBeforeGrab from '../../casebook/designs/v4.14-iomap-before-grab.ts';
import type { Design } from '../../model/design.ts';
import { loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';

interface Bug {
  readonly id: string;
  readonly property: string;
  readonly scenario: string;
  readonly before: readonly (string | Design)[];
  readonly after: readonly string[];
}

const BUGS: readonly Bug[] = [
  {
    id: 'C05: a store after a load does not update the mtime',
    property: 'mtime-on-write',
    scenario: 'a=block: load a; store a',
    before: ['v4.0'],
    after: ['v4.1-pfn-mkwrite', 'v4.12', 'v4.14', 'v5.10', 'v6.1'],
  },
  {
    id: 'C01: two allocating faults, and the second clears what was stored',
    property: 'no-stale-read',
    scenario: 'a=hole: store a || store a',
    before: ['v4.0', 'v4.1-pfn-mkwrite'],
    after: ['v4.5', 'v4.12', 'v4.14', 'v5.10', 'v6.1'],
  },
  {
    id: 'C04: a load maps a hole page over a block that a store has allocated',
    property: 'no-stale-read',
    scenario: 'a=hole: store a || [mm2] load a',
    before: ['v4.0', 'v4.1-pfn-mkwrite', 'v4.5'],
    after: ['v4.9', 'v4.12', 'v4.14', 'v5.10', 'v6.1'],
  },
  {
    id: 'C13: punch frees a block that a fault is about to map',
    property: 'no-freed-block-mapped',
    scenario: 'a=block: store a || punch a',
    before: ['v4.0', 'v4.1-pfn-mkwrite'],
    after: ['v4.5', 'v4.12', 'v4.14', 'v5.10', 'v6.1'],
  },
  {
    id: '12735f881952: a fault zeroes the unwritten block that write(2) copies into',
    property: 'no-stale-read',
    scenario: 'a=hole: store a || write a',
    before: ['v4.5'],
    after: ['v4.9', 'v4.12'],
  },
  {
    id: 'ac401cc78242: a hole page and an entry race for a slot that nobody locks',
    property: 'no-warn',
    scenario: 'a=hole: store a || [mm2] load a',
    before: ['v4.5', 'write-faults-2016', 'write-faults-2016-fallthrough'],
    after: ['v4.9', 'v4.12'],
  },
  {
    id: 'S3.11: a store that is mapped writable by its first fault has its DIRTY tag',
    property: 'writable-implies-dirty',
    scenario: 'a=block: store a || fsync',
    before: [],
    after: ['v4.5', 'write-faults-2016', 'write-faults-2016-fallthrough'],
  },
  {
    id: 'C08: write(2) into a hole leaves the hole mapped',
    property: 'no-stale-read',
    scenario: 'a=hole: load a; write a; load a',
    before: [withoutUnmap],
    after: ['v4.14', 'v5.10', 'v6.1'],
  },
  {
    id: 'C10: a load that asked the filesystem before it locked the entry maps a hole over written data',
    property: 'no-stale-read',
    scenario: 'a=hole: load a || write a',
    before: [iomapBeforeGrab],
    after: ['v4.14', 'v5.10', 'v6.1'],
  },
  {
    id: 'C12: a hole page that wakes one of two waiters leaves the other asleep',
    property: 'no-deadlock',
    scenario: 'a=hole: load a || load a || load a',
    before: [wakesOne],
    after: ['v4.12', 'v4.14', 'v5.10', 'v6.1'],
  },
  {
    id: 'S0.10: without a ->pfn_mkwrite() handler a PTE is writable over a clean entry',
    property: 'writable-implies-dirty',
    scenario: 'a=block: load a; store a',
    before: ['zero-page-v3-no-handler'],
    after: ['zero-page-v3', 'v4.14', 'v5.10', 'v6.1'],
  },
];

const designOf = (d: string | Design): Promise<Design> => (typeof d === 'string' ? loadDesign(d) : Promise.resolve(d));
const idOf = (d: string | Design): string => (typeof d === 'string' ? d : d.id);

describe.each(BUGS)('$id', ({ property, scenario, before, after }) => {
  const verdict = async (d: string | Design) => {
    const run = await verify(await designOf(d), scenario, { properties: [property] });
    return run.properties[0]!;
  };
  it.each(before.map((d) => [idOf(d), d] as const))(`%s violates ${property}`, async (_, d) => {
    expect((await verdict(d)).verdict).toBe('violated');
  });
  it.each(after.map((d) => [idOf(d), d] as const))(`%s holds ${property}`, async (_, d) => {
    expect((await verdict(d)).verdict).toBe('holds');
  });
});

it('two loads do not show C12: it takes a third', async () => {
  const run = await verify(wakesOne, 'a=hole: load a || load a', { properties: ['no-deadlock'] });
  expect(run.properties[0]!.verdict).toBe('holds');
});

it('C12 is reported as a missed wake-up, not as a cycle of locks', async () => {
  const run = await verify(wakesOne, 'a=hole: load a || load a || load a', { properties: ['no-deadlock'] });
  expect(run.properties[0]!.damage).toMatch(/^missed wake-up: T\d sleeps for the lock of entry\.a/);
});
