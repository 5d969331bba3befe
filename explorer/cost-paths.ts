/** Cheapest and dearest walks through a graph whose edges cost small whole numbers, none of them negative. */
import { componentsOf } from './scc.ts';
import type { StateGraph } from './state-graph.ts';

type Edges = Pick<StateGraph, 'states' | 'firstEdge' | 'target'>;
/** Cost of an edge. */
export type EdgeCost = (edge: number) => number;

/**
 * Cost of the cheapest walk from state 0 to a state of `goal`; undefined if none leads there. Dijkstra's search with a
 * bucket per cost: costs are small.
 */
export function cheapest(g: Edges, cost: EdgeCost, goal: (state: number) => boolean): number | undefined {
  const known = new Uint8Array(g.states);
  const buckets: number[][] = [[0]];
  for (let c = 0; c < buckets.length; c++) {
    const bucket = buckets[c] ?? [];
    // States reached at no further cost are added to the bucket while it is emptied.
    for (let s = bucket.pop(); s !== undefined; s = bucket.pop()) {
      if (known[s]) continue;
      known[s] = 1;
      if (goal(s)) return c;
      for (let e = g.firstEdge[s]!; e < g.firstEdge[s + 1]!; e++) {
        const t = g.target[e]!;
        if (known[t]) continue;
        const to = c + cost(e);
        const later = buckets[to];
        if (later) later.push(t);
        else buckets[to] = [t];
      }
    }
    buckets[c] = [];
  }
  return undefined;
}

export interface Dearest {
  /** Infinity: some cycle costs something, and can be gone round as often as one likes. */
  readonly cost: number;
  /** The edges of such a cycle, the costing one first. */
  readonly loop?: readonly number[];
}

/** The order in which `dearest` goes through a graph: the same for every cost. */
export interface Order {
  /** Component by state; an edge between components leads to the smaller number. */
  readonly component: Int32Array;
  readonly components: number;
  /** States by component, those with the largest number first. */
  readonly states: Uint32Array;
}

/** The components of a graph in an order in which every edge between two of them goes forward. */
export function orderOf(g: Edges): Order {
  const component = componentsOf(g, () => true);
  const components = component.reduce((n, c) => Math.max(n, c + 1), 0);
  const next = new Uint32Array(components + 1);
  for (const c of component) next[components - c]!++;
  for (let i = 1; i <= components; i++) next[i]! += next[i - 1]!;
  const states = new Uint32Array(g.states);
  for (let s = 0; s < g.states; s++) states[next[components - 1 - component[s]!]!++] = s;
  return { component, components, states };
}

/**
 * Cost of the dearest walk from state 0, every state being reachable from it: the longest path through the strongly
 * connected components, unless one of them has a cycle that costs something.
 */
export function dearest(g: Edges, cost: EdgeCost, { component, components, states }: Order): Dearest {
  const most = new Float64Array(components);
  let cycle: { readonly edge: number; readonly from: number } | undefined;
  for (const s of states) {
    const here = component[s]!;
    for (let e = g.firstEdge[s]!; e < g.firstEdge[s + 1]!; e++) {
      const there = component[g.target[e]!]!;
      const c = cost(e);
      if (there !== here) most[there] = Math.max(most[there]!, most[here]! + c);
      else if (c > 0 && (!cycle || s < cycle.from)) cycle = { edge: e, from: s };
    }
  }
  if (cycle) return { cost: Number.POSITIVE_INFINITY, loop: closed(g, component, cycle.from, cycle.edge) };
  return { cost: most.reduce((a, b) => Math.max(a, b), 0) };
}

/** The shortest cycle through an edge from `from` inside its component. */
function closed(g: Edges, component: Int32Array, from: number, edge: number): number[] {
  const start = g.target[edge]!;
  const via = new Map<number, readonly [edge: number, origin: number]>();
  const queue = [start];
  for (const s of queue) {
    if (s === from) break;
    for (let e = g.firstEdge[s]!; e < g.firstEdge[s + 1]!; e++) {
      const t = g.target[e]!;
      if (component[t] !== component[from] || t === start || via.has(t)) continue;
      via.set(t, [e, s]);
      queue.push(t);
    }
  }
  const back: number[] = [];
  for (let s = from; s !== start; ) {
    const [e, origin] = via.get(s)!;
    back.push(e);
    s = origin;
  }
  return [edge, ...back.reverse()];
}
