/** What can be seen of a graph's runs: sets of states that the same observation leads to, and runs that only one graph has. */
import { type Labelled, SILENT } from './labelled.ts';
import { Sets, sortedUnique } from './sets.ts';

/** A graph's subsets (all states that one observation can lead to), made as they are asked for. */
export class Subsets {
  readonly initial: number;
  private readonly graph: Labelled;
  private readonly sets: Sets;
  /** By the set's number. */
  private readonly members: (readonly number[])[] = [];
  private readonly numbers = new Map<number, number>();
  private readonly steps: (ReadonlyMap<number, number> | undefined)[] = [];

  constructor(graph: Labelled, start = 0) {
    this.graph = graph;
    this.sets = new Sets(graph.states);
    this.initial = this.closed([start]);
  }

  get size(): number {
    return this.members.length;
  }

  /** By label that can be seen next, the set that it leads to. */
  after(set: number): ReadonlyMap<number, number> {
    this.steps[set] ??= this.stepsOf(this.members[set]!);
    return this.steps[set]!;
  }

  private stepsOf(states: readonly number[]): ReadonlyMap<number, number> {
    const { graph: g } = this;
    const targets = new Map<number, number[]>();
    for (const s of states) {
      for (let e = g.first[s]!; e < g.first[s + 1]!; e++) {
        const label = g.label[e]!;
        if (label === SILENT) continue;
        const known = targets.get(label);
        if (known) known.push(g.target[e]!);
        else targets.set(label, [g.target[e]!]);
      }
    }
    return new Map([...targets].map(([label, states]) => [label, this.closed(states)]));
  }

  /** Number of the set of what silent steps lead to. */
  private closed(from: readonly number[]): number {
    const { graph: g } = this;
    const reached = new Set(from);
    for (const s of reached) {
      for (let e = g.first[s]!; e < g.first[s + 1]!; e++) if (g.label[e] === SILENT) reached.add(g.target[e]!);
    }
    const sorted = sortedUnique([...reached]);
    const key = this.sets.intern(sorted);
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.members.length;
      this.numbers.set(key, number);
      this.members.push(sorted);
    }
    return number;
  }
}

/** A run of one graph that another one cannot follow. */
export interface Unfollowed {
  /** Its steps: state and position among the state's edges. The last one shows what the other cannot show, or is its end. */
  readonly steps: readonly { readonly state: number; readonly edge: number }[];
  /** Labels that are seen, in order; the last one is not possible in the other. */
  readonly seen: readonly number[];
  /** The other's states before that. */
  readonly set: number;
}

/** In place of a process: the edge is the end of a run. */
export const END = -1;
/** Before the first step. */
const NOBODY = -2;

/** A limit was hit. */
export const LIMIT = 'limit';

/**
 * A shortest run of `g` that shows what the other cannot show; of several, one in which the fewest processes take turns.
 * @param processOf by edge of `g`, or END; absent: any shortest run will do
 * @returns undefined if there is none: all that can be seen of `g` can be seen of the other
 */
export function unfollowed(
  g: Labelled,
  start: number,
  other: Subsets,
  maxPairs: number,
  processOf?: (edge: number) => number,
): Unfollowed | undefined | typeof LIMIT {
  const search = new Search(g, other, maxPairs);
  return search.run(start, processOf);
}

/** Pairs of a state and of the set that the same observation leads to in the other graph, breadth first. */
class Search {
  private readonly g: Labelled;
  private readonly other: Subsets;
  private readonly maxPairs: number;
  private readonly state: number[] = [];
  private readonly set: number[] = [];
  private readonly depth: number[] = [];
  private readonly numbers = new Map<number, number>();

  constructor(g: Labelled, other: Subsets, maxPairs: number) {
    this.g = g;
    this.other = other;
    this.maxPairs = maxPairs;
  }

  run(start: number, processOf: (edge: number) => number = () => 0): Unfollowed | undefined | typeof LIMIT {
    const { g } = this;
    this.add(start, this.other.initial, 0);
    for (let n = 0; n < this.state.length; n++) {
      if (this.state.length > this.maxPairs) return LIMIT;
      const s = this.state[n]!;
      for (let e = g.first[s]!; e < g.first[s + 1]!; e++) {
        const to = this.follow(n, e);
        if (to === undefined) return this.easiest(this.depth[n]!, processOf);
        this.add(g.target[e]!, to, this.depth[n]! + 1);
      }
    }
    return undefined;
  }

  /** The other's set after the edge's label; undefined: it cannot show that. */
  private follow(pair: number, edge: number): number | undefined {
    const label = this.g.label[edge]!;
    return label === SILENT ? this.set[pair]! : this.other.after(this.set[pair]!).get(label);
  }

  private key(state: number, set: number): number {
    return set * this.g.states + state;
  }

  private add(state: number, set: number, depth: number): void {
    const key = this.key(state, set);
    if (this.numbers.has(key)) return;
    this.numbers.set(key, this.state.length);
    this.state.push(state);
    this.set.push(set);
    this.depth.push(depth);
  }

  /** Of the runs with `length` steps before the one that cannot be followed, one with the fewest changes of process. */
  private easiest(length: number, processOf: (edge: number) => number): Unfollowed {
    const { g } = this;
    const best: Best = this.state.map(() => new Map());
    let found: Came | undefined;
    best[0]!.set(NOBODY, { cost: 0, from: -1, last: NOBODY, edge: -1 });
    for (let n = 0; n < this.state.length && this.depth[n]! <= length; n++) {
      const s = this.state[n]!;
      for (const [last, { cost }] of best[n]!) {
        for (let e = g.first[s]!; e < g.first[s + 1]!; e++) {
          const to = this.follow(n, e);
          const process = processOf(e);
          const came = { cost: changes(cost, last, process), from: n, last, edge: e };
          if (to !== undefined) this.improve(best, to, process, came);
          else if (this.depth[n] === length && (!found || came.cost < found.cost)) found = came;
        }
      }
    }
    return this.unfollowed(wayTo(best, found!));
  }

  /** Notes a way to a pair one step on, unless there is one with fewer changes. */
  private improve(best: Best, set: number, process: number, came: Came): void {
    const m = this.numbers.get(this.key(this.g.target[came.edge]!, set));
    if (m === undefined || this.depth[m] !== this.depth[came.from]! + 1) return;
    const known = best[m]!.get(process);
    if (!known || came.cost < known.cost) best[m]!.set(process, came);
  }

  private unfollowed(way: readonly Came[]): Unfollowed {
    const { g } = this;
    return {
      steps: way.map(({ from, edge }) => ({ state: this.state[from]!, edge: edge - g.first[this.state[from]!]! })),
      seen: way.map(({ edge }) => g.label[edge]!).filter((l) => l !== SILENT),
      set: this.set[way.at(-1)!.from]!,
    };
  }
}

/** What was come by: the edge of pair `from` (-1: that is where runs begin), to which `last` had come; changes of process so far. */
interface Came {
  readonly cost: number;
  readonly from: number;
  readonly last: number;
  readonly edge: number;
}

/** By pair, by the process that came last. */
type Best = readonly Map<number, Came>[];

/** An end is no step: a run that ends is shorter than one that goes on. */
function changes(before: number, last: number, process: number): number {
  if (process === END) return -1;
  return before + (last === NOBODY || last === process ? 0 : 1);
}

/** Everything that was come by on the way, `end` included. */
function wayTo(best: Best, end: Came): Came[] {
  const way: Came[] = [];
  for (let at = end; at.from >= 0; at = best[at.from]!.get(at.last)!) way.unshift(at);
  return way;
}
