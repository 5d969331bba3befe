/** The explored state graph in compressed rows: states are numbered in breadth-first order, 0 is the initial state. */
import type { Local } from './component.ts';
import type { Move } from './findings.ts';
import type { StepCase } from './step.ts';

/** What a property says against a state. */
export interface Wrong {
  readonly damage: string;
  /** The element of the "for all" that is false. */
  readonly element?: string;
}

/** What a slot has in every state: `of` says which of `locals`, by state. Domains have at most 50,000 locals. */
export interface Column {
  readonly of: Uint16Array;
  readonly locals: readonly Local[];
}

/** Where edges lead and who steps: all that it takes to see which runs never end. */
export interface Shape {
  readonly states: number;
  /** Edges of state `s` are `firstEdge[s]` up to (excluding) `firstEdge[s + 1]`. */
  readonly firstEdge: Uint32Array;
  readonly target: Uint32Array;
  /** By edge: index of the process that steps. */
  readonly process: Uint8Array;
  /** A state's predecessor on a shortest path; the initial state's is 0xffffffff. */
  parentOf(state: number): number;
  /** What a slot (component, process, monitor) has, in all states. */
  column(slot: number): Column;
}

export interface StateGraph extends Shape {
  /** By edge: which of its process's alternatives, in the fixed order of choices. */
  readonly alternative: Uint16Array;
  /** The local of a slot in a state. */
  local(state: number, slot: number): Local;
}

/** States below `expanded` were expanded; the others of an incomplete search have no edges. */
export type ExploredShape = Shape & { readonly expanded: number };

/** What an engine makes of its search: the graph, with what its steps do and how its states are judged. */
export interface ExploredGraph extends StateGraph, ExploredShape {
  /** By edge: number of its case, an index into `cases`. */
  readonly step: Uint32Array;
  readonly cases: readonly StepCase[];
  /** Whether all processes have finished in a state. */
  finished(state: number): boolean;
  /** What property number `property` says of a state: steps are judged in their cases, deadlocks in expanded states. */
  wrong(property: number, state: number): Wrong | undefined;
}

/** Who steps along an edge, and which of his alternatives it is. */
export const moveOf = (g: StateGraph, e: number): Move => ({ process: g.process[e]!, alternative: g.alternative[e]! });

/**
 * Of states in breadth-first order: the first of those that are more than `depth` steps away from the initial state.
 * Predecessors come in the same order.
 */
export function firstBeyond(depth: number, states: number, parentOf: (state: number) => number): number {
  let next = depth < 0 ? 0 : Math.min(1, states);
  for (let d = 0; d < depth && next < states; d++) {
    const from = next;
    next = firstWhere(from, states, (s) => parentOf(s) >= from);
  }
  return next;
}

/** The first number in a range from which on `is` is true. */
export function firstWhere(from: number, to: number, is: (n: number) => boolean): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (is(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The state that an edge leaves. */
export function sourceOf(g: StateGraph, edge: number): number {
  return firstWhere(0, g.states - 1, (s) => g.firstEdge[s + 1]! > edge);
}

/** The edge that a move is; undefined if it is not enabled in the state. */
export function edgeOf(g: StateGraph, state: number, { process, alternative }: Move): number | undefined {
  for (let e = g.firstEdge[state]!; e < g.firstEdge[state + 1]!; e++) {
    if (g.process[e] === process && g.alternative[e] === alternative) return e;
  }
  return undefined;
}

/** The edges of a shortest run to a state. */
export function edgesTo(g: Shape, state: number): number[] {
  const edges: number[] = [];
  for (let at = state; at !== 0; ) {
    const parent = g.parentOf(at);
    let e = g.firstEdge[parent]!;
    while (g.target[e] !== at) e++;
    edges.push(e);
    at = parent;
  }
  return edges.reverse();
}
