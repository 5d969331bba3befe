/** errors=on: one call of a run fails. What that brings to light, and the state that a failed call leaves behind. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../model/config.ts';
import { boundsText } from '../../report/bounds.ts';
import { loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';
import { daxIds } from './ask.ts';

const config = parseConfig(['errors=on']);
const builtIn = await daxIds();

async function judged(design: string, scenario: string, property: string, errors = true) {
  const run = await verify(await loadDesign(design), scenario, { properties: [property], ...(errors && { config }) });
  const found = run.properties[0]!;
  return { verdict: found.verdict, length: found.trace?.length, damage: found.damage, trace: found.trace };
}

/** By design: the length of the shortest run. */
interface Bug {
  readonly what: string;
  readonly property: string;
  readonly scenario: string;
  readonly found: Readonly<Record<string, number>>;
  readonly not: readonly string[];
}

const BUGS: readonly Bug[] = [
  {
    what: 'a woken fault that runs out of memory, and is killed, swallows the wake-up of the next',
    property: 'no-deadlock',
    scenario: 'a=hole: load a || load a || load a || write a',
    found: { 'v4.14': 44 },
    not: ['v5.10'],
  },
  {
    what: 'the empty entry of a failed fault is tagged DIRTY, and fsync fails on it',
    property: 'no-warn',
    scenario: 'a=block, b=hole: load b; load a; write a; store a; fsync || [mm2] store a',
    found: { 'v4.9': 82 },
    not: ['v4.12', 'v4.14'],
  },
  {
    what: 'the same in 4.12, in the window of write(2)',
    property: 'no-warn',
    scenario: 'a=hole: load a; store a; fsync || write a || [mm2] store a',
    found: { 'v4.12': 60 },
    not: [],
  },
  {
    what: 'a punch that fails has deleted a dirty entry: fsync flushes nothing',
    property: 'fsync-durable',
    scenario: 'a=block: store a || punch a; fsync',
    found: { 'v4.12': 51 },
    not: [],
  },
  {
    what: 'a truncate that could not free its blocks returns 0, and the next extension brings the bytes back',
    property: 'no-stale-read',
    scenario: 'a=block, b=block: store a; truncate a; write b; read a',
    found: { 'v4.0': 51, 'v4.9': 65 },
    not: ['v4.14'],
  },
  {
    what: 'a block whose address is not to be had is converted unzeroed',
    property: 'no-stale-read',
    scenario: 'a=unwritten: load a || read a',
    found: { 'v4.0': 17 },
    not: ['v4.5', 'v4.14'],
  },
  {
    what: 'a store that allocated and failed leaves the zero page mapped over a written block',
    property: 'no-stale-read',
    scenario: 'a=hole: load a; store a',
    found: { 'v4.14': 34, 'v6.1': 32 },
    not: ['v4.5'],
  },
];

describe.each(BUGS)('$what', ({ property, scenario, found, not }) => {
  it.each(Object.entries(found))('%s: in %i steps', async (design, length) => {
    expect(await judged(design, scenario, property)).toMatchObject({ verdict: 'violated', length });
    expect((await judged(design, scenario, property, false)).verdict).not.toBe('violated');
  });
  if (not.length > 0)
    it.each(not)('not in %s', async (design) => {
      expect((await judged(design, scenario, property)).verdict).toBe('holds');
    });
});

it('an error is in every shortest run that needs one, and only one', async () => {
  const { trace } = await judged('v4.14', 'a=hole: load a; store a', 'no-stale-read');
  expect(trace!.filter((s) => s.changes.errors !== undefined).map((s) => s.step)).toEqual([
    'dax_direct_access() fails: -EIO',
  ]);
});

it('an -EIO of fsync after an injected error is none that nothing explains', async () => {
  const scenario = 'a=block: store a; fsync || fsync';
  expect((await judged('v4.14', scenario, 'fsync-no-spurious-error')).verdict).toBe('holds');
});

it('a fault that runs out of memory is tried again, and no run is endless for it', async () => {
  for (const id of ['v4.0', 'v4.12', 'v4.14', 'v6.1'])
    expect((await judged(id, 'a=hole: load a; store a', 'store-completes')).verdict).toBe('holds');
});

it('the bounds of a verdict say how many errors a run had', async () => {
  const run = await verify(await loadDesign('v4.14'), 'a=hole: load a', { properties: [], config });
  expect(boundsText(run)).toMatch(/errors injected: at most 1 per run$/);
});

describe('whatever call of whatever operation fails, nothing stays locked', () => {
  const operations = ['load a', 'read a', 'write a', 'fsync', 'msync', 'truncate a', 'punch a', 'mprotect ro', 'fork'];
  it.each(builtIn)('%s', async (id) => {
    const design = await loadDesign(id);
    const wrong: string[] = [];
    for (const operation of operations) {
      for (const scenario of [`a=block: store a; ${operation}`, `a=unwritten: load a; ${operation}; store a`]) {
        const run = await verify(design, scenario, { properties: ['lock-discipline', 'no-deadlock'], config });
        expect(run.complete).toBe(true);
        for (const p of run.properties) if (p.verdict === 'violated') wrong.push(`${p.id} in ${scenario}: ${p.damage}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

it('a write(2) that fails behind i_size frees a block, and the next one gets another where none is reused', async () => {
  const scenario = 'a=unwritten: write a || truncate a; write a';
  const options = { config: parseConfig(['errors=on', 'block-reuse=none']), properties: [] };
  for (const design of ['v4.9', 'v4.14', 'v6.12']) {
    expect((await verify(await loadDesign(design), scenario, options)).complete).toBe(true);
  }
});
