/** Cheapest and dearest walks: small graphs by hand, random ones against relaxing every edge again and again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cheapest, dearest, orderOf } from '../../explorer/cost-paths.ts';
import { SEED } from './seed.ts';

type Edge = readonly [from: number, to: number, cost: number];

/** Every state must be reachable from 0. */
function graph(states: number, edges: readonly Edge[]) {
  const rows = Array.from({ length: states }, (_, s) => edges.filter(([from]) => from === s));
  const all = rows.flat();
  let sum = 0;
  const firstEdge = Uint32Array.from([0, ...rows.map((r) => (sum += r.length))]);
  const g = { states, firstEdge, target: Uint32Array.from(all, ([, to]) => to) };
  const cost = (e: number) => all[e]![2];
  return {
    all,
    best: (...goals: readonly number[]) => cheapest(g, cost, (s) => goals.includes(s)),
    worst: () => dearest(g, cost, orderOf(g)),
  };
}

describe('by hand', () => {
  it('a detour of small steps is cheaper than one dear step, and the dearest run takes that one', () => {
    const g = graph(4, [
      [0, 3, 5],
      [0, 1, 1],
      [1, 2, 0],
      [2, 3, 2],
    ]);
    expect([g.best(3), g.worst().cost]).toEqual([3, 5]);
  });

  it('the cheapest goal counts, the initial state is one at no cost, and none may be reached', () => {
    const g = graph(3, [
      [0, 1, 4],
      [0, 2, 3],
    ]);
    expect([g.best(1, 2), g.best(0), g.best()]).toEqual([3, 0, undefined]);
  });

  it('a cycle that costs nothing leaves the dearest run bounded', () => {
    const g = graph(4, [
      [0, 1, 2],
      [1, 2, 0],
      [2, 1, 0],
      [2, 3, 7],
    ]);
    expect(g.worst()).toEqual({ cost: 9 });
  });

  it('a cycle that costs something does not, and is told: the costing step, then the shortest way back', () => {
    const g = graph(5, [
      [0, 1, 0],
      [1, 2, 0],
      [2, 3, 3],
      [3, 4, 0],
      [4, 1, 0],
      [3, 1, 0],
    ]);
    const { cost, loop } = g.worst();
    expect(cost).toBe(Number.POSITIVE_INFINITY);
    expect(loop!.map((e) => g.all[e]!.slice(0, 2))).toEqual([
      [2, 3],
      [3, 1],
      [1, 2],
    ]);
  });

  it('a step that leads to its own state is such a cycle', () => {
    const { cost, loop } = graph(1, [[0, 0, 1]]).worst();
    expect([cost, loop]).toEqual([Number.POSITIVE_INFINITY, [0]]);
  });

  it('a chain of a hundred thousand states does not overflow the stack', () => {
    const n = 100_000;
    const g = graphOfChain(n);
    expect(
      cheapest(
        g,
        () => 1,
        (s) => s === n - 1,
      ),
    ).toBe(n - 1);
    expect(dearest(g, () => 1, orderOf(g)).cost).toBe(n - 1);
  });
});

const graphOfChain = (n: number) => ({
  states: n,
  firstEdge: Uint32Array.from({ length: n + 1 }, (_, s) => Math.min(s, n - 1)),
  target: Uint32Array.from({ length: n - 1 }, (_, s) => s + 1),
});

/** Relaxes all edges `states` times; what still grows in a further round grows without end. */
function slowly(states: number, edges: readonly Edge[], goals: readonly number[]) {
  const least = Array.from({ length: states }, (_, s) => (s === 0 ? 0 : Number.POSITIVE_INFINITY));
  const most = Array.from({ length: states }, (_, s) => (s === 0 ? 0 : Number.NEGATIVE_INFINITY));
  let grows = false;
  for (let round = 0; round <= states; round++) {
    for (const [from, to, cost] of edges) {
      least[to] = Math.min(least[to]!, least[from]! + cost);
      if (most[from]! + cost > most[to]!) {
        most[to] = most[from]! + cost;
        if (round === states) grows = true;
      }
    }
  }
  const best = Math.min(Number.POSITIVE_INFINITY, ...goals.map((s) => least[s]!));
  return {
    best: Number.isFinite(best) ? best : undefined,
    worst: grows ? Number.POSITIVE_INFINITY : Math.max(...most),
  };
}

it('on random graphs both are what relaxing says, and the loop is one that costs', () => {
  const SIZE = 9;
  const state = fc.nat({ max: SIZE - 1 });
  // A tree first, so that every state can be reached.
  const tree = fc.tuple(
    ...Array.from({ length: SIZE - 1 }, (_, i) => fc.tuple(fc.nat({ max: i }), fc.nat({ max: 3 }))),
  );
  const more = fc.array(fc.tuple(state, state, fc.oneof(fc.constant(0), fc.nat({ max: 2 }))), { maxLength: 8 });
  const law = fc.property(tree, more, fc.array(state, { maxLength: 2 }), (parents, edges, goals) => {
    const grown = parents.map(([from, cost], i): Edge => [from, i + 1, cost]);
    const all = [...grown, ...edges];
    const g = graph(SIZE, all);
    const { cost, loop } = g.worst();
    expect({ best: g.best(...goals), worst: cost }).toEqual(slowly(SIZE, all, goals));
    expect(loop === undefined).toBe(Number.isFinite(cost));
    if (!loop) return;
    const round = loop.map((e) => g.all[e]!);
    expect(round[0]![2]).toBeGreaterThan(0);
    for (const [i, [, to]] of round.entries()) expect(round[(i + 1) % round.length]![0]).toBe(to);
  });
  fc.assert(law, { numRuns: 400, seed: SEED });
});
