import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Campaign } from '../../lab/campaign/campaign.ts';
import { judge } from '../../lab/campaign/judge.ts';
import { ruleFor } from '../../lab/campaign/known.ts';
import { cases } from '../../lab/campaign/texts.ts';
import { parseConfig } from '../../model/config.ts';
import { parseScenario } from '../../model/scenario.ts';
import { operationMap, operations } from '../../verify/registry.ts';

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
    expect(await campaign.tryOut(one)).toEqual([]);
    const fresh = new Campaign(() => undefined);
    const [found] = await fresh.tryOut(one);
    expect(found?.kind).toMatchObject({ design: 'v4.0', property: 'mtime-on-write' });
    fresh.keep(found!.kind);
    expect((await fresh.tryOut(one)).map((f) => f.kind.property)).not.toContain('mtime-on-write');
  });

  it('explores a small run by several engines, which agree', async () => {
    const { found } = await judge({ design: 'v4.14', scenario: 'a=hole: load a; store a', config: [] }, true);
    expect(found).toEqual([]);
  });
});
