/** The explored graph on demand: all engines give the same one, and it is the graph that was searched. */
import { env } from 'node:process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exploreCompiled } from '../../explorer/compiled.ts';
import type { Exploration } from '../../explorer/exploration.ts';
import { exploreInterpreted } from '../../explorer/interpreted-search.ts';
import type { ExploreOptions } from '../../explorer/options.ts';
import { explorePacked } from '../../explorer/packed.ts';
import type { System } from '../../explorer/system.ts';
import { buildSystem } from './build-system.ts';
import { systemData } from './random-system.ts';
import { SEED } from './seed.ts';

const RUNS = Math.ceil(Number(env.FC_RUNS ?? 200) / 5);
const LIMIT = 300;
const range = (n: number) => [...Array(n).keys()];

/** Everything that a graph says, in plain lists. */
function rows(system: System, exploration: Exploration, g = exploration.graph()) {
  const cases = range(g.target.length).map((e) => {
    const { process, facts, result } = g.cases[g.step[e]!]!;
    const { next, finished, sends, lines, marks, taken, judgements } = result;
    return { process, from: facts.id, next, finished, sends, lines, marks, taken, judgements };
  });
  return {
    states: g.states,
    expanded: g.expanded,
    firstEdge: [...g.firstEdge],
    target: [...g.target],
    process: [...g.process],
    alternative: [...g.alternative],
    cases,
    parents: range(g.states).map((s) => g.parentOf(s)),
    locals: range(g.states).map((s) => range(system.slotCount).map((slot) => g.local(s, slot))),
    columns: range(system.slotCount).map((slot) => {
      const { of, locals } = g.column(slot);
      return [...of].map((i) => locals[i]);
    }),
    finished: range(g.states).map((s) => g.finished(s)),
    wrong: system.properties.map((_, p) => range(g.expanded).map((s) => g.wrong(p, s))),
  };
}

/** Steps of a shortest run to every state, by the edges alone; -1: not reached. */
function distances({ states, firstEdge, target }: ReturnType<typeof rows>): number[] {
  const out: number[] = range(states).map((s) => (s === 0 ? 0 : -1));
  const queue = [0];
  for (const s of queue) {
    for (const t of target.slice(firstEdge[s], firstEdge[s + 1])) {
      if (out[t]! >= 0) continue;
      out[t] = out[s]! + 1;
      queue.push(t);
    }
  }
  return out;
}

describe.each<[string, ExploreOptions]>([
  ['complete or at a limit', { maxStates: LIMIT }],
  ['at a small limit', { maxStates: 20 }],
  ['ended by a violation', { maxStates: LIMIT, stop: true }],
])('a graph that is %s', (_, options) => {
  it('is the same in all engines', () => {
    const law = fc.property(systemData, fc.oneof(fc.constant(64), fc.nat({ max: 20 })), (data, wordBits) => {
      const system = buildSystem(data);
      const packed = rows(system, explorePacked(system, options));
      expect(packed).toEqual(rows(system, exploreInterpreted(system, options)));
      expect(rows(system, exploreCompiled(system, options, { wordBits }))).toEqual(packed);
    });
    fc.assert(law, { numRuns: RUNS, seed: SEED + 5 });
  });

  it('has the transitions, the depth and the shortest violations of the search', () => {
    const law = fc.property(systemData, (data) => {
      const system = buildSystem(data);
      const explored = explorePacked(system, options);
      const g = rows(system, explored);
      expect([g.states, g.target.length]).toEqual([explored.states, explored.transitions]);
      const far = distances(g);
      expect(far).not.toContain(-1);
      // Numbered in breadth-first order, and the parent is one step nearer.
      expect(far).toEqual([...far].sort((a, b) => a - b));
      for (const [s, parent] of g.parents.entries()) if (s > 0) expect(far[parent]).toBe(far[s]! - 1);
      if (explored.complete) expect(Math.max(...far)).toBe(explored.depth);
      if (options.stop) return;
      for (const [p, { step, deadlock }] of system.properties.entries()) {
        if (step || !explored.complete) continue;
        const lengths = g.wrong[p]!.flatMap((w, s) => (w ? [far[s]!] : []));
        expect([p, deadlock, explored.findings[p]!.run?.length]).toEqual([
          p,
          deadlock,
          lengths.length > 0 ? Math.min(...lengths) : undefined,
        ]);
      }
    });
    fc.assert(law, { numRuns: RUNS, seed: SEED + 6 });
  });

  it('near the initial state is the part of it that is', () => {
    const law = fc.property(systemData, fc.nat({ max: 10 }), (data, depth) => {
      const system = buildSystem(data);
      const explored = explorePacked(system, options);
      const g = rows(system, explored);
      const far = distances(g);
      const inside = far.filter((d) => d <= depth).length;
      const again = explorePacked(system, options);
      expect(again.near(depth, inside - 1)).toBeUndefined();
      const near = rows(system, again, again.near(depth, inside)!);
      const expanded = Math.min(g.expanded, far.filter((d) => d < depth).length);
      const edges = g.firstEdge[expanded]!;
      expect(near).toEqual({
        ...g,
        states: inside,
        expanded,
        firstEdge: [...g.firstEdge.slice(0, expanded), ...range(inside + 1 - expanded).map(() => edges)],
        target: g.target.slice(0, edges),
        process: g.process.slice(0, edges),
        alternative: g.alternative.slice(0, edges),
        cases: g.cases.slice(0, edges),
        parents: g.parents.slice(0, inside),
        locals: g.locals.slice(0, inside),
        columns: g.columns.map((c) => c.slice(0, inside)),
        finished: g.finished.slice(0, inside),
        wrong: g.wrong.map((w) => w.slice(0, expanded)),
      });
      const interpreted = exploreInterpreted(system, options);
      expect(near).toEqual(rows(system, interpreted, interpreted.near(depth, inside)!));
      const compiled = exploreCompiled(system, options);
      expect(rows(system, compiled, compiled.near(depth, inside)!)).toEqual(near);
    });
    fc.assert(law, { numRuns: RUNS, seed: SEED + 7 });
  });
});
