import { env } from 'node:process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { componentsOf, cyclicStates, inducedBy } from '../../explorer/scc.ts';
import { SEED } from './seed.ts';

const RUNS = Number(env.FC_RUNS ?? 200);

/** Random edges between a few states: `[from, to]`, in the order of `from`. */
const graphs = fc.integer({ min: 1, max: 12 }).chain((states) =>
  fc.array(fc.tuple(fc.nat({ max: states - 1 }), fc.nat({ max: states - 1 })), { maxLength: 20 }).map((edges) => {
    const sorted = edges.toSorted(([a], [b]) => a - b);
    const firstEdge = Uint32Array.from({ length: states + 1 }, (_, s) => sorted.filter(([from]) => from < s).length);
    return { states, firstEdge, target: Uint32Array.from(sorted, ([, to]) => to), edges };
  }),
);

/** By state: which states a walk of at least one edge leads to. */
function reach({ states, edges }: { states: number; edges: readonly (readonly [number, number])[] }): boolean[][] {
  const to = Array.from({ length: states }, (_, a) =>
    Array.from({ length: states }, (_, b) => edges.some(([from, t]) => from === a && t === b)),
  );
  for (let k = 0; k < states; k++) {
    for (const row of to) if (row[k]) for (let b = 0; b < states; b++) row[b] ||= to[k]![b]!;
  }
  return to;
}

describe('strongly connected components', () => {
  it('have two states together that lead to each other, and no others', () => {
    const law = fc.property(graphs, (g) => {
      const to = reach(g);
      const component = componentsOf(g, () => true);
      for (let a = 0; a < g.states; a++) {
        for (let b = 0; b < g.states; b++) {
          expect(component[a] === component[b]).toBe(a === b || (to[a]![b]! && to[b]![a]!));
          if (component[a] !== component[b] && to[a]![b]) expect(component[b]).toBeLessThan(component[a]!);
        }
      }
    });
    fc.assert(law, { numRuns: RUNS, seed: SEED });
  });

  it('states on cycles are those that lead back to themselves', () => {
    const law = fc.property(graphs, (g) => {
      const to = reach(g);
      const cyclic = [...Array(g.states).keys()].filter((s) => to[s]![s]);
      expect([...cyclicStates(g)]).toEqual(cyclic);
    });
    fc.assert(law, { numRuns: RUNS, seed: SEED + 1 });
  });

  it('the graph of some states has the edges between them', () => {
    const law = fc.property(graphs, fc.nat(), (g, mask) => {
      const some = Uint32Array.from([...Array(g.states).keys()].filter((s) => (mask >> s) & 1));
      const part = inducedBy(g, some);
      const of = (s: number): number[] => [...part.target.slice(part.firstEdge[s], part.firstEdge[s + 1])];
      expect([...some].map((s, i) => [s, of(i).map((t) => some[t])])).toEqual(
        [...some].map((s) => [
          s,
          [...g.target.slice(g.firstEdge[s], g.firstEdge[s + 1])].filter((t) => some.includes(t)),
        ]),
      );
    });
    fc.assert(law, { numRuns: RUNS, seed: SEED + 2 });
  });
});
