/** The graph of a finished search over packed states: its states are expanded once more, all at once where the engine can. */
import { once } from './exploration.ts';
import type { Column, ExploredGraph, ExploredShape } from './state-graph.ts';
import { NONE } from './store.ts';
import type { Tables } from './tables.ts';

/** The edges of some states that come one after the other, in their order; the arrays are the engine's, until it is asked again. */
export interface Edges {
  /** How many states. */
  readonly states: number;
  /** By state: how many edges. */
  readonly counts: ArrayLike<number>;
  /** By edge. */
  readonly target: ArrayLike<number>;
  readonly leaf: ArrayLike<number>;
  readonly process: ArrayLike<number>;
  readonly alternative: ArrayLike<number>;
}

/** What a search has stored: the initial state is the first. Those of one worker come in breadth-first order. */
export interface Stored {
  /** The edges of some of the states from `state` on, before `to`; of none: the engine has to be asked for each of the first one's. */
  readonly edges?: ((state: number, to: number) => Edges) | undefined;
  /** Which of its domain's locals a slot has, for the first states. */
  readonly column?: ((slot: number, into: Uint16Array) => void) | undefined;
  eachEdge(state: number, visit: (process: number, alternative: number, leaf: number, target: number) => void): void;
  unpack(state: number): Int32Array;
}

/**
 * @param states of the graph: the first ones
 * @param expanded of these; the others have no edges
 * @param room for edges, at first
 */
export function exploredGraph(
  tables: Tables,
  stored: Stored,
  states: number,
  expanded: number,
  room: number,
): Omit<ExploredGraph, 'wrong'> {
  const rows = new Rows(states, room);
  const kinds = new Kinds(room);
  eachEdges(stored, states, expanded, (some) => {
    kinds.add(some, rows.edge);
    rows.add(some);
  });
  return {
    ...shapeOf(tables, stored, states, expanded, rows),
    ...kinds.kinds(rows.edge),
    // The first leaf says that the process waits: no step.
    cases: tables.leaves.slice(1).map((l) => l.origin!),
    local: (s, slot) => tables.domains[slot]!.locals[stored.unpack(s)[slot]!]!,
    finished: (s) => tables.allFinished(stored.unpack(s)),
  };
}

/** The same without what its edges are: it takes half of the memory. */
export function exploredShape(
  tables: Tables,
  stored: Stored,
  states: number,
  expanded: number,
  room: number,
): ExploredShape {
  const rows = new Rows(states, room);
  eachEdges(stored, states, expanded, (some) => rows.add(some));
  return shapeOf(tables, stored, states, expanded, rows);
}

function shapeOf(tables: Tables, stored: Stored, states: number, expanded: number, rows: Rows): ExploredShape {
  const { firstEdge, target, process } = rows.rows();
  const parents = once(() => predecessors(states, expanded, firstEdge, target));
  return {
    states,
    expanded,
    firstEdge,
    target,
    process,
    parentOf: (s) => parents()[s]!,
    column: (slot) => columnOf(tables, stored, states, slot),
  };
}

/** The edges of all states, some states' at a time. */
function eachEdges(stored: Stored, states: number, expanded: number, visit: (some: Edges) => void): void {
  for (let s = 0; s < expanded; ) {
    const some = stored.edges?.(s, expanded);
    const edges = some && some.states > 0 ? some : edgesOf(stored, s);
    visit(edges);
    s += edges.states;
  }
  const none = { target: [], leaf: [], process: [], alternative: [] };
  if (expanded < states) visit({ states: states - expanded, counts: new Uint32Array(states - expanded), ...none });
}

function edgesOf(stored: Stored, state: number): Edges {
  const [target, leaf, process, alternative]: [number[], number[], number[], number[]] = [[], [], [], []];
  stored.eachEdge(state, (p, a, l, to) => {
    target.push(to);
    leaf.push(l);
    process.push(p);
    alternative.push(a);
  });
  return { states: 1, counts: [target.length], target, leaf, process, alternative };
}

function columnOf(tables: Tables, stored: Stored, states: number, slot: number): Column {
  const of = new Uint16Array(states);
  if (stored.column) stored.column(slot, of);
  else for (let s = 0; s < states; s++) of[s] = stored.unpack(s)[slot]!;
  return { of, locals: tables.domains[slot]!.locals };
}

/** Where edges lead and who steps, in compressed rows. */
class Rows {
  /** How many edges there are. */
  edge = 0;
  private readonly firstEdge: Uint32Array;
  private target: Uint32Array;
  private process: Uint8Array;
  private state = 0;

  constructor(states: number, room: number) {
    this.firstEdge = new Uint32Array(states + 1);
    this.target = new Uint32Array(room);
    this.process = new Uint8Array(room);
  }

  add({ states, counts, target, process }: Edges): void {
    const wanted = this.edge + target.length;
    if (wanted > this.target.length) {
      this.target = larger(this.target, new Uint32Array(2 * wanted));
      this.process = larger(this.process, new Uint8Array(2 * wanted));
    }
    this.target.set(target, this.edge);
    this.process.set(process, this.edge);
    for (let i = 0; i < states; i++) {
      this.edge += counts[i]!;
      this.firstEdge[++this.state] = this.edge;
    }
  }

  rows(): Pick<ExploredShape, 'firstEdge' | 'target' | 'process'> {
    const { firstEdge, target, process, edge } = this;
    return { firstEdge, target: target.subarray(0, edge), process: process.subarray(0, edge) };
  }
}

/** What edges are. */
class Kinds {
  private alternative: Uint16Array;
  private step: Uint32Array;

  constructor(room: number) {
    this.alternative = new Uint16Array(room);
    this.step = new Uint32Array(room);
  }

  /** @param at how many edges were there before */
  add({ leaf, alternative }: Edges, at: number): void {
    const wanted = at + leaf.length;
    if (wanted > this.step.length) {
      this.alternative = larger(this.alternative, new Uint16Array(2 * wanted));
      this.step = larger(this.step, new Uint32Array(2 * wanted));
    }
    this.alternative.set(alternative, at);
    for (let i = 0; i < leaf.length; i++) this.step[at + i] = leaf[i]! - 1;
  }

  kinds(edges: number): Pick<ExploredGraph, 'alternative' | 'step'> {
    return { alternative: this.alternative.subarray(0, edges), step: this.step.subarray(0, edges) };
  }
}

function larger<T extends { set(from: T): void }>(from: T, into: T): T {
  into.set(from);
  return into;
}

/** By state: which one leads to it first, in breadth-first order from the initial state. */
function predecessors(states: number, expanded: number, firstEdge: Uint32Array, target: Uint32Array): Uint32Array {
  const parent = new Uint32Array(states).fill(expanded);
  parent[0] = NONE;
  const queue = new Uint32Array(states);
  const seen = new Uint8Array(states);
  let end = 1;
  seen[0] = 1;
  for (let at = 0; at < end; at++) {
    const s = queue[at]!;
    for (let e = firstEdge[s]!; e < firstEdge[s + 1]!; e++) {
      const to = target[e]!;
      if (to >= states || seen[to]) continue;
      seen[to] = 1;
      parent[to] = s;
      queue[end++] = to;
    }
  }
  return parent;
}
