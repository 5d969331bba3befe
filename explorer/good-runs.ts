/** Good runs: those that never violate a property and in which all processes finish. How far each state is from such an end. */
import type { Move } from './findings.ts';
import { type ExploredGraph, moveOf } from './state-graph.ts';

const NEVER = -1;

export class GoodRuns {
  private readonly graph: ExploredGraph;
  private readonly property: number;
  /** Steps of a shortest good rest from each state; NEVER: there is none. */
  private readonly left: Int32Array;

  /** @param graph of a complete exploration @param into its edges by target, see `edgesInto` */
  constructor(graph: ExploredGraph, into: EdgesInto, property: number) {
    this.graph = graph;
    this.property = property;
    this.left = new Int32Array(graph.states).fill(NEVER);
    const clean = Uint8Array.from({ length: graph.states }, (_, s) => (graph.wrong(property, s) ? 0 : 1));
    const queue: number[] = [];
    for (let s = 0; s < graph.states; s++) {
      if (!clean[s] || !graph.finished(s)) continue;
      this.left[s] = 0;
      queue.push(s);
    }
    for (const t of queue) {
      for (let i = into.first[t]!; i < into.first[t + 1]!; i++) {
        const e = into.edge[i]!;
        const s = into.source[i]!;
        if (!clean[s] || this.left[s] !== NEVER || !this.isClean(e)) continue;
        this.left[s] = this.left[t]! + 1;
        queue.push(s);
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
    return typeof g.cases[g.step[edge]!]!.result.judgements[this.property] !== 'object';
  }
}

/** The edges of a graph by the state that they lead to. */
export interface EdgesInto {
  /** Those into state `t` are at `first[t]` up to (excluding) `first[t + 1]`. */
  readonly first: Uint32Array;
  readonly edge: Uint32Array;
  readonly source: Uint32Array;
}

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
