/** What is made of a finished search over packed states: runs, the graph, final states. */
import { behaviourOf } from './behaviour.ts';
import { completeness, type Exploration, type Limit } from './exploration.ts';
import { exploredGraph, exploredShape, type Stored } from './explored-graph.ts';
import type { Findings, Move } from './findings.ts';
import { canonical } from './json.ts';
import type { Reduction } from './reduce/reduction.ts';
import type { Leg, Symmetry } from './reduce/symmetry.ts';
import { type ExploredGraph, firstBeyond, type Wrong } from './state-graph.ts';
import { BLOCKED, type Tables } from './tables.ts';

/** The visited set, as the results need it; the initial state's number is 0. One worker numbers in breadth-first order. */
export interface Visited extends Pick<Stored, 'edges' | 'column'> {
  /** States of a graph are counted without gaps. Absent: so are those of the search. */
  readonly placeOf?: (state: number) => number;
  readonly numberOf?: (place: number) => number;
  readonly count: number;
  readonly bytes: number;
  unpack(state: number, into: Int32Array): void;
  find(vec: Int32Array): number;
  /** Expanded states, the first of which that leads to `state` is its predecessor; not asked of the initial state. */
  candidates(state: number): Iterable<number>;
  /** Of all states. */
  numbers(): Iterable<number>;
}

export interface SearchFacts {
  readonly transitions: number;
  readonly depth: number;
  readonly seconds: number;
  /** What ended the search; undefined: nothing was left. */
  readonly limit: Limit | undefined;
  /** States below this number were expanded. */
  readonly expanded: number;
}

export class Explored {
  private readonly tables: Tables;
  private readonly visited: Visited;
  private readonly facts: SearchFacts;
  private readonly symmetry: Symmetry | undefined;
  private readonly reduction: Reduction | undefined;
  private readonly vec: Int32Array;
  private readonly child: Int32Array;
  private whole: ExploredGraph | undefined;
  /** The last one near the initial state. */
  private part: { readonly depth: number; readonly graph: ExploredGraph } | undefined;

  /**
   * @param symmetry that the search used: then a step may lead to a state that is stored as another one
   * @param reduction that it used: then a stored state's predecessor may be several steps away
   */
  constructor(tables: Tables, visited: Visited, facts: SearchFacts, symmetry?: Symmetry, reduction?: Reduction) {
    this.symmetry = symmetry;
    this.reduction = reduction;
    this.tables = tables;
    this.visited = visited;
    this.facts = facts;
    this.vec = new Int32Array(tables.system.slotCount);
    this.child = new Int32Array(tables.system.slotCount);
  }

  result(findings: Findings): Exploration {
    const { transitions, depth, seconds, limit, expanded } = this.facts;
    return {
      states: this.visited.count,
      transitions,
      depth,
      seconds,
      peakBytes: this.visited.bytes,
      ...completeness(limit, this.visited.count - expanded),
      findings: findings.finish(limit === undefined, (s) => this.runTo(s)),
      taken: this.tables.taken,
      ends: () => this.ends(),
      graph: () => {
        this.whole ??= this.graph(this.visited.count, expanded, transitions);
        return this.whole;
      },
      shape: () => this.whole ?? exploredShape(this.tables, this.stored(), this.visited.count, expanded, transitions),
      near: (maxDepth, maxStates) => this.near(maxDepth, maxStates),
      // A reduced search does not find every row.
      ...(!this.reduction && !this.symmetry && { behaviour: () => this.behaviour() }),
    };
  }

  private near(maxDepth: number, maxStates: number): ExploredGraph | undefined {
    const { visited, facts } = this;
    if (this.whole) return this.whole;
    if (this.part && this.part.depth >= maxDepth) return this.part.graph;
    // All that may be a state's predecessor are as near as its predecessor.
    const before = (depth: number) => firstBeyond(depth, visited.count, (s) => [...visited.candidates(s)][0]!);
    const states = before(maxDepth);
    if (states > maxStates) return undefined;
    const graph = this.graph(states, Math.min(facts.expanded, before(maxDepth - 1)), 4 * states);
    this.part = { depth: maxDepth, graph };
    return graph;
  }

  /** The moves from the initial state; each is found again by expanding what may be the predecessor. */
  private runTo(state: number): Move[] {
    const legs: Leg[] = [];
    for (let s = state; s !== 0; ) {
      const [from, leg] = this.legInto(s);
      legs.unshift(leg);
      s = from;
    }
    return this.symmetry ? this.symmetry.realRun(legs) : legs.flatMap(({ moves }) => moves);
  }

