/** Slices and exported graphs of random systems: counts, distances and verdicts against the graph that was searched. */
import { env } from 'node:process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explorePacked } from '../../explorer/packed.ts';
import { edgesOf, sliceRound } from '../../explorer/slice.ts';
import type { ExploredGraph } from '../../explorer/state-graph.ts';
import { type GraphFacts, systemGraph } from '../../explorer/system-graph.ts';
import { valuation } from '../../explorer/valuation.ts';
import { buildSystem } from './build-system.ts';
import { systemData } from './random-system.ts';
import { SEED } from './seed.ts';

const RUNS = Math.ceil(Number(env.FC_RUNS ?? 200) / 4);
const LIMIT = 300;
const FACTS: GraphFacts = { design: 'd', scenario: 's', config: '', states: 0, transitions: 0 };
const range = (n: number): number[] => [...Array(n).keys()];

/** The law on every random system whose exploration is complete. */
function holds(law: (explored: ReturnType<typeof exploredOf>) => void): void {
  fc.assert(
    fc.property(systemData, (data) => {
      const explored = exploredOf(data);
      fc.pre(explored.found.complete);
      law(explored);
    }),
    { seed: SEED + 7, numRuns: RUNS },
  );
}

function exploredOf(data: Parameters<typeof buildSystem>[0]) {
  const system = buildSystem(data);
  const found = explorePacked(system, { maxStates: LIMIT });
  return { system, found, graph: found.graph() };
}

/** Steps from the nearest of `from` to each state, along or against the edges; by a queue and adjacency lists. */
function distances(g: ExploredGraph, from: readonly number[], against: boolean): number[] {
  const next = range(g.states).map((): number[] => []);
  for (const s of range(g.states)) {
    for (let e = g.firstEdge[s]!; e < g.firstEdge[s + 1]!; e++) {
      const t = g.target[e]!;
      if (against) next[t]!.push(s);
      else next[s]!.push(t);
    }
  }
  const out = range(g.states).map(() => Number.POSITIVE_INFINITY);
  const queue = [...new Set(from)];
  for (const s of queue) out[s] = 0;
  for (const s of queue) {
    for (const t of next[s]!) {
      if (out[t]! < Number.POSITIVE_INFINITY) continue;
      out[t] = out[s]! + 1;
      queue.push(t);
    }
  }
  return out;
}

describe('an exported graph', () => {
  it('has as many nodes and edges as the exploration states and transitions', () => {
    holds(({ system, found, graph }) => {
      const exported = systemGraph(system, graph, range(graph.states), FACTS);
      expect([exported.order, exported.size]).toEqual([found.states, found.transitions]);
    });
  });

  it('marks a node wherever its state, or a step into it, violates a property, and so every property that is violated', () => {
    holds(({ system, found, graph }) => {
      const exported = systemGraph(system, graph, range(graph.states), FACTS);
      const marked = new Set(exported.mapNodes((_, n) => n.violates).flat());
      const violated = system.properties.filter((_, i) => found.findings[i]!.verdict === 'violated').map((p) => p.id);
      expect([...marked].sort()).toEqual(violated.sort());
      exported.forEachEdge((_e, edge, _s, to) => {
        for (const id of edge.violates) expect(exported.getNodeAttribute(to, 'violates')).toContain(id);
      });
    });
  });

  it('says of each node every component, process and monitor, and which are initial and final', () => {
    holds(({ system, graph }) => {
      const exported = systemGraph(system, graph, range(graph.states), FACTS);
      const state = (s: number) => system.names.map((_, slot) => graph.local(s, slot));
      for (const s of range(graph.states)) {
        const node = exported.getNodeAttributes(`s${s}`);
        expect(node.values).toEqual(valuation(system, state(s), true));
        expect([node.initial, node.final]).toEqual([s === 0, graph.finished(s)]);
      }
    });
  });
});

describe('a slice round a run', () => {
  const withRun = (law: (g: ExploredGraph, run: number[], more: ReturnType<typeof exploredOf>) => void): void =>
    holds((explored) => {
      const { found, graph } = explored;
      const run = found.findings.find((f) => f.run && f.run.length > 0)?.run;
      fc.pre(run !== undefined);
      law(graph, edgesOf(graph, run!), explored);
    });

  it('has just the states that are no more steps away, to the run or from it', () => {
    withRun((g, run) => {
      const on = [0, ...run.map((e) => g.target[e]!)];
      const [to, from] = [distances(g, on, true), distances(g, on, false)];
      for (const k of [0, 1, 2, 5]) {
        expect(sliceRound(g, run, k)).toEqual(range(g.states).filter((s) => to[s]! <= k || from[s]! <= k));
      }
    });
  });

  it('holds the run itself, marked as the counterexample', () => {
    withRun((g, run, { system }) => {
      const exported = systemGraph(system, g, sliceRound(g, run, 0), FACTS, { counterexample: run });
      const marked = exported.filterEdges((_, e) => e.counterexample);
      expect(marked.sort()).toEqual([...new Set(run)].map((e) => `e${e}`).sort());
      expect(exported.hasNode('s0')).toBe(true);
    });
  });
});
