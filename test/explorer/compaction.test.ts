/** A search that keeps hashes finds what an exact one finds, and never says that something holds. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exploreHashes, missedProbability } from '../../explorer/compaction.ts';
import { exploreCompiled } from '../../explorer/compiled.ts';
import { FaultlineError } from '../../explorer/errors.ts';
import type { Exploration } from '../../explorer/exploration.ts';
import { explore } from '../../explorer/explore.ts';
import type { ExploreOptions } from '../../explorer/options.ts';
import { explorePacked } from '../../explorer/packed.ts';
import type { System } from '../../explorer/system.ts';
import { SCENARIOS } from '../../model/scenarios.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import { prepare } from '../../verify/verify.ts';
import { buildSystem } from './build-system.ts';
import { confirm } from './confirm.ts';
import { systemData } from './random-system.ts';
import { SEED } from './seed.ts';

const LIMIT = 400;

const counts = ({ states, transitions, depth }: Exploration) => [states, transitions, depth];

/** Lines of the first table, a logarithm: it has to be doubled soon. */
const FEW_LINES = 2;
/** Of a hash, with so few lines. */
const MOST_BITS = FEW_LINES + 43;

/** With fewer bits and a smaller table than are ever used. */
const withBits = (system: System, hashBits: number, options: ExploreOptions = {}): Exploration =>
  exploreHashes(
    system,
    { ...options, compact: true },
    {
      compact: (s, o) => exploreCompiled(s, o, { hashBits, hashLines: FEW_LINES, sleep: 0 }),
      exact: (s, o) => explorePacked(s, { ...o, compact: false }),
    },
  );

/** Every violation with its run, and nothing else known. */
const onlyViolations = ({ findings }: Exploration) =>
  findings.map((f) => (f.verdict === 'violated' && f.loopFrom === undefined ? f : { verdict: 'unknown' }));

describe('in every built-in design it meets as many states, and sees the same violations', async () => {
  it.each(await designIds())('%s', async (id) => {
    const design = await loadDesign(id);
    for (const text of [...SCENARIOS['store-punch']!, ...SCENARIOS['load-store-2mm']!]) {
      const { system } = await prepare(design, text);
      const judged = system.withProperties(system.properties.filter((p) => !p.completes));
      const exact = explore(judged);
      const found = explore(judged, { compact: true });
      expect(counts(found), text).toEqual(counts(exact));
      expect(found.findings, text).toEqual(onlyViolations(exact));
      expect(found).toMatchObject({ complete: false, unfinished: { limit: 'compact', left: 0 } });
      expect(found.compact!.missed).toBeLessThan(1e-9);
    }
  });
});

it('on random systems what it finds is real, is all that there is where hashes are long, and no more where they are short', {
  timeout: 60_000,
}, () => {
  let missed = 0;
  const law = fc.property(systemData, fc.constantFrom(4, 6, 8, MOST_BITS), fc.boolean(), (data, bits, stop) => {
    const system = buildSystem(data);
    fc.pre(!system.properties.every((p) => p.completes) || system.properties.length === 0);
    const exact = explorePacked(system, { maxStates: LIMIT, stop });
    fc.pre(exact.complete || exact.unfinished?.limit === 'stop');
    const found = withBits(system, bits, { stop });
    confirm(system, found);
    expect(found.findings.map((f) => f.verdict)).not.toContain('holds');
    expect(found.findings.map((f) => f.verdict)).not.toContain('vacuous');
    if (!stop) {
      expect(found.states).toBeLessThanOrEqual(exact.states);
      if (found.states < exact.states) missed++;
    }
    if (bits === MOST_BITS) {
      expect(counts(found)).toEqual(counts(exact));
      expect(found.findings).toEqual(onlyViolations(exact));
    }
  });
  fc.assert(law, { numRuns: 200, seed: SEED + 31 });
  expect(missed).toBeGreaterThan(10);
});