  private legInto(state: number): readonly [number, Leg] {
    const target = new Int32Array(this.vec.length);
    this.visited.unpack(state, target);
    for (const from of this.visited.candidates(state)) {
      const leg = this.legBetween(from, target);
      if (leg) return [from, leg];
    }
    throw new Error('no stored predecessor leads to its state');
  }

  private legBetween(from: number, target: Int32Array): Leg | undefined {
    let found: Leg | undefined;
    const end = (moves: readonly Move[], child: Int32Array): void => {
      const element = found ? undefined : this.elementTo(child, target);
      if (element !== undefined) found = { moves: [...moves], element };
    };
    if (this.reduction) {
      this.visited.unpack(from, this.vec);
      this.reduction.expand(from, this.vec, { end });
    } else {
      this.eachStep(from, (process, alternative) => end([{ process, alternative }], this.child));
    }
    return found;
  }

  /** The renaming under which `state` is stored as `target`; undefined: it is not. */
  private elementTo(state: Int32Array, target: Int32Array): number | undefined {
    const { symmetry } = this;
    const element = symmetry?.least(state) ?? 0;
    const stored = symmetry ? symmetry.representative(state) : state;
    return stored.every((v, i) => v === target[i]) ? element : undefined;
  }

  /** Visits the steps that are possible in `state`, an expanded one, each with the state that it leads to in `child`. */
  private eachStep(state: number, visit: (process: number, alternative: number, leaf: number) => void): void {
    const { tables, vec, child } = this;
    const { system } = tables;
    this.visited.unpack(state, vec);
    for (let p = 0; p < system.processes.length; p++) {
      if (tables.finished(p, vec[system.firstProcess + p]!)) continue;
      for (const [a, l] of tables.steps(p, vec).entries()) {
        if (l === BLOCKED) continue;
        tables.apply(p, tables.leaves[l]!, vec, child);
        visit(p, a, l);
      }
    }
  }

  /** The graph of the first states. @param expanded of these; the others have no edges @param room for edges, at first */
  private graph(states: number, expanded: number, room: number): ExploredGraph {
    const graph = exploredGraph(this.tables, this.stored(), states, expanded, room);
    const { firstEdge } = graph;
    const still = (s: number): boolean => s < expanded && firstEdge[s] === firstEdge[s + 1];
    return { ...graph, wrong: (property, s) => this.wrong(property, s, still(s)) };
  }

  private stored(): Stored {
    const { visited, vec, child } = this;
    const { placeOf = same, numberOf = same } = visited;
    return {
      edges: visited.edges,
      column: visited.column,
      eachEdge: (s, visit) => this.eachStep(numberOf(s), (p, a, l) => visit(p, a, l, placeOf(visited.find(child)))),
      unpack: (s) => {
        visited.unpack(numberOf(s), vec);
        return vec;
      },
    };
  }

  /** @param still whether no process can step in the state */
  private wrong(property: number, s: number, still: boolean): Wrong | undefined {
    const { tables, vec } = this;
    this.visited.unpack(s, vec);
    const ended = tables.allFinished(vec);
    for (const j of tables.judgedOf[property]!) {
      if (j.onlyAtEnd && !ended) continue;
      const judgement = tables.judgements[tables.codeOf(j, vec)];
      if (typeof judgement === 'object') return { damage: judgement.violated, element: j.conjunct.name };
    }
    return tables.system.properties[property]!.deadlock && still && !tables.mayRest(vec) ? { damage: '' } : undefined;
  }

  private behaviour() {
    const { vec, visited, facts } = this;
    const whole = { states: visited.count, transitions: facts.transitions, complete: facts.limit === undefined };
    return behaviourOf(this.tables, whole, (visit) => {
      for (let s = 0; s < visited.count; s++) {
        visited.unpack(s, vec);
        visit(vec);
      }
    });
  }

  private ends(): string[] {
    const { tables, vec } = this;
    const { system } = tables;
    const out = new Set<string>();
    for (const s of this.visited.numbers()) {
      this.visited.unpack(s, vec);
      if (!tables.allFinished(vec)) continue;
      for (const end of this.symmetry?.orbit(vec) ?? [vec]) {
        const parts = system.names.flatMap((name, slot) => {
          const c = system.components[slot];
          return c && !c.monitor ? [[name, tables.domains[slot]!.locals[end[slot]!]!]] : [];
        });
        out.add(canonical(parts));
      }
    }
    return [...out].sort();
  }
}

const same = (n: number): number => n;
