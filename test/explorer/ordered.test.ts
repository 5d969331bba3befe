/** What is said of violations does not depend on how the search was made faster. */
import { env } from 'node:process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { otherwise } from '../../explorer/chart.ts';
import { exploreCompiled } from '../../explorer/compiled.ts';
import { readings } from '../../explorer/explain.ts';
import { explore, withOrderedRuns } from '../../explorer/explore.ts';
import type { ExploreOptions } from '../../explorer/options.ts';
import { buildSystem } from './build-system.ts';
import { systemData } from './random-system.ts';
import { SEED } from './seed.ts';
import { END, guarded, lock, refusal, release, system, take } from './small.ts';

const RUNS = Math.ceil(Number(env.FC_RUNS ?? 200) / 3);
const LIMIT = 1_000;
const reductions = fc.record({ merge: fc.boolean(), symmetry: fc.boolean(), por: fc.boolean() });

describe.each<[string, ExploreOptions]>([
  ['to its end', {}],
  ['to the first violation', { stop: true }],
])('a search %s', (_, options) => {
  it('has the same findings with any reduction, and counterexamples are read in the same way', () => {
    let violations = 0;
    const law = fc.property(systemData, reductions, fc.nat({ max: 60 }), (data, reduce, warmUp) => {
      const s = buildSystem(data);
      const plain = explore(s, { ...options, maxStates: LIMIT });
      if (!plain.complete && plain.unfinished!.limit !== 'stop') return;
      const reduced = explore(s, { ...options, reduce: { ...reduce, warmUp } });
      expect(reduced.findings).toEqual(plain.findings);
      const told = readings(s, reduced).map((r) => r && [r.violation, r.switches, r.switchesOpen]);
      expect(told).toEqual(readings(s, plain).map((r) => r && [r.violation, r.switches, r.switchesOpen]));
      violations += told.filter(Boolean).length;
    });
    fc.assert(law, { numRuns: RUNS, seed: SEED + 21 });
    expect(violations).toBeGreaterThan(RUNS / 16);
  });
});

it('several workers have the findings of one, and their counterexamples are read in the same way', () => {
  let violations = 0;
  const law = fc.property(systemData, fc.integer({ min: 2, max: 3 }), (data, workers) => {
    const s = buildSystem(data);
    const plain = explore(s, { maxStates: LIMIT });
    if (!plain.complete) return;
    const found = exploreCompiled(s, { workers }, { many: 0, manyAtOnce: 1, together: true });
    const ordered = withOrderedRuns(s, found, {});
    expect(ordered.findings).toEqual(plain.findings);
    expect(readings(s, ordered)).toEqual(readings(s, plain));
    violations += ordered.findings.filter((f) => f.run).length;
  });
  fc.assert(law, { numRuns: Math.ceil(RUNS / 2), seed: SEED + 23 });
  expect(violations).toBeGreaterThan(RUNS / 16);
});

describe('runs that never end', () => {
  const round = { a: guarded(otherwise('b', '')), b: guarded(otherwise('a', '')) };
  const completes = { id: 'completes', completes: () => true };
  const other = { id: 'no deadlock', deadlock: true, neverVacuous: true };

  it('are refused to a reduced search that is asked for nothing else', () => {
    const s = system({ processes: [round], properties: [completes] });
    expect(refusal(() => explore(s, { reduce: { por: true } })).code).toBe('E_REDUCE');
    expect(explore(s).findings[0]).toMatchObject({ verdict: 'violated', loopFrom: 0 });
  });

  it('are looked for in a search of their own beside a reduced one', () => {
    const s = system({ processes: [round, round], properties: [completes, other] });
    const plain = explore(s);
    const reduced = explore(s, { reduce: { merge: true, por: true } });
    expect(reduced.findings).toEqual(plain.findings);
    expect(reduced.findings.map((f) => f.verdict)).toEqual(['violated', 'holds']);
  });

  it('leave the runs of a reduced search beside them to be read as ever', () => {
    const A = lock.ref('A');
    const B = lock.ref('B');
    const given = { first: release(A, 'second'), second: release(B, 'end'), end: END };
    const crossed = [
      { a: take(A, 'b', []), b: take(B, 'first', []), ...given },
      { b: take(B, 'a', []), a: take(A, 'first', []), ...given },
    ];
    const components = [
      { id: 'A', kind: lock },
      { id: 'B', kind: lock },
    ];
    const s = system({ components, processes: crossed, properties: [completes, other] });
    const plain = explore(s);
    const reduced = explore(s, { reduce: { merge: true, por: true } });
    expect(reduced.findings).toEqual(plain.findings);
    expect(reduced.findings[1]!.run).toHaveLength(2);
    expect(readings(s, reduced)[1]).toMatchObject({ switches: 1, violation: readings(s, plain)[1]!.violation });
  });
});

it('the interpreter is refused every reduction', () => {
  const s = system({ processes: [{ a: guarded(otherwise('a', '')) }] });
  expect(refusal(() => explore(s, { engine: 'interpreter', reduce: { merge: true } })).code).toBe('E_REDUCE');
});
