/**
 * Completion under weak fairness: a process that has begun something finishes it on every run that is weakly fair to
 * every process. Decided on the explored graph: a counterexample is a cycle on which the process stays inside, takes
 * steps, and nobody else is kept from a step that is enabled all along.
 */
import { componentsOf, cyclicStates, inducedBy } from './scc.ts';
import { edgesTo, type Shape } from './state-graph.ts';

/** A run that never ends, by its edges: `prefix` leads to the loop, `loop` leads back to its own start. */
export interface Lasso {
  readonly prefix: readonly number[];
  readonly loop: readonly number[];
  /** The process that never finishes. */
  readonly process: number;
  /** It takes infinitely many steps itself, or only waits for ever while others go on. */
  readonly kind: 'culprit' | 'starved';
}

/** @param inside whether process `p` is inside in state `s` */
export function findLasso(
  graph: Shape,
  processes: number,
  inside: (s: number, p: number) => boolean,
): Lasso | undefined {
  const found: Lasso[] = [];
  const cyclic = cyclicStates(graph);
  // Without a cycle every run ends.
  if (cyclic.length === 0) return undefined;
  const cycles = { states: cyclic, graph: inducedBy(graph, cyclic) };
  for (let p = 0; p < processes; p++) {
    const pending = (s: number): boolean => inside(s, p);
    const culprit = shortestFairCycle(graph, cycles, processes, pending, p);
    if (culprit) found.push({ ...culprit, process: p, kind: 'culprit' });
    const waits = (s: number): boolean => pending(s) && !steps(graph, s, p);
    const starved = shortestFairCycle(graph, cycles, processes, waits, undefined);
    if (starved) found.push({ ...starved, process: p, kind: 'starved' });
  }
  // A process that steps for ever is the better explanation than one that it starves.
  const length = (l: Lasso): number => l.prefix.length + l.loop.length;
  return found.sort((a, b) => Number(a.kind === 'starved') - Number(b.kind === 'starved') || length(a) - length(b))[0];
}

const steps = (g: Shape, s: number, p: number): boolean => {
  for (let e = g.firstEdge[s]!; e < g.firstEdge[s + 1]!; e++) if (g.process[e] === p) return true;
  return false;
};

type Cycle = Pick<Lasso, 'prefix' | 'loop'>;

/** The states that lie on cycles, in order, and the graph of these alone. */
interface Cycles {
  readonly states: Uint32Array;
  readonly graph: ReturnType<typeof inducedBy>;
}

/** Component of a state; less than 0: it is in none. */
type ComponentOf = (s: number) => number;

/** The shortest lasso whose loop stays in `keep`, is weakly fair, and (if given) contains a step of `must`. */
function shortestFairCycle(
  g: Shape,
  cycles: Cycles,
  processes: number,
  keep: (s: number) => boolean,
  must: number | undefined,
): Cycle | undefined {
  const { states: cyclic, graph } = cycles;
  const components = componentsOf(graph, (i) => keep(cyclic[i]!));
  const component: ComponentOf = (s) => {
    const i = graph.numbers[s]!;
    return i < 0 ? -1 : components[i]!;
  };
  let best: Cycle | undefined;
  for (const [c, states] of membersOf(cycles, components)) {
    const wanted = fairness(g, processes, component, c, states, must);
    if (!wanted) continue;
    // Breadth-first numbering: the first member is a nearest one.
    for (const start of states.slice(0, STARTS)) {
      const prefix = edgesTo(g, start);
      if (best && prefix.length >= best.prefix.length + best.loop.length) break;
      const loop = cycle(g, component, c, start, wanted);
      if (!best || prefix.length + loop.length < best.prefix.length + best.loop.length) best = { prefix, loop };
    }
  }
  return best;
}

/** The states of each component that has an edge, by their order. */
function membersOf({ states, graph }: Cycles, components: Int32Array): Map<number, number[]> {
  const withEdges = new Uint8Array(components.length);
  for (let i = 0; i < components.length; i++) {
    for (let e = graph.firstEdge[i]!; e < graph.firstEdge[i + 1]!; e++) {
      const c = components[i]!;
      if (c >= 0 && components[graph.target[e]!] === c) withEdges[c] = 1;
    }
  }
  const members = new Map<number, number[]>();
  for (let i = 0; i < components.length; i++) {
    const c = components[i]!;
    if (c < 0 || !withEdges[c]) continue;
    const known = members.get(c);
    if (known) known.push(states[i]!);
    else members.set(c, [states[i]!]);
  }
  return members;
}

/** How many states of a component are tried as the loop's start. */
const STARTS = 2000;

/** What a loop has to pass: an edge or state of each kind. */
interface Goal {
  readonly edge: (e: number) => boolean;
  readonly state: (s: number) => boolean;
}

/** What a fair loop in the component has to pass; undefined if there is none. */
function fairness(
  g: Shape,
  processes: number,
  component: ComponentOf,
  c: number,
  states: readonly number[],
  must: number | undefined,
): Goal[] | undefined {
  const inner = (e: number): boolean => component(g.target[e]!) === c;
  const stepsInside = new Set<number>();
  let edges = 0;
  for (const s of states) {
    for (let e = g.firstEdge[s]!; e < g.firstEdge[s + 1]!; e++) {
      if (!inner(e)) continue;
      edges++;
      stepsInside.add(g.process[e]!);
    }
  }
  if (edges === 0 || (must !== undefined && !stepsInside.has(must))) return undefined;
  const goals: Goal[] = [];
  for (let q = 0; q < processes; q++) {
    const disabled = states.some((s) => !steps(g, s, q));
    if (!disabled && !stepsInside.has(q)) return undefined;
    goals.push({
      edge: (e) => g.process[e] === q,
      state: (s) => q !== must && !steps(g, s, q),
    });
  }
  return goals;
}

/** A closed walk from `start` inside the component that passes every goal: nearest goal first, then home. */
function cycle(g: Shape, component: ComponentOf, c: number, start: number, goals: readonly Goal[]): number[] {
  const walk: number[] = [];
  let at = start;
  let open = goals.filter((goal) => !goal.state(at));
  while (open.length > 0) {
    const leg = nearest(g, component, c, at, (s, e) => open.some((goal) => goal.edge(e) || goal.state(s)));
    for (const e of leg.edges) open = open.filter((goal) => !goal.edge(e) && !goal.state(g.target[e]!));
    walk.push(...leg.edges);
    at = leg.end;
  }
  if (at !== start || walk.length === 0) {
    const home = nearest(g, component, c, at, (s) => s === start);
    walk.push(...home.edges);
  }
  return walk;
}

/** The shortest walk of at least one edge inside the component whose last edge `e` into state `s` satisfies `reached`. */
function nearest(
  g: Shape,
  component: ComponentOf,
  c: number,
  from: number,
  reached: (s: number, e: number) => boolean,
): { edges: number[]; end: number } {
  const via = new Map<number, number>();
  const origin = new Map<number, number>();
  const queue = [from];
  for (const s of queue) {
    for (let e = g.firstEdge[s]!; e < g.firstEdge[s + 1]!; e++) {
      const t = g.target[e]!;
      if (component(t) !== c) continue;
      if (reached(t, e)) {
        const edges = [e];
        for (let at = s; at !== from; at = origin.get(at)!) edges.push(via.get(at)!);
        return { edges: edges.reverse(), end: t };
      }
      if (t === from || via.has(t)) continue;
      via.set(t, e);
      origin.set(t, s);
      queue.push(t);
    }
  }
  throw new Error('a strongly connected component is not connected');
}
