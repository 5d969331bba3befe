import { describe, expect, it } from 'vitest';
import { findLasso } from '../../explorer/liveness.ts';
import type { StateGraph } from '../../explorer/state-graph.ts';

/** A graph from edges `[from, process, to]`; state numbers must be in breadth-first order. */
function graphOf(states: number, edges: readonly (readonly [number, number, number])[]): StateGraph {
  const rows = Array.from({ length: states }, (_, s) => edges.filter(([from]) => from === s));
  const all = rows.flat();
  const firstEdge = Uint32Array.from([0, ...rows.map((_, s) => rows.slice(0, s + 1).flat().length)]);
  return {
    states,
    firstEdge,
    target: Uint32Array.from(all, (e) => e[2]),
    process: Uint8Array.from(all, (e) => e[1]),
    alternative: Uint16Array.from(all, () => 0),
    parentOf: (s) => all.find((e) => e[2] === s && e[0] < s)?.[0] ?? 0xffffffff,
    local: () => ({ value: '', context: {} }),
    column: () => ({ of: new Uint16Array(states), locals: [{ value: '', context: {} }] }),
  };
}
const always = (): boolean => true;

describe('a process that has begun completes under weak fairness', () => {
  it('where every run ends', () => {
    const g = graphOf(3, [
      [0, 0, 1],
      [1, 0, 2],
    ]);
    expect(findLasso(g, 1, (s) => s < 2)).toBeUndefined();
  });

  it('not where it goes round for ever: the lasso is the shortest one', () => {
    const g = graphOf(4, [
      [0, 0, 1],
      [1, 0, 2],
      [2, 0, 1],
      [2, 0, 3],
      [3, 0, 3],
    ]);
    const lasso = findLasso(g, 1, (s) => s < 3);
    expect(lasso).toMatchObject({ process: 0, kind: 'culprit' });
    expect([lasso!.prefix.length, lasso!.loop.length]).toEqual([1, 2]);
  });

  it('where the loop keeps another process from a step that is enabled all along: that run is not fair', () => {
    const g = graphOf(3, [
      [0, 0, 1],
      [0, 1, 2],
      [1, 0, 0],
      [1, 1, 2],
    ]);
    expect(findLasso(g, 2, (s, p) => p === 0 && s < 2)).toBeUndefined();
  });

  it('not where the other process is disabled somewhere in the loop', () => {
    const g = graphOf(3, [
      [0, 0, 1],
      [0, 1, 2],
      [1, 0, 0],
    ]);
    expect(findLasso(g, 2, (s, p) => p === 0 && s < 2)).toMatchObject({ process: 0, kind: 'culprit' });
  });

  it('not where it waits for ever while another goes on: it is starved', () => {
    const g = graphOf(2, [
      [0, 1, 1],
      [1, 1, 0],
    ]);
    expect(findLasso(g, 2, (_, p) => p === 0)).toMatchObject({ process: 0, kind: 'starved' });
  });

  it('in a chain of a hundred thousand states, without overflowing the stack', () => {
    const n = 100_000;
    const firstEdge = Uint32Array.from({ length: n + 1 }, (_, s) => s);
    const g: StateGraph = {
      states: n,
      firstEdge,
      target: Uint32Array.from({ length: n }, (_, s) => (s + 1 < n ? s + 1 : s)),
      process: new Uint8Array(n),
      alternative: new Uint16Array(n),
      column: () => ({ of: new Uint16Array(n), locals: [{ value: '', context: {} }] }),
      parentOf: (s) => (s === 0 ? 0xffffffff : s - 1),
      local: () => ({ value: '', context: {} }),
    };
    const lasso = findLasso(g, 1, always);
    expect([lasso!.prefix.length, lasso!.loop.length]).toEqual([n - 1, 1]);
  });
});
