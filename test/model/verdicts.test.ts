import { describe, expect, it } from 'vitest';
import { SCENARIOS } from '../../model/scenarios.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';

const ids = await designIds();

/** Property → default scenarios in which it is violated, as explored. */
async function explored(id: string): Promise<Record<string, string[]>> {
  const design = await loadDesign(id);
  const violated: Record<string, string[]> = {};
  for (const [name, texts] of Object.entries(SCENARIOS)) {
    for (const text of texts) {
      const run = await verify(design, text);
      expect(run.complete, `${id} explores ${text} completely`).toBe(true);
      for (const p of run.properties) {
        if (p.verdict !== 'violated') continue;
        violated[p.id] = [...new Set([...(violated[p.id] ?? []), name])];
      }
    }
  }
  return violated;
}

const sorted = (v: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(Object.entries(v).map(([k, names]) => [k, [...names].sort()]));

describe('every built-in design gives the verdicts that it declares, in both directions', () => {
  it.each(ids)('%s', async (id) => {
    const { expects } = await loadDesign(id);
    expect(sorted(await explored(id))).toEqual(sorted(expects));
  });
});