it('goes on while its table grows, time and again, and its hashes stay as long as they were', async () => {
  const text = 'a=hole: load a; store a || load a; store a || write a';
  const { system } = await prepare(await loadDesign('v4.14'), text, { properties: [] });
  const exact = exploreCompiled(system, {});
  expect(exact.states).toBeGreaterThan(100 * 16 * 2 ** FEW_LINES * 0.75);
  expect(counts(withBits(system, MOST_BITS))).toEqual(counts(exact));
  expect(withBits(system, 12).states).toBeLessThan(4096);
});

describe('the probability that a state was missed', () => {
  /** As it is defined: that not all of `states` hashes differ. */
  const byDefinition = (states: number, bits: number): number => {
    let differ = 1;
    for (let i = 1; i < states; i++) differ *= 1 - i / 2 ** bits;
    return 1 - differ;
  };

  it.each([
    [2, 8],
    [30, 16],
    [500, 24],
    [2_000, 24],
    [100_000, 40],
  ])('of %i states with %i bits is the one that two of them have the same hash', (states, bits) => {
    const exact = byDefinition(states, bits);
    expect(Math.abs(missedProbability(states, bits) - exact)).toBeLessThan(0.01 * exact);
  });

  it('is none for a state alone, and next to one where there are many more states than hashes', () => {
    expect(missedProbability(0, 61)).toBe(0);
    expect(missedProbability(1, 61)).toBe(0);
    expect(missedProbability(1e6, 20)).toBe(1);
  });

  it('is not lost where it is small, and grows with the square of the states', () => {
    expect(missedProbability(1e8, 61) / missedProbability(1e7, 61)).toBeCloseTo(99.9, 0);
    expect(missedProbability(1_000, 61)).toBeCloseTo(2.17e-13, 14);
  });

  it('is what happens: of many searches with short hashes about so many miss something', {
    timeout: 60_000,
  }, async () => {
    const { system } = await prepare(await loadDesign('v4.14'), 'a=hole: store a', { properties: [] });
    const { states } = explorePacked(system);
    let found = 0;
    let expected = 0;
    for (let bits = 6; bits <= 16; bits++) {
      if (withBits(system, bits).states < states) found++;
      expected += missedProbability(states, bits);
    }
    expect(Math.abs(found - expected)).toBeLessThan(3);
  });
});

describe('is refused, with E_COMPACT,', () => {
  const refusal = (system: System, options: Parameters<typeof explore>[1]): string => {
    try {
      explore(system, { compact: true, ...options });
    } catch (e) {
      return e instanceof FaultlineError ? e.code : String(e);
    }
    return 'none';
  };
  const bare = async () => (await prepare(await loadDesign('v4.14'), 'a=hole: store a', { properties: [] })).system;

  it.each([
    ['with a reduction', { reduce: { merge: true } }],
    ['with several workers', { workers: 2 }],
    ['to the interpreter', { engine: 'interpreter' as const }],
  ])('%s', async (_, options) => {
    expect(refusal(await bare(), options)).toBe('E_COMPACT');
  });

  it('where a violation was seen and there is no room for the search that its run comes from', async () => {
    const { system } = await prepare(await loadDesign('v4.0'), 'a=block: load a; store a', {
      properties: ['mtime-on-write'],
    });
    expect(explore(system, { compact: true }).findings[0]).toMatchObject({ verdict: 'violated' });
    const engines = { compact: exploreCompiled, exact: (s: System) => explorePacked(s, { maxStates: 3 }) };
    expect(() => exploreHashes(system, { compact: true }, engines)).toThrow(/violated within \d+ steps/);
  });

  it('where nothing but runs that never end is asked about; beside others they are unknown', async () => {
    const { system } = await prepare(await loadDesign('v4.14'), 'a=hole: store a');
    const endless = system.properties.filter((p) => p.completes);
    expect(endless.length).toBeGreaterThan(0);
    expect(refusal(system.withProperties(endless), {})).toBe('E_COMPACT');
    const found = explore(system, { compact: true });
    expect(found.findings.map((f) => f.verdict)).toEqual(system.properties.map(() => 'unknown'));
  });
});
