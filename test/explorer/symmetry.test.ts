/**
 * Laws of the reduction by symmetry on random systems of equal processes: the same verdicts, depths and final states
 * with it and without; what it finds replays. `FC_RUNS` and `FC_SEED` in the environment ask for more and other systems.
 */
import { env } from 'node:process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exploration } from '../../explorer/exploration.ts';
import { explore } from '../../explorer/explore.ts';
import { explorePacked } from '../../explorer/packed.ts';
import type { System } from '../../explorer/system.ts';
import { confirm } from './confirm.ts';
import { type SymmetricData, symmetricData, symmetricSystem } from './random-symmetric.ts';
import { SEED } from './seed.ts';

const RUNS = Number(env.FC_RUNS ?? 200);
const LIMIT = 3_000;
const REDUCED = { maxStates: LIMIT, reduce: { symmetry: true } };

/** What must not change. */
const facts = ({ depth, complete, findings, taken, ends }: Exploration) => ({
  depth,
  complete,
  verdicts: findings.map((f) => [f.verdict, f.run?.length]),
  taken,
  ends: ends(),
});

const both = (system: System) => [explorePacked(system, { maxStates: LIMIT }), explorePacked(system, REDUCED)] as const;

describe('on random systems of equal processes', { timeout: 40_000 + 400 * RUNS }, () => {
  it('a reduced search says what an unreduced one says, and its counterexamples are real', () => {
    const law = (data: SymmetricData): void => {
      const system = symmetricSystem(data);
      const [all, reduced] = both(system);
      confirm(system, reduced);
      if (!all.complete) return;
      expect(facts(reduced)).toEqual(facts(all));
      const { size } = reduced.symmetry!;
      expect(reduced.states).toBeLessThanOrEqual(all.states);
      expect(reduced.states * size).toBeGreaterThanOrEqual(all.states);
    };
    fc.assert(fc.property(symmetricData, law), { numRuns: RUNS, seed: SEED });
  });

  it('so does one that is reduced in other ways as well', () => {
    const law = (data: SymmetricData, merge: boolean, por: boolean, warmUp: number): void => {
      const system = symmetricSystem(data);
      const all = explorePacked(system, { maxStates: LIMIT });
      if (!all.complete) return;
      const reduced = explorePacked(system, { reduce: { symmetry: true, merge, por, warmUp } });
      confirm(system, reduced);
      const said = ({ complete, findings, taken, ends }: Exploration) => [
        complete,
        findings.map((f) => f.verdict),
        taken.size,
        ends(),
      ];
      expect(said(reduced)).toEqual(said(all));
    };
    const anything = fc.property(symmetricData, fc.boolean(), fc.boolean(), fc.nat({ max: 60 }), law);
    fc.assert(anything, { numRuns: RUNS, seed: SEED + 2 });
  });

  it('what is said of a violation is what an unreduced search says of it', () => {
    const law = (data: SymmetricData): void => {
      const system = symmetricSystem(data);
      const all = explore(system, { maxStates: LIMIT });
      if (!all.complete || all.findings.every((f) => !f.run)) return;
      expect(explore(system, { reduce: { symmetry: true } }).findings).toEqual(all.findings);
    };
    fc.assert(fc.property(symmetricData, law), { numRuns: Math.ceil(RUNS / 4), seed: SEED + 3 });
  });

  it('at any limit it says nothing that is not so', () => {
    const law = (data: SymmetricData, maxStates: number): void => {
      const system = symmetricSystem(data);
      const limited = explorePacked(system, { ...REDUCED, maxStates });
      confirm(system, limited);
      if (!limited.complete) expect(limited.findings.map((f) => f.verdict)).not.toContain('holds');
    };
    fc.assert(fc.property(symmetricData, fc.nat({ max: 40 }), law), { numRuns: Math.ceil(RUNS / 2), seed: SEED + 1 });
  });

  it('the generator makes symmetric systems, and others that are refused', () => {
    const samples = fc.sample(symmetricData, { numRuns: 100, seed: 1 }).map(symmetricSystem);
    const found = samples.map((s) => both(s)).filter(([all]) => all.complete);
    const share = (what: (all: Exploration, reduced: Exploration) => boolean) =>
      found.filter(([a, r]) => what(a, r)).length / found.length;
    expect(share((_, r) => r.symmetry!.size >= 2)).toBeGreaterThan(0.4);
    expect(share((_, r) => r.symmetry!.size >= 6)).toBeGreaterThan(0.15);
    expect(share((_, r) => r.symmetry!.refused.length > 0)).toBeGreaterThan(0.15);
    expect(share((a, r) => r.states < a.states)).toBeGreaterThan(0.3);
    expect(share((_, r) => r.findings.some((f) => f.run && f.run.length > 2))).toBeGreaterThan(0.05);
  });
});
