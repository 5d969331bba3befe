/** Strongly connected components by Tarjan's algorithm with an explicit stack: the graph library's recurses too deep. */
import type { StateGraph } from './state-graph.ts';

/**
 * Component number by state, -1 for states outside `keep`. An edge between components leads to the one with the smaller
 * number.
 */
export function componentsOf(
  g: Pick<StateGraph, 'states' | 'firstEdge' | 'target'>,
  keep: (s: number) => boolean,
): Int32Array {
  const component = new Int32Array(g.states).fill(-1);
  const order = new Int32Array(g.states).fill(-1);
  const low = new Int32Array(g.states);
  const next = new Uint32Array(g.states);
  const kept = new Uint8Array(g.states);
  for (let s = 0; s < g.states; s++) kept[s] = keep(s) ? 1 : 0;
  const stack: number[] = [];
  const onStack = new Uint8Array(g.states);
  let counter = 0;
  let components = 0;
  for (let root = 0; root < g.states; root++) {
    if (!kept[root] || order[root] !== -1) continue;
    const calls = [root];
    while (calls.length > 0) {
      const s = calls.at(-1)!;
      if (order[s] === -1) {
        order[s] = low[s] = counter++;
        next[s] = g.firstEdge[s]!;
        stack.push(s);
        onStack[s] = 1;
      }
      let descended = false;
      while (next[s]! < g.firstEdge[s + 1]!) {
        const t = g.target[next[s]!]!;
        if (!kept[t]) {
          next[s]!++;
        } else if (order[t] === -1) {
          calls.push(t);
          descended = true;
          break;
        } else {
          if (onStack[t]) low[s] = Math.min(low[s]!, low[t]!);
          next[s]!++;
        }
      }
      if (descended) continue;
      calls.pop();
      if (low[s] !== order[s]) continue;
      let t: number;
      do {
        t = stack.pop()!;
        onStack[t] = 0;
        component[t] = components;
      } while (t !== s);
      components++;
    }
  }
  return component;
}
