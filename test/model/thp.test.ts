/** PMD faults (thp=on): what one entry and one PMD for many pages change. */
import { describe, expect, it } from 'vitest';
import {
  alwaysFallsBack,
  collide,
  depositsForAll,
  depositsForBlocks,
  mkcleanSkipsPmds,
  neverWritable,
  pmdAsksBeforeLock,
} from '../../casebook/designs/pmd-mutants.ts';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import type { IomapParts } from '../../model/parts.ts';
import { loadDesign } from '../../verify/registry.ts';
import { supports, verify } from '../../verify/verify.ts';
import { looksAgain } from '../variations/sync-fault-looks-again.ts';

const thp = (value: 'on' | 'off') => parseConfig([`thp=${value}`]);

async function verdict(design: Design, text: string, property: string, value: 'on' | 'off' = 'on'): Promise<string> {
  const run = await verify(design, text, { properties: [property], config: thp(value) });
  expect(run.complete).toBe(true);
  return run.properties[0]!.verdict;
}

describe('with thp=on', () => {
  it('a load of a hole maps the huge zero page, also where 4 KiB holes are page-cache pages', async () => {
    expect(await verdict(await loadDesign('v4.12'), 'a=hole: load a', 'zero-page-readonly')).toBe('holds');
  });

  it('truncating a part of a dirty range forgets that the rest is dirty', async () => {
    const text = 'a=block, b=block: store a; truncate b; fsync';
    expect(await verdict(await loadDesign('v4.14'), text, 'fsync-durable')).toBe('violated');
    expect(await verdict(await loadDesign('v4.14'), text, 'fsync-durable', 'off')).toBe('holds');
  });

  it('fsync of an entry of the whole range leaves a mapping of its second page writable', async () => {
    const text = 'a=block, b=block: store a || [mm2 maps=b] store b; fsync';
    expect(await verdict(await loadDesign('v4.14'), text, 'writable-implies-dirty')).toBe('violated');
    expect(await verdict(await loadDesign('v4.14'), text, 'writable-implies-dirty', 'off')).toBe('holds');
  });

  it('from 5.19 on fsync write-protects all that an entry of the whole range covers, in every mapping', async () => {
    const text = 'a=block, b=block: store a || [mm2 maps=b] store b; fsync';
    expect(await verdict(await loadDesign('v5.10'), text, 'writable-implies-dirty')).toBe('violated');
    expect(await verdict(await loadDesign('v6.1'), text, 'writable-implies-dirty')).toBe('holds');
  });

  it('up to 5.0 munmap misses a PMD that fsync has none for a moment, and finds it where it frees page tables', async () => {
    const text = 'a=block: store a; munmap a || fsync';
    expect(await verdict(await loadDesign('v4.14'), text, 'no-warn')).toBe('violated');
    expect(await verdict(await loadDesign('v5.10'), text, 'no-warn')).toBe('holds');
  });

  it('munmap of a part of a huge page waits for the PMD that fsync has none, and splits it', async () => {
    const text = 'a=block, b=block: store a; munmap b || fsync';
    expect(await verdict(await loadDesign('v4.14'), text, 'no-mapping-after-munmap')).toBe('holds');
  });

  it('write(2) of one page can take away the entry of another, whose zero page stays mapped: a store there never ends', async () => {
    const text = 'a=hole, b=hole: load a; store a || write b';
    expect(await verdict(await loadDesign('v4.14'), text, 'store-completes')).toBe('violated');
    expect(await verdict(await loadDesign('v4.14'), text, 'store-completes', 'off')).toBe('holds');
  });

  it('a write(2) to that other page finds no entry then, and its loads return zeros for good', async () => {
    const text = 'a=hole, b=hole: load a || write b; write a';
    expect(await verdict(await loadDesign('v4.14'), text, 'no-stale-read')).toBe('violated');
    expect(await verdict(await loadDesign('v4.14'), text, 'no-stale-read', 'off')).toBe('holds');
    expect(await verdict(await loadDesign('v5.10'), text, 'no-stale-read')).toBe('holds');
  });

  it('in the XArray (v5.10) a lookup names the index asked for: write(2) leaves the other page alone', async () => {
    const text = 'a=hole, b=hole: load a; store a || write b';
    expect(await verdict(await loadDesign('v5.10'), text, 'store-completes')).toBe('holds');
  });

  it('a PMD is mapped by a private load, and a private store goes on in 4 KiB', async () => {
    const text = 'a=block: [private] load a; store a; load a';
    expect(await verdict(await loadDesign('v4.14'), text, 'private-stays-private')).toBe('holds');
  });

  it('since pte_offset_map() may fail (6.5) no huge PMD is taken for a corrupted one', async () => {
    const text = 'a=block: store a || dontneed a';
    expect(await verdict(await loadDesign('v6.1'), text, 'no-warn')).toBe('violated');
    expect(await verdict(await loadDesign('v6.12'), text, 'no-warn')).toBe('holds');
    expect(await verdict(await loadDesign('v7.2'), text, 'no-warn')).toBe('holds');
  });

  it('a store beside a mapped huge zero page gets SIGBUS in 7.2 only where it is of 4 KiB', async () => {
    const text = 'a=hole: load a; store a || write a';
    expect(await verdict(await loadDesign('v7.2'), text, 'no-spurious-sigbus')).toBe('holds');
    expect(await verdict(await loadDesign('v7.2'), text, 'no-spurious-sigbus', 'off')).toBe('violated');
  });

  it('XFS allocates and converts no more than the extent that the range begins with', async () => {
    const design = await loadDesign('v6.12');
    const xfs = parseConfig(['thp=on', 'fs=xfs']);
    const run = await verify(design, 'a=unwritten, b=block: store a', { config: xfs });
    expect(run.properties.filter((p) => p.verdict === 'violated')).toEqual([]);
    expect(await supports(design, 'a=hole: load a', parseConfig(['thp=on', 'fs=ext2']))).toBe(false);
  });

  const warns = async (design: Design, scenario: string, fs: string): Promise<string> => {
    const config = parseConfig(['thp=on', `fs=${fs}`]);
    return (await verify(design, scenario, { config, properties: ['no-warn'] })).properties[0]!.verdict;
  };
  const beside = '[sync] store a || [sync] store b';

  it.each([
    ['v5.10', 'ext4', 'unwritten'],
    ['v6.1', 'ext4', 'unwritten'],
    ['v6.12', 'xfs', 'hole'],
    ['v7.2', 'xfs', 'hole'],
  ])(
    'in %s on %s a synchronous fault finds a page table; it does not warn if it looks again',
    async (id, fs, begins) => {
      const design = (await loadDesign(id)) as Design<IomapParts>;
      const scenario = `a=${begins}, b=block: ${beside}`;
      expect(await warns(design, scenario, fs)).toBe('violated');
      expect(await warns(looksAgain(design), scenario, fs)).toBe('holds');
    },
  );

  it('XFS answers with the written extent that a converted one joins, ext4 does not', async () => {
    const scenario = `a=unwritten, b=block: ${beside}`;
    expect(await warns(await loadDesign('v6.1'), scenario, 'ext4')).toBe('violated');
    expect(await warns(await loadDesign('v6.1'), scenario, 'xfs')).toBe('holds');
  });

  it.each(['v4.0', 'v4.5', 'v4.9'])('%s is refused: it has no PMD faults', async (id) => {
    expect(await supports(await loadDesign(id), 'a=hole: load a', thp('on'))).toBe(false);
  });
});

