/**
 * Laws of the two engines on random systems: they say the same in everything, both say what a third, tiny search says,
 * every run replays, and a counterexample is a shortest one. `FC_RUNS` and `FC_SEED` in the environment ask for more
 * systems and other ones.
 */
import { env } from 'node:process';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { exploreCompiled } from '../../explorer/compiled.ts';
import type { Exploration } from '../../explorer/exploration.ts';
import { exploreInterpreted } from '../../explorer/interpreted-search.ts';
import type { ExploreOptions } from '../../explorer/options.ts';
import { explorePacked } from '../../explorer/packed.ts';
import type { System } from '../../explorer/system.ts';
import { buildSystem } from './build-system.ts';
import { confirm } from './confirm.ts';
import { type SystemData, systemData } from './random-system.ts';
import { SEED } from './seed.ts';
import { type Survey, survey } from './survey.ts';

/** Systems with more states are compared up to this limit, and `complete` must say so. */
const LIMIT = 400;
const RUNS = Number(env.FC_RUNS ?? 200);
const FEWER = Math.ceil(RUNS / 2);

/** Everything that two explorations of one system must agree on. */
const facts = ({ states, transitions, depth, complete, unfinished, findings, taken, ends }: Exploration) => ({
  states,
  transitions,
  depth,
  complete,
  unfinished,
  findings,
  taken,
  ends: ends(),
});

function agree(system: System, options: ExploreOptions): Exploration {
  const packed = explorePacked(system, options);
  const interpreted = exploreInterpreted(system, options);
  expect(facts(packed)).toEqual(facts(interpreted));
  expect(facts(exploreCompiled(system, options))).toEqual(facts(packed));
  return packed;
}

const check = (law: (system: System, data: SystemData) => void, numRuns = RUNS, seed = SEED) =>
  fc.assert(
    fc.property(systemData, (data) => law(buildSystem(data), data)),
    { numRuns, seed },
  );

