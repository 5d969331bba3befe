import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../model/config.ts';
import { CONFIG_SCENARIOS, COVERAGE_SCENARIOS, SCENARIOS } from '../../model/scenarios.ts';
import { coverageOf } from '../../report/coverage.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import { supports, verify } from '../../verify/verify.ts';

const ids = await designIds();

describe('every branch of every path is taken by a scenario or says why none takes it', () => {
  it.each(ids)('%s', async (id) => {
    const design = await loadDesign(id);
    const run = (text: string) => verify(design, text, { properties: [] });
    const runs = await Promise.all(Object.values(SCENARIOS).flat().map(run));
    // What a branch is taken by is found early.
    const some = (text: string) => verify(design, text, { properties: [], maxStates: 2_000_000 });
    const elsewhere = await Promise.all(COVERAGE_SCENARIOS.map(some));
    for (const [settings, texts] of Object.entries(CONFIG_SCENARIOS)) {
      const config = parseConfig(settings.split(' '));
      for (const text of texts) {
        if (!(await supports(design, text, config))) continue;
        elsewhere.push(await verify(design, text, { properties: [], config }));
      }
    }
    const { untaken, contradicted } = coverageOf(runs, elsewhere);
    const open = untaken.filter((u) => u.reason === undefined && u.takenBy === undefined);
    expect(open.map((u) => `${u.function} ${u.state}: ${u.alternative}`)).toEqual([]);
    expect(contradicted.map((u) => `${u.function} ${u.state}: ${u.alternative}`)).toEqual([]);
  });
});
