/** Strongly connected components by Tarjan's algorithm with an explicit stack: the graph library's recurses too deep. */
import type { Shape } from './state-graph.ts';

type Rows = Pick<Shape, 'states' | 'firstEdge' | 'target'>;

/**
 * Component number by state, -1 for states outside `keep`. An edge between components leads to the one with the smaller
 * number.
 */
export function componentsOf(g: Rows, keep: (s: number) => boolean): Int32Array {
  const { states, firstEdge, target } = g;
  const component = new Int32Array(states).fill(-1);
  const order = new Int32Array(states).fill(-1);
  const low = new Int32Array(states);
  const next = new Uint32Array(states);
  const kept = new Uint8Array(states);
  for (let s = 0; s < states; s++) kept[s] = keep(s) ? 1 : 0;
  const stack = new Uint32Array(states);
  const calls = new Uint32Array(states);
  const onStack = new Uint8Array(states);
  let stacked = 0;
  let called = 0;
  let counter = 0;
  let components = 0;
  for (let root = 0; root < states; root++) {
    if (!kept[root] || order[root] !== -1) continue;
    calls[called++] = root;
    while (called > 0) {
      const s = calls[called - 1]!;
      if (order[s] === -1) {
        order[s] = low[s] = counter++;
        next[s] = firstEdge[s]!;
        stack[stacked++] = s;
        onStack[s] = 1;
      }
      let descended = false;
      let e = next[s]!;
      for (const end = firstEdge[s + 1]!; e < end; e++) {
        const t = target[e]!;
        if (!kept[t]) continue;
        if (order[t] === -1) {
          // It is looked at once more, when it is done.
          calls[called++] = t;
          descended = true;
          break;
        }
        if (onStack[t] && low[t]! < low[s]!) low[s] = low[t]!;
      }
      next[s] = e;
      if (descended) continue;
      called--;
      if (low[s] !== order[s]) continue;
      let t: number;
      do {
        t = stack[--stacked]!;
        onStack[t] = 0;
        component[t] = components;
      } while (t !== s);
      components++;
    }
  }
  return component;
}

/** The states that lie on cycles, in order. */
export function cyclicStates(g: Rows): Uint32Array {
  const left = unpeeled(g);
  if (left.length === 0) return left;
  const part = inducedBy(g, left);
  const component = componentsOf(part, () => true);
  const size = new Uint32Array(left.length);
  for (const c of component) size[c]!++;
  const loops = (i: number): boolean => {
    for (let e = part.firstEdge[i]!; e < part.firstEdge[i + 1]!; e++) if (part.target[e] === i) return true;
    return false;
  };
  return left.filter((_, i) => size[component[i]!]! > 1 || loops(i));
}

/** What is left when states that no edge leads to are taken away, again and again: cycles and what they lead to, in order. */
function unpeeled({ states, firstEdge, target }: Rows): Uint32Array {
  // How many edges lead to a state; of one that waits to be taken away, which one is next, plus one.
  const into = new Uint32Array(states);
  const edges = firstEdge[states]!;
  for (let e = 0; e < edges; e++) into[target[e]!]!++;
  let count = states;
  let first = 0;
  let last = 0;
  const take = (s: number): void => {
    if (first === 0) first = s + 1;
    else into[last - 1] = s + 1;
    last = s + 1;
  };
  for (let s = 0; s < states; s++) if (into[s] === 0) take(s);
  while (first > 0) {
    const s = first - 1;
    for (let e = firstEdge[s]!; e < firstEdge[s + 1]!; e++) {
      const t = target[e]!;
      if (--into[t]! === 0) take(t);
    }
    first = s + 1 === last ? 0 : into[s]!;
    into[s] = 0;
    count--;
  }
  const left = new Uint32Array(count);
  for (let s = 0, n = 0; n < count; s++) if (into[s]! > 0) left[n++] = s;
  return left;
}

/** The graph of some of the states, which get new numbers in their order, with the edges between them. */
export function inducedBy({ states, firstEdge, target }: Rows, some: Uint32Array): Rows & { numbers: Int32Array } {
  const numbers = new Int32Array(states).fill(-1);
  for (let i = 0; i < some.length; i++) numbers[some[i]!] = i;
  const degree = (s: number): number => firstEdge[s + 1]! - firstEdge[s]!;
  const room = some.reduce((n, s) => n + degree(s), 0);
  const first = new Uint32Array(some.length + 1);
  const targets = new Uint32Array(room);
  let n = 0;
  for (let i = 0; i < some.length; i++) {
    for (let e = firstEdge[some[i]!]!; e < firstEdge[some[i]! + 1]!; e++) {
      const t = numbers[target[e]!]!;
      if (t >= 0) targets[n++] = t;
    }
    first[i + 1] = n;
  }
  return { states: some.length, firstEdge: first, target: targets.subarray(0, n), numbers };
}
