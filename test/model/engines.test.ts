import { describe, expect, it } from 'vitest';
import { SCENARIOS } from '../../model/scenarios.ts';
import type { Engine } from '../../verify/index.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import type { RunResult } from '../../verify/result.ts';
import { verify } from '../../verify/verify.ts';

/** The interpreter is slow: it is the reference up to this size. */
const LIMIT = 20_000;
const ids = await designIds();
const texts = Object.values(SCENARIOS).flat();

/** All of a result but the times. */
const facts = (r: RunResult) => ({
  counts: [r.states, r.transitions, r.depth, r.complete],
  properties: r.properties,
  ends: r.ends(),
  taken: r.coverage.points.map((p) => r.coverage.taken.has(p.alternative)),
});

describe('the packed engine and the XState interpreter give the same states, transitions, verdicts and traces', () => {
  for (const id of ids) {
    it.each(texts)(`${id}: %s`, async (text) => {
      const run = async (engine: Engine) => verify(await loadDesign(id), text, { engine });
      const packed = await run('packed');
      if (packed.states > LIMIT) {
        expect(packed.complete).toBe(true);
        return;
      }
      expect(facts(await run('interpreter'))).toEqual(facts(packed));
    });
  }
});
