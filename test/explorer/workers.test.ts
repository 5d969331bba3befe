/** The compiled engine says the same with any number of workers, and however its states are stored. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Act, otherwise, when } from '../../explorer/chart.ts';
import { exploreCompiled } from '../../explorer/compiled.ts';
import type { Tuning } from '../../explorer/core-tuning.ts';
import type { Exploration } from '../../explorer/exploration.ts';
import { canonical } from '../../explorer/json.ts';
import { explorePacked } from '../../explorer/packed.ts';
import type { ExploredShape } from '../../explorer/state-graph.ts';
import type { System } from '../../explorer/system.ts';
import { loadDesign } from '../../verify/registry.ts';
import { prepare } from '../../verify/verify.ts';
import { buildSystem } from './build-system.ts';
import { confirm } from './confirm.ts';
import { systemData } from './random-system.ts';
import { SEED } from './seed.ts';
import { counter, END, guarded, refusal, system } from './small.ts';

/** From the first level on. */
const AT_ONCE: Partial<Tuning> = { many: 0, manyAtOnce: 1, together: true };

/** What does not depend on who comes first: of several shortest runs each worker may see another. */
const facts = ({ states, transitions, depth, complete, findings, taken, ends }: Exploration) => ({
  counts: [states, transitions, depth, complete],
  findings: findings.map((f) => [f.verdict, f.run?.length]),
  taken,
  ends: ends(),
});

const LIMIT = 400;
const small = (system: System): boolean => explorePacked(system, { maxStates: LIMIT }).complete;

it('on random systems two and three workers find what one finds, and their runs are real', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(systemData, fc.integer({ min: 2, max: 3 }), (data, workers) => {
      const system = buildSystem(data);
      fc.pre(small(system));
      const found = exploreCompiled(system, { workers }, AT_ONCE);
      confirm(system, found);
      expect(facts(found)).toEqual(facts(explorePacked(system)));
    }),
    { numRuns: 40, seed: SEED },
  );
});

/** Edges by what states are, not by their numbers. */
function edgesByState(system: System, { states, firstEdge, target, process, column }: ExploredShape): string[] {
  const columns = Array.from({ length: system.slotCount }, (_, slot) => {
    const { of, locals } = column(slot);
    const texts = locals.map(canonical);
    return [...of].map((i) => texts[i]);
  });
  const text = (s: number): string => columns.map((c) => c[s]).join();
  const edges = Array.from({ length: states }, (_, s) =>
    [...target.subarray(firstEdge[s], firstEdge[s + 1])].map(
      (t, i) => `${text(s)} ${process[firstEdge[s]! + i]} ${text(t)}`,
    ),
  );
  return [...edges.flat(), `begins with ${text(0)}`].sort();
}

it('on random systems the edges of what two and three workers have found are those of the graph', () => {
  fc.assert(
    fc.property(systemData, fc.integer({ min: 2, max: 3 }), fc.nat({ max: 64 }), (data, workers, wordBits) => {
      const system = buildSystem(data);
      fc.pre(small(system));
      const shape = exploreCompiled(system, { workers }, { ...AT_ONCE, wordBits }).shape();
      const graph = explorePacked(system).graph();
      expect([shape.states, shape.expanded]).toEqual([graph.states, graph.states]);
      expect(edgesByState(system, shape)).toEqual(edgesByState(system, graph));
    }),
    { numRuns: 40, seed: SEED + 3 },
  );
}, 120_000);

it('on random systems two workers that reduce find what one finds without', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(systemData, fc.integer({ min: 0, max: 20 }), (data, wordBits) => {
      const system = buildSystem(data);
      fc.pre(small(system));
      const found = exploreCompiled(
        system,
        { workers: 2, reduce: { merge: true, por: true, warmUp: 10 } },
        { ...AT_ONCE, wordBits },
      );
      confirm(system, found);
      const whole = explorePacked(system);
      expect(found.findings.map((f) => f.verdict)).toEqual(whole.findings.map((f) => f.verdict));
      expect([found.complete, found.taken.size, found.ends()]).toEqual([true, whole.taken.size, whole.ends()]);
    }),
    { numRuns: 40, seed: SEED + 2 },
  );
});

it('on random systems states of interned halves are the states of one word', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(systemData, fc.integer({ min: 0, max: 20 }), (data, wordBits) => {
      const system = buildSystem(data);
      const found = exploreCompiled(system, { maxStates: LIMIT }, { wordBits });
      const reference = explorePacked(system, { maxStates: LIMIT });
      expect(facts(found)).toEqual(facts(reference));
      expect(found.findings).toEqual(reference.findings);
      expect([...found.graph().target]).toEqual([...reference.graph().target]);
    }),
    { numRuns: 100, seed: SEED + 1 },
  );
});

it.each([
  ['v4.14', 'a=hole: load a; store a || load a; store a || write a'],
  ['v6.1', 'a=hole, b=block: load a; store b || store a; fsync || truncate b'],
])('on %s, %s: two workers, one word or interned halves', { timeout: 60_000 }, async (id, scenario) => {
  const { system } = await prepare(await loadDesign(id), scenario);
  const wanted = facts(explorePacked(system));
  for (const wordBits of [64, 0]) {
    expect(facts(exploreCompiled(system, { workers: 2 }, { ...AT_ONCE, wordBits }))).toEqual(wanted);
  }
});

it('states are packed anew by all workers, and their halves get more room meanwhile', { timeout: 60_000 }, async () => {
  const { system } = await prepare(
    await loadDesign('v6.1'),
    'a=hole, b=block: load a; store b || store a; fsync || truncate b',
  );
  const wanted = facts(explorePacked(system));
  // With so few bits a word is too short for what is found later on, when thousands of states are stored.
  for (const wordBits of [40, 44, 48]) {
    for (const workers of [1, 2, 3]) {
      expect(facts(exploreCompiled(system, { workers }, { ...AT_ONCE, wordBits, halvesBits: 4 }))).toEqual(wanted);
    }
  }
});

it('an error of the author that is met while another worker searches ends the search, and is the one that one worker meets', () => {
  const most = 20;
  const process = (i: number, last: () => void) => {
    const n = counter.ref(`n${i}`);
    const more = (s: Act) => s.send(n, { type: 'INC' });
    return {
      a: guarded(
        when((s) => s.read(n).n < most, 'a', 'more', more),
        otherwise('end', 'ends', last),
      ),
      end: END,
    };
  };
  const boom = (): never => {
    throw new Error('boom');
  };
  const broken = (last: () => void) =>
    system({
      components: [0, 1, 2].map((i) => ({ id: `n${i}`, kind: counter })),
      processes: [process(0, () => {}), process(1, () => {}), process(2, last)],
    });
  const whole = exploreCompiled(
    broken(() => {}),
    { workers: 2 },
    AT_ONCE,
  );
  expect(whole.states).toBe((most + 2) ** 3);
  const one = refusal(() => exploreCompiled(broken(boom)));
  const two = refusal(() => exploreCompiled(broken(boom), { workers: 2 }, AT_ONCE));
  expect([two.code, two.message, two.place]).toEqual([one.code, one.message, one.place]);
});
