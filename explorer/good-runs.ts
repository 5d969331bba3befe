/** Good runs: those that never violate a property and in which all processes finish. How far each state is from such an end. */
import type { Move } from './findings.ts';
import { type ExploredGraph, moveOf } from './state-graph.ts';

const NEVER = -1;

export class GoodRuns {
  private readonly graph: ExploredGraph;
  /** By case: 1 if the property has nothing against the step. */
  private readonly cleanStep: Uint8Array;
  /** Steps of a shortest good rest from each state; NEVER: there is none. */
  private readonly left: Int32Array;

  /** @param graph of a complete exploration @param into its edges by target, see `edgesInto` */
  constructor(graph: ExploredGraph, into: EdgesInto, property: number) {
    const { states, firstEdge, cases, step } = graph;
    this.graph = graph;
    this.cleanStep = Uint8Array.from(cases, (c) => (typeof c.result.judgements[property] === 'object' ? 0 : 1));
    const left = new Int32Array(states).fill(NEVER);
    this.left = left;
    const queue = new Uint32Array(states);
    let end = 0;
    // Where all have finished nobody can step.
    for (let s = 0; s < states; s++) {
      if (firstEdge[s] !== firstEdge[s + 1] || !graph.finished(s) || graph.wrong(property, s)) continue;
      left[s] = 0;
      queue[end++] = s;
    }
    const wrong = new Uint8Array(states);
    for (let at = 0; at < end; at++) {
      const t = queue[at]!;
      for (let i = into.first[t]!; i < into.first[t + 1]!; i++) {
        const s = into.source[i]!;
        if (wrong[s] || left[s] !== NEVER || !this.cleanStep[step[into.edge[i]!]!]) continue;
        // Asked once, of those that come so far.
        if (graph.wrong(property, s)) {
          wrong[s] = 1;
          continue;
        }
        left[s] = left[t]! + 1;
        queue[end++] = s;
      }
    }
  }

  /** Whether some good run goes on from the state. */
  from(state: number): boolean {
    return this.left[state] !== NEVER;
  }

  /** The rest of a shortest good run; where several steps will do, the process that stepped last goes on. */
  rest(state: number, last: number | undefined): Move[] {
    const { graph: g, left } = this;
    const moves: Move[] = [];
    let process = last;
    for (let s = state; left[s]! > 0; ) {
      let next = -1;
      for (let e = g.firstEdge[s]!; e < g.firstEdge[s + 1]!; e++) {
        if (left[g.target[e]!] !== left[s]! - 1 || !this.isClean(e)) continue;
        if (next < 0 || (g.process[e] === process && g.process[next] !== process)) next = e;
      }
      moves.push(moveOf(g, next));
      process = g.process[next]!;
      s = g.target[next]!;
    }
    return moves;
  }

  private isClean(edge: number): boolean {
    const { graph: g } = this;
    return this.cleanStep[g.step[edge]!] === 1;
  }
}

/** The edges of a graph by the state that they lead to. */
export interface EdgesInto {
  /** Those into state `t` are at `first[t]` up to (excluding) `first[t + 1]`. */
  readonly first: Uint32Array;
  readonly edge: Uint32Array;
  readonly source: Uint32Array;
}

/** The edges of a graph by the state that they lead to. */
export function edgesInto(g: ExploredGraph): EdgesInto {
  const edges = g.firstEdge[g.states]!;
  const first = new Uint32Array(g.states + 1);
  for (let e = 0; e < edges; e++) first[g.target[e]! + 1]!++;
  for (let s = 0; s < g.states; s++) first[s + 1]! += first[s]!;
  const next = first.slice();
  const edge = new Uint32Array(edges);
  const source = new Uint32Array(edges);
  for (let s = 0; s < g.states; s++) {
    for (let e = g.firstEdge[s]!; e < g.firstEdge[s + 1]!; e++) {
      const at = next[g.target[e]!]!++;
      edge[at] = e;
      source[at] = s;
    }
  }
  return { first, edge, source };
}
