/**
 * Laws of the reduction by symmetry on random systems of equal processes: the same verdicts, depths and final states
 * with it and without; what it finds replays. `FC_RUNS` and `FC_SEED` in the environment ask for more and other systems.
 */
import { env } from 'node:process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exploreCompiled } from '../../explorer/compiled.ts';
import type { Tuning } from '../../explorer/core-tuning.ts';
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

/** All that the compiled engine must say as well. */
const everything = ({ states, transitions, unfinished, findings, reduced, symmetry, ...rest }: Exploration) => ({
  ...facts({ findings, ...rest } as Exploration),
  counts: [states, transitions],
  unfinished,
  findings,
  reduced,
  symmetry,
});

/** What several workers say as well, who meet states in another order. */
const said = ({ complete, findings, taken, ends }: Exploration) => [
  complete,
  findings.map((f) => f.verdict),
  taken.size,
  ends(),
];

/** Two workers from the second level on. */
const AT_ONCE: Partial<Tuning> = { many: 0, manyAtOnce: 1, together: true, early: 0 };

/** Bits of a state that is one word, others have two halves. */
const wordBits = fc.oneof(fc.constant(64), fc.nat({ max: 20 }));

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
      expect(said(reduced)).toEqual(said(all));
    };
    const anything = fc.property(symmetricData, fc.boolean(), fc.boolean(), fc.nat({ max: 60 }), law);
    fc.assert(anything, { numRuns: RUNS, seed: SEED + 2 });
  });

  it('the compiled engine does the same in everything, at any limit, with other reductions and without', () => {
    const maxStates = fc.oneof({ weight: 3, arbitrary: fc.constant(LIMIT) }, fc.nat({ max: 60 }));
    const anything = fc.record({
      merge: fc.boolean(),
      por: fc.boolean(),
      warmUp: fc.nat({ max: 20 }),
      stop: fc.boolean(),
      maxStates,
      wordBits,
    });
    const law = fc.property(symmetricData, anything, (data, { maxStates, stop, wordBits, ...others }) => {
      const system = symmetricSystem(data);
      const options = { maxStates, ...(stop && { stop }), reduce: { symmetry: true, ...others } };
      const found = exploreCompiled(system, options, { wordBits });
      expect(everything(found)).toEqual(everything(explorePacked(system, options)));
    });
    fc.assert(law, { numRuns: RUNS, seed: SEED + 4 });
  });

  it('whenever symmetry is checked first, the compiled engine finds the same states', () => {
    const law = fc.property(symmetricData, fc.nat({ max: 40 }), (data, early) => {
      const system = symmetricSystem(data);
      const found = exploreCompiled(system, REDUCED, { early });
      const { states, transitions, depth, ...rest } = explorePacked(system, REDUCED);
      fc.pre(rest.complete);
      expect([found.states, found.transitions, found.depth]).toEqual([states, transitions, depth]);
      expect(said(found)).toEqual(said(rest as Exploration));
    });
    fc.assert(law, { numRuns: Math.ceil(RUNS / 4), seed: SEED + 8 });
  });

  it('two workers find the states that one finds, and say the same with other reductions', () => {
    let together = 0;
    // Of a search that is reduced in other ways only later rounds have two workers: there are some if little is known at first.
    const warmUp = fc.nat({ max: 2 });
    const law = fc.property(symmetricData, wordBits, fc.boolean(), warmUp, (data, wordBits, merge, warmUp) => {
      const system = symmetricSystem(data);
      const all = explorePacked(system, { maxStates: 400 });
      fc.pre(all.complete);
      const reduce = { symmetry: true, merge, por: merge, warmUp };
      const found = exploreCompiled(system, { workers: 2, reduce }, { ...AT_ONCE, wordBits });
      confirm(system, found);
      expect(said(found)).toEqual(said(all));
      if (merge) return;
      if (found.workers === 2) together++;
      const { states, transitions, depth } = explorePacked(system, { reduce });
      expect([found.states, found.transitions, found.depth]).toEqual([states, transitions, depth]);
    });
    fc.assert(law, { numRuns: Math.ceil(RUNS / 4), seed: SEED + 7 });
    expect(together).toBeGreaterThan(RUNS / 20);
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