describe('a kernel bug with PMDs shows where its mend is left out, and not with it', async () => {
  const v414 = await loadDesign('v4.14');
  it.each([
    ['C07', 'a=block: load a; store a', 'store-completes', neverWritable],
    ['C10', 'a=hole: load a || write a', 'no-stale-read', pmdAsksBeforeLock],
    ['C15', 'a=block: store a; fsync; store a; fsync', 'fsync-durable', mkcleanSkipsPmds],
    ['C15, as a state', 'a=block: store a; fsync', 'writable-implies-dirty', mkcleanSkipsPmds],
    ['C18', 'a=block: [private] store a || [private] load a', 'no-warn', collide],
    ['C25', 'a=hole: load a; munmap a', 'no-warn', depositsForBlocks],
  ])('%s: %s: %s', async (_bug, text, property, without) => {
    expect(await verdict(without, text, property)).toBe('violated');
    expect(await verdict(v414, text, property)).toBe('holds');
  });

  it('C25: with a page table deposited for the huge zero page, too, each is withdrawn once', async () => {
    expect(await verdict(depositsForAll, 'a=hole: load a; store a; munmap a', 'no-warn')).toBe('holds');
  });

  it('C30: no huge zero page is mapped any more', async () => {
    const text = 'a=hole: load a';
    const pmds = async (d: Design) => {
      const run = await verify(d, text, { properties: [], config: thp('on') });
      return run.ends().map((end) => {
        const all = Object.fromEntries(JSON.parse(end) as [string, { value: unknown; context: { pfn?: string } }][]);
        const { value, context } = all['pmd[mm1]']!;
        return [value, context.pfn];
      });
    };
    expect(await pmds(v414)).toEqual([['ro', 'hzp']]);
    expect(await pmds(alwaysFallsBack)).toEqual([['table', null]]);
  });
});