describe('on random systems', { timeout: 40_000 + 400 * RUNS }, () => {
  it('both engines agree with each other and with the survey, and counterexamples are real and shortest', () => {
    check((system) => {
      const all = agree(system, { maxStates: LIMIT });
      confirm(system, all);
      if (!all.complete) {
        expect(all.states).toBeGreaterThan(LIMIT);
        expect(all.findings.map((f) => f.verdict)).not.toContain('holds');
        return;
      }
      const truth = survey(system, LIMIT)!;
      expect([all.states, all.transitions, all.depth]).toEqual([truth.states, truth.transitions, truth.depth]);
      expect(all.findings.map((f) => f.run?.length)).toEqual(truth.shortest);
      expect(all.findings.map((f) => f.verdict)).toEqual(
        truth.shortest.map((s, i) => (s !== undefined ? 'violated' : truth.premise[i] ? 'holds' : 'vacuous')),
      );
      expect(all.ends()).toHaveLength(truth.ends.length);
    });
  });

  it('both engines agree at any state limit, and a limit below the number of states never says holds', () => {
    const law = fc.property(systemData, fc.nat({ max: 60 }), (data, maxStates) => {
      const system = buildSystem(data);
      const limited = agree(system, { maxStates });
      confirm(system, limited);
      const verdicts = limited.findings.map((f) => f.verdict);
      if (!limited.complete) expect(verdicts.every((v) => v === 'violated' || v === 'unknown')).toBe(true);
      else expect(verdicts).not.toContain('unknown');
    });
    fc.assert(law, { numRuns: FEWER, seed: SEED + 1 });
  });

  it('both engines agree at any depth limit: what is seen by then is seen as without it', () => {
    const law = fc.property(systemData, fc.nat({ max: 12 }), (data, maxDepth) => {
      const system = buildSystem(data);
      const near = agree(system, { maxStates: LIMIT, maxDepth });
      const all = explorePacked(system, { maxStates: LIMIT });
      if (all.complete && all.depth < maxDepth) {
        expect(facts(near)).toEqual(facts(all));
        return;
      }
      expect(near.depth).toBeLessThanOrEqual(maxDepth);
      expect(near.complete).toBe(false);
      if (near.unfinished!.limit !== 'depth') return;
      for (const [i, finding] of near.findings.entries()) {
        // A deadlock is seen where a step is tried: at the last depth none is.
        const before = maxDepth - (system.properties[i]!.deadlock ? 1 : 0);
        const known = all.findings[i]!;
        const seen = known.run !== undefined && known.run.length <= before;
        if (seen) expect(finding).toEqual(known);
        else if (finding.verdict !== 'violated') expect(finding).toEqual({ verdict: 'unknown' });
      }
    });
    fc.assert(law, { numRuns: FEWER, seed: SEED + 5 });
  });

  it('both engines agree with --stop, which ends at the first violation', () => {
    check(
      (system) => {
        const stopped = agree(system, { maxStates: LIMIT, stop: true });
        confirm(system, stopped);
        const all = explorePacked(system, { maxStates: LIMIT });
        const shortest = all.findings.map((f) => f.run?.length);
        if (shortest.every((l) => l === undefined)) {
          expect(facts(stopped)).toEqual(facts(all));
          return;
        }
        const lengths = stopped.findings.map((f) => f.run?.length);
        expect(lengths.some((l) => l !== undefined)).toBe(true);
        expect(lengths).toEqual(shortest.map((l, i) => (lengths[i] === undefined ? undefined : l)));
        expect(stopped.states).toBeLessThanOrEqual(all.states);
      },
      FEWER,
      SEED + 2,
    );
  });

  it('verdicts do not change the counts: the bare model has the same transitions per state, without monitors', () => {
    check(
      (system) => {
        if (system.properties.some((p) => p.monitor)) return;
        const bare = new (system.constructor as new (spec: unknown) => System)({
          components: system.components.flatMap((c) => (c ? [c] : [])),
          processes: system.processes,
          properties: [],
        });
        const counts = ({ states, transitions, depth, ends }: Exploration) => [states, transitions, depth, ends()];
        expect(counts(explorePacked(bare, { maxStates: LIMIT }))).toEqual(
          counts(explorePacked(system, { maxStates: LIMIT })),
        );
      },
      FEWER,
      SEED + 3,
    );
  });

  it('the same data give the same exploration twice', () => {
    check(
      (system, data) => {
        const told = (s: System) => {
          const { taken, ...rest } = facts(explorePacked(s, { maxStates: LIMIT }));
          return JSON.stringify([rest, [...taken].map((a) => [a.line, a.target])]);
        };
        const once = told(system);
        expect(told(system)).toBe(once);
        expect(told(buildSystem(data))).toBe(once);
      },
      FEWER,
      SEED + 4,
    );
  });
});

describe('the generator', () => {
  const SIZE = 100;
  let surveys: Survey[];
  let big = 0;
  beforeAll(() => {
    surveys = fc.sample(systemData, { numRuns: SIZE, seed: 1 }).flatMap((data) => {
      const s = survey(buildSystem(data), LIMIT);
      if (!s) big++;
      return s ?? [];
    });
  });
  const shares: [number, string, (s: Survey) => boolean][] = [
    [25, 'more than 50 states', (s) => s.states > 50],
    [8, 'more than 150 states', (s) => s.states > 150],
    [15, 'a process that has to wait', (s) => s.sawWaiting],
    [10, 'a deadlock', (s) => s.sawDeadlock],
    [50, 'a step with several alternatives', (s) => s.sawChoice],
    [30, 'a state in which all have finished', (s) => s.sawEnd],
    [15, 'several such states', (s) => s.ends.length > 1],
    [15, 'a step that changes nothing', (s) => s.sawSelfLoop],
    [25, 'a violation', (s) => s.shortest.some((l) => l !== undefined)],
    [10, 'a violation of 3 steps or more', (s) => s.shortest.some((l) => l !== undefined && l >= 3)],
    [15, 'a property that holds', (s) => s.shortest.some((l, i) => l === undefined && s.premise[i])],
    [10, 'a property whose premise never happens', (s) => s.premise.includes(false)],
  ];
  for (const [percent, name, what] of shares) {
    it(`at least ${percent} % have ${name}`, () => {
      expect(surveys.filter(what).length).toBeGreaterThanOrEqual((percent * surveys.length) / 100);
    });
  }

  it('few systems are beyond the limit', () => expect(big).toBeLessThan(SIZE / 5));
});
