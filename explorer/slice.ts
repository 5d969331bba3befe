/** The part of an explored graph round one of its runs. */
import type { Move } from './findings.ts';
import { edgeOf, type StateGraph } from './state-graph.ts';

/** A run as edges of the graph, from the initial state. @throws Error if the run is not one of the graph */
export function edgesOf(graph: StateGraph, run: readonly Move[]): number[] {
  let state = 0;
  return run.map((move) => {
    const edge = edgeOf(graph, state, move);
    if (edge === undefined) throw new Error('the run is not in the graph');
    state = graph.target[edge]!;
    return edge;
  });
}

/**
 * The states from which the run is reached in at most `steps` steps, and those reached from it in as many, in the order
 * of their numbers. Passes over the edges: no reverse adjacency is kept.
 */
export function sliceRound(graph: StateGraph, run: readonly number[], steps: number): number[] {
  const on = [0, ...run.map((e) => graph.target[e]!)];
  const before = spread(graph, on, steps, 'backward');
  const after = spread(graph, on, steps, 'forward');
  const kept: number[] = [];
  for (let s = 0; s < graph.states; s++) if (before[s] || after[s]) kept.push(s);
  return kept;
}

/** By state: 1 where it is reached. */
function spread(g: StateGraph, from: readonly number[], steps: number, way: 'forward' | 'backward'): Uint8Array {
  const reached = new Uint8Array(g.states);
  for (const s of from) reached[s] = 1;
  for (let n = 0; n < steps; n++) {
    // Marked 2 until the pass is over, so that a pass goes one step far.
    let grew = false;
    for (let s = 0; s < g.states; s++) {
      for (let e = g.firstEdge[s]!; e < g.firstEdge[s + 1]!; e++) {
        const t = g.target[e]!;
        const [a, b] = way === 'forward' ? [s, t] : [t, s];
        if (reached[a] !== 1 || reached[b] !== 0) continue;
        reached[b] = 2;
        grew = true;
      }
    }
    if (!grew) break;
    for (let s = 0; s < g.states; s++) if (reached[s] === 2) reached[s] = 1;
  }
  return reached;
}
