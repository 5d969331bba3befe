/** Letting processes sleep (core/sleep.ts) changes how fast a search is, and nothing that it says. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exploreCompiled } from '../../explorer/compiled.ts';
import type { Tuning } from '../../explorer/core-tuning.ts';
import { readings } from '../../explorer/explain.ts';
import type { Exploration } from '../../explorer/exploration.ts';
import { explore, withOrderedRuns } from '../../explorer/explore.ts';
import { explorePacked } from '../../explorer/packed.ts';
import type { System } from '../../explorer/system.ts';
import { SCENARIOS } from '../../model/scenarios.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import { prepare } from '../../verify/verify.ts';
import { buildSystem } from './build-system.ts';
import { confirm } from './confirm.ts';
import { systemData } from './random-system.ts';
import { SEED } from './seed.ts';

/** From the second level on; several workers from the first. */
const AT_ONCE: Partial<Tuning> = { sleep: 0, many: 0, manyAtOnce: 1, together: true };
const LIMIT = 400;

/** What does not depend on the order of states. */
const facts = ({ states, transitions, depth, complete, findings, taken, ends }: Exploration) => ({
  counts: [states, transitions, depth, complete],
  findings: findings.map((f) => [f.verdict, f.run?.length]),
  taken,
  ends: ends(),
});

/** Who asks about runs that never end gets the usual order. */
const ofRunsThatEnd = (system: System): System => system.withProperties(system.properties.filter((p) => !p.completes));

it('on random systems the counts, verdicts and lengths of runs are those of a search in which nobody sleeps', {
  timeout: 120_000,
}, () => {
  fc.assert(
    fc.property(
      systemData,
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 0, max: 20 }),
      (data, workers, wordBits) => {
        const system = ofRunsThatEnd(buildSystem(data));
        fc.pre(explorePacked(system, { maxStates: LIMIT }).complete);
        const found = exploreCompiled(system, { workers }, { ...AT_ONCE, wordBits });
        confirm(system, found);
        expect(facts(found)).toEqual(facts(explorePacked(system)));
      },
    ),
    { numRuns: 150, seed: SEED },
  );
});

it('runs, and how they are read, are those of a search in which nobody sleeps, and need no second one if they were seen before', {
  timeout: 120_000,
}, () => {
  let first = 0;
  let second = 0;
  const law = fc.property(systemData, fc.nat({ max: 40 }), (data, sleep) => {
    const system = ofRunsThatEnd(buildSystem(data));
    const plain = explore(system, { maxStates: LIMIT });
    fc.pre(plain.complete && plain.findings.some((f) => f.run));
    const found = exploreCompiled(system, {}, { sleep });
    const ordered = withOrderedRuns(system, found, {});
    expect(ordered.findings).toEqual(plain.findings);
    expect(readings(system, ordered)).toEqual(readings(system, plain));
    if (ordered.ordered) second++;
    else if (plain.states > 2 * sleep) first++;
  });
  fc.assert(law, { numRuns: 100, seed: SEED + 41 });
  expect(first).toBeGreaterThan(5);
  expect(second).toBeGreaterThan(5);
});

describe('in every built-in design the counts, verdicts and lengths of runs are the same', async () => {
  it.each(await designIds())('%s', async (id) => {
    const design = await loadDesign(id);
    for (const text of [...SCENARIOS['three-two']!, ...SCENARIOS['load-store-2mm']!, ...SCENARIOS['store-punch']!]) {
      const system = ofRunsThatEnd((await prepare(design, text)).system);
      expect(facts(exploreCompiled(system, {}, { sleep: 0 })), text).toEqual(facts(explorePacked(system)));
    }
  });
});

it('a violation that is found before or while processes sleep is shown by the run of a search in the usual order', async () => {
  const { system } = await prepare(await loadDesign('v4.14'), 'a=block: store a; fsync || fsync || store a; fsync', {
    properties: ['no-deadlock', 'fsync-durable', 'mtime-on-write'],
  });
  const reference = explorePacked(system);
  expect(reference.states).toBeGreaterThan(20_000);
  expect(reference.findings.some((f) => f.run)).toBe(true);
  const before = explore(system);
  expect(before.ordered).toBeUndefined();
  expect(before.findings).toEqual(reference.findings);
  const found = exploreCompiled(system, {}, { sleep: 0 });
  expect(found.shortest).toBe(false);
  const meanwhile = withOrderedRuns(system, found, {});
  expect(meanwhile.ordered).toBeDefined();
  expect(meanwhile.findings).toEqual(reference.findings);
});

it('the graph of such a search is that of the usual order', async () => {
  const { system } = await prepare(await loadDesign('v4.14'), 'a=hole: load a; store a || write a', { properties: [] });
  const [found, reference] = [exploreCompiled(system, {}, { sleep: 0 }).graph(), explorePacked(system).graph()];
  expect([...found.target]).toEqual([...reference.target]);
});
