import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Campaign } from '../../lab/campaign/campaign.ts';
import { CAUSES, type Cause } from '../../lab/campaign/causes.ts';
import { judge } from '../../lab/campaign/judge.ts';
import { RULES, ruleFor } from '../../lab/campaign/known.ts';
import { pageOf } from '../../lab/campaign/page.ts';
import { storedResults } from '../../lab/campaign/results.ts';
import { cases } from '../../lab/campaign/texts.ts';
import { parseConfig } from '../../model/config.ts';
import { parseScenario } from '../../model/scenario.ts';
import { operationMap, operations } from '../../verify/registry.ts';
import { expectPage } from '../docs/stale.ts';

const known = await operationMap();

describe('a campaign', () => {
  it('makes scenarios that parse, or are refused for what they are', async () => {
    const all = await operations();
    fc.assert(
      fc.property(cases(['v4.14'], all), ({ scenario, config }) => {
        expect(parseConfig(config)).toBeDefined();
        try {
          expect(parseScenario(scenario, known).processes.length).toBeGreaterThan(0);
        } catch (e) {
          expect((e as Error).message).toContain('is outside of maps=');
        }
      }),
      { seed: 7 },
    );
  });

  it('knows a violation that is explained, and takes another for new', async () => {
    const campaign = new Campaign(ruleFor);
    const one = { design: 'v4.0', scenario: 'a=block: load a; store a', config: [] };
    expect(campaign.unkept(await campaign.tryOut(one))).toEqual([]);
    expect([...campaign.causes.keys()]).toContain('G');
    const fresh = new Campaign(() => undefined);
    const [found] = fresh.unkept(await fresh.tryOut(one));
    expect(found?.kind).toMatchObject({ design: 'v4.0', property: 'mtime-on-write' });
    fresh.keep(found!);
    const again = fresh.unkept(await fresh.tryOut(one));
    expect(again.map((f) => f.kind.property)).not.toContain('mtime-on-write');
  });

  it.each([
    ['O', 'fsync-durable', 'v6.1', 'a=block: store a; fsync || zero a', []],
    ['O', 'fsync-durable', 'v7.2', 'a=block, b=block: store a; fsync || zero a', []],
    ['AK', 'fsync-durable', 'v7.2', 'a=block, b=block: store b; fsync || zero a', []],
    ['AC', 'no-stale-read', 'v6.1', 'a=block, b=block: write a; truncate a; punch a; write b; read a', ['errors=on']],
    ['AC', 'fsync-durable', 'v6.1', 'a=block: store a; zero a; fsync', ['errors=on']],
    ['S', 'fsync-durable', 'v4.9', 'a=block, b=hole: load b; load a; write a; store a; fsync', []],
    ['AD', 'fsync-durable', 'v4.5', 'a=block, b=hole: load b; load a; dropcaches; store a; fsync', []],
    ['AN.7', 'no-stale-read', 'v4.0', 'a=unwritten: load a || store a; read a', []],
    ['AB', 'no-truncated-page-mapped', 'v4.9', 'a=hole: load a || dontneed a || punch a', ['tlb=on']],
    ['P', 'rss-balance', 'v4.9', 'a=block: store a; fsync || punch a; load a', []],
    ['AN.5', 'zero-page-readonly', 'zero-page-v3', 'a=hole: load a; store a || invalidate a', []],
    ['AA', 'no-write-when-frozen', 'zero-page-v3', 'a=hole: load a; store a || freeze', ['pte-special=off']],
    ['D', 'no-freed-block-mapped', 'v4.0', 'a=block, b=block: load a || truncate a; truncate b', []],
    ['AB', 'pte-dirty-before-page', 'wp-shared-before', 'a=block: store a; store a || dontneed a || fsync', ['tlb=on']],
    ['AB', 'no-write-when-frozen', 'wp-shared-before', 'a=block: store a; store a || dontneed a || freeze', ['tlb=on']],
    ['AC', 'no-stale-read', 'v4.1-pfn-mkwrite', 'a=unwritten: load a; store a; munmap a', ['errors=on']],
    ['F', 'no-stale-read', 'v4.1-pfn-mkwrite', 'a=hole: [ro] load a; fallocate a || [ro] load a', []],
    ['AP', 'writable-implies-dirty', 'write-faults-2016-fallthrough', 'a=unwritten: load a || zero a || store a', []],
    ['AJ', 'writable-implies-dirty', 'v5.10', 'a=block, b=block: store a || [mm2 maps=b] store b; fsync', ['thp=on']],
    ['AJ', 'no-warn', 'v7.2', 'a=block: store a; munmap a || truncate a', ['thp=on']],
    ['AJ', 'store-completes', 'v7.2', 'a=block, b=block: store a || dontneed a || truncate a', ['thp=on']],
    ['AE', 'no-deadlock', 'v7.2', 'a=block: load a; dontneed a; load a || truncate a', ['thp=on']],
    ['AM', 'no-warn', 'v7.2', 'a=hole: load a || write a', ['thp=on']],
  ])('explains by %s why %s is violated in %s by %s', async (cause, property, design, scenario, config) => {
    const one = { design, scenario, config };
    const found = (await judge(one, false)).found.find(({ kind }) => kind.property === property);
    expect(ruleFor(found!, one)?.cause).toBe(cause);
  });

  it('explores a small run by several engines, which agree', async () => {
    const { found } = await judge({ design: 'v4.14', scenario: 'a=hole: load a; store a', config: [] }, true);
    expect(found).toEqual([]);
  });
});

const RESULTS = storedResults(new URL('../../lab/campaign/results/', import.meta.url));

describe('what a campaign has met', () => {
  it('is on docs/campaign.md as it was stored', () => {
    expectPage(fileURLToPath(new URL('../../docs/campaign.md', import.meta.url)), pageOf(RESULTS));
  });

  it('has a rule for each cause', () => {
    expect([...new Set(RULES.map((r) => r.cause))].sort()).toEqual(Object.keys(CAUSES).sort());
  });

  const shortest = RESULTS.flatMap((r) => Object.entries(r.causes)).filter(([, { steps }]) => steps < 40);
  it.each(shortest.filter((_, i) => i % 3 === 0))('is explained by the same cause again: %s', async (cause, met) => {
    const { design, scenario, config, property, steps } = met;
    const one = { design, scenario, config };
    const found = (await judge(one, false)).found.find((f) => f.kind.property === property);
    expect(found?.steps).toBe(steps);
    expect(ruleFor(found!, one)?.cause).toBe(cause satisfies string as Cause);
  });
});
