/** 7.2, thp=on: a huge PMD is zapped in steps, and truncate reads the counts of its page in between. findings.md, AJ and AE. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import type { IomapParts } from '../../model/parts.ts';
import { breakLayout } from '../../model/paths/v7/dax_break_layout.ts';
import { loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';
import syncsWithZaps from '../variations/v7.2-syncs-with-zaps.ts';

async function found(design: string | Design, scenario: string, property: string, ...settings: string[]) {
  const loaded = typeof design === 'string' ? await loadDesign(design) : design;
  const config = parseConfig(['thp=on', ...settings]);
  const run = await verify(loaded, scenario, { properties: [property], config });
  expect(run.complete).toBe(true);
  const { verdict, trace, damage } = run.properties[0]!;
  return { verdict: trace ? `${verdict} in ${trace.length}` : verdict, trace: trace ?? [], damage };
}
const verdict = async (...args: Parameters<typeof found>): Promise<string> => (await found(...args)).verdict;

const MUNMAP = 'a=block: store a; munmap a || truncate a';

describe('a huge PMD that is none, and whose page is counted as mapped', () => {
  it.each([
    ['truncate', MUNMAP, 29],
    ['punch', 'a=block: store a; munmap a || punch a', 30],
    ['zero-range', 'a=block: store a; dontneed a || zero a', 29],
    ['truncate of a part, which is split', 'a=block, b=block: store a; dontneed b || truncate b', 28],
    ['truncate beside exit', 'a=block: [mm2] store a; exit || truncate a', 29],
  ])(
    'is passed over by %s, which takes the entry away with a WARN; not with 22061a1ffabd',
    async (_who, text, steps) => {
      expect(await verdict('v7.2', text, 'no-warn')).toBe(`violated in ${steps}`);
      expect(await verdict(syncsWithZaps, text, 'no-warn')).toBe('holds');
      expect(await verdict('v6.12', text, 'no-warn')).toBe('holds');
    },
  );

  it('is passed over on XFS by preallocation, too, which breaks layouts', async () => {
    const text = 'a=block: store a; munmap a || fallocate a';
    expect(await verdict('v7.2', text, 'no-warn', 'fs=xfs')).toBe('violated in 29');
    expect(await verdict(syncsWithZaps, text, 'no-warn', 'fs=xfs')).toBe('holds');
    expect(await verdict('v7.2', text, 'no-warn')).toBe('holds');
  });

  it('is warned of between the zap that has cleared it and its rmap', async () => {
    const { trace, damage } = await found('v7.2', MUNMAP, 'no-warn');
    const steps = trace.map((step) => `${step.process} ${step.function}`);
    expect(steps).toContain('T0 zap_huge_pmd');
    expect(steps).not.toContain('T0 zap_huge_pmd_folio');
    expect(steps.at(-1)).toBe('T1 dax_delete_mapping_range');
    expect(damage).toContain('dax_folio_put');
  });

  it('is not met where munmap splits a mapping: i_mmap_rwsem is held for that', async () => {
    const text = 'a=block, b=block: store a; munmap b || truncate a';
    expect(await verdict('v7.2', text, 'no-warn')).toBe('holds');
  });
});

describe('the reference that a gather has of the page until it flushes', () => {
  const text = 'a=block: load a; dontneed a; load a || truncate a';
  it('keeps truncate waiting, for ever if the page is mapped again meanwhile; not if it waits for what no PTE or PMD has', async () => {
    const { verdict: asIs, damage } = await found('v7.2', text, 'no-deadlock');
    expect([asIs, damage]).toEqual([
      'violated in 44',
      expect.stringContaining('the page of blk.a, which is mapped by'),
    ]);
    const base = (await loadDesign('v7.2')) as Design<IomapParts>;
    const parts = { ...base.parts, break_layouts: breakLayout({ syncsWithZaps: true, waitsForPtes: false }) };
    const mended = { ...base, id: 'v7.2-waits-for-pins-alone', parts };
    for (const property of ['no-deadlock', 'no-warn', 'no-freed-block-mapped'])
      expect(await verdict(mended, text, property)).toBe('holds');
    expect(await verdict('v6.12', text, 'no-deadlock')).toBe('holds');
  });
});

it('is not in the state where nobody reads the counts beside the zap, and not in 6.12', async () => {
  const pins = async (design: string, scenario: string) =>
    (await verify(await loadDesign(design), scenario, { properties: [], config: parseConfig(['thp=on']) }))
      .ends()
      .some((end) => end.includes('pins['));
  expect(await pins('v7.2', MUNMAP)).toBe(true);
  expect(await pins('v6.12', MUNMAP)).toBe(false);
  expect(await pins('v7.2', 'a=block: store a; munmap a || fsync')).toBe(false);
  expect(await pins('v7.2', 'a=block: store a; munmap a; truncate a')).toBe(false);
});
