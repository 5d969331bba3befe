/**
 * Laws of the reductions on random systems: whatever is reduced, and however little the tables know at first, the verdicts,
 * the final states and the alternatives taken are the same, and every run that is found is real.
 */
import { env } from 'node:process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exploreCompiled } from '../../explorer/compiled.ts';
import type { Exploration } from '../../explorer/exploration.ts';
import { explorePacked } from '../../explorer/packed.ts';
import { buildSystem } from './build-system.ts';
import { confirm } from './confirm.ts';
import { apart, type SystemData, systemData } from './random-system.ts';
import { SEED } from './seed.ts';

/** Systems with more states are left out. */
const LIMIT = 3_000;
const RUNS = Number(env.FC_RUNS ?? 200);

const REDUCTIONS = [
  { merge: true, por: false },
  { merge: false, por: true },
  { merge: true, por: true },
];

/** Half of them have processes with much of their own. */
const systems = fc.oneof(systemData, systemData.map(apart));

/** What must not depend on a reduction. */
const facts = ({ complete, findings, taken, ends }: Exploration) => ({
  complete,
  verdicts: findings.map((f) => f.verdict),
  taken: taken.size,
  ends: ends(),
});

/** All that the compiled engine must say as well. */
const everything = ({ states, transitions, depth, unfinished, findings, reduced, ...rest }: Exploration) => ({
  ...facts({ findings, ...rest } as Exploration),
  counts: [states, transitions, depth],
  unfinished,
  findings,
  reduced,
});

describe('reductions', { timeout: 40_000 + 400 * RUNS }, () => {
  it('change no verdict, final state or coverage of a random system, and what they find is real', () => {
    const law = fc.property(systems, fc.nat({ max: 15 }), (data: SystemData, warmUp: number) => {
      const system = buildSystem(data);
      const whole = explorePacked(system, { maxStates: LIMIT });
      if (!whole.complete) return;
      for (const reduction of REDUCTIONS) {
        const reduced = explorePacked(system, { reduce: { ...reduction, warmUp } });
        expect(facts(reduced)).toEqual(facts(whole));
        expect(reduced.reduced).toMatchObject(reduction);
        expect(reduced.states).toBeLessThanOrEqual(whole.states);
        confirm(system, reduced);
      }
    });
    fc.assert(law, { numRuns: RUNS, seed: SEED + 5 });
  });

  it('are the same in the compiled engine, at any limit', () => {
    const limit = fc.oneof(fc.constant(LIMIT), fc.nat({ max: 60 }));
    const law = fc.property(systemData, fc.nat({ max: 60 }), limit, fc.boolean(), (data, warmUp, maxStates, stop) => {
      const system = buildSystem(data);
      for (const reduction of REDUCTIONS) {
        const options = { maxStates, ...(stop && { stop }), reduce: { ...reduction, warmUp } };
        expect(everything(exploreCompiled(system, options))).toEqual(everything(explorePacked(system, options)));
      }
    });
    fc.assert(law, { numRuns: RUNS, seed: SEED + 6 });
  });
});
