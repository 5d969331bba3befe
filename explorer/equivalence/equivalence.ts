/**
 * Whether two systems look the same to an observer: the same observations in the same order, on complete graphs. A quick
 * sufficient answer first (branching bisimilarity), which also makes both graphs small; then sets of states.
 */
import type { Move } from '../findings.ts';
import { type ExploredGraph, moveOf } from '../state-graph.ts';
import type { System } from '../system.ts';
import { branchingClasses, quotient, sideBySide } from './bisimulation.ts';
import { type Labelled, Labels, Observation, type Observer } from './labelled.ts';
import { END, LIMIT, Subsets, type Unfollowed, unfollowed } from './traces.ts';

/** A system with the graph of its complete exploration. */
export interface Subject {
  readonly system: System;
  readonly graph: ExploredGraph;
}

export interface Difference {
  /** Which of the two has the run. */
  readonly of: 0 | 1;
  /** A shortest run that shows what the other cannot show; where `atEnd`, what shows that is that it is over. */
  readonly run: readonly Move[];
  readonly atEnd: boolean;
  /** What is seen on the way, before the last: in the other one it can be seen as well. */
  readonly seen: readonly string[];
  /** What is seen at last, and not in the other. */
  readonly last: string;
  /** All that the other can show after the same. */
  readonly instead: readonly string[];
}

/**
 * `branching`: branching bisimilar, so that they also choose at the same points. `traces`: the same observations, though not
 * the same choices.
 */
export type Relation = 'branching' | 'traces';

export interface Compared {
  /** Undefined: a limit was hit. */
  readonly same: boolean | undefined;
  /** Where they are the same: what was proved. */
  readonly relation?: Relation;
  readonly difference?: Difference;
  /** Classes of branching bisimilar states, of both systems together. */
  readonly classes: number;
  /** Components that only one of the two has: nothing of them is looked at. */
  readonly only: readonly [readonly string[], readonly string[]];
}

/** Pairs of a state and a set of states, at most: about 100 bytes each. */
const MAX_PAIRS = 5_000_000;

/**
 * Whether an observer sees the same of two explored systems.
 * @param maxPairs where it gives up: `same` is then undefined, unless a difference was found by then
 */
export function compareObserved(
  subjects: readonly [Subject, Subject],
  observer: Observer,
  maxPairs = MAX_PAIRS,
): Compared {
  const names = subjects.map(({ system }) => componentNames(system)) as [string[], string[]];
  const common = new Set(names[0].filter((n) => names[1].includes(n)));
  const labels = new Labels();
  const observations = subjects.map(
    ({ system, graph }) => new Observation(system, graph, observer, labels, common),
  ) as unknown as readonly [Observation, Observation];
  const only = names.map((own) => own.filter((n) => !common.has(n))) as [string[], string[]];
  const [first, second] = [observations[0].state(0), observations[1].state(0)];
  if (first !== second) {
    const difference: Difference = { of: 0, run: [], atEnd: true, seen: [], last: first, instead: [second] };
    return { same: false, difference, classes: 0, only };
  }
  const graphs = [observations[0].labelled(), observations[1].labelled()] as const;
  const { graph: both, starts } = sideBySide(graphs);
  const classes = branchingClasses(both);
  const small = quotient(both, classes);
  const found = { classes: small.states, only };
  const initial = [classes[starts[0]!]!, classes[starts[1]!]!] as const;
  if (initial[0] === initial[1]) return { same: true, relation: 'branching', ...found };
  const sets = [new Subsets(small, initial[0]), new Subsets(small, initial[1])] as const;
  let limited = false;
  const runs = ([0, 1] as const).flatMap((of) => {
    const other = sets[1 - of]!;
    const inClasses = unfollowed(small, initial[of], other, maxPairs);
    if (inClasses === undefined) return [];
    const { graph } = subjects[of];
    const own = graphs[of];
    const run = inClasses === LIMIT ? LIMIT : unfollowed(own, 0, other, maxPairs, processIn(own, graph));
    if (run !== LIMIT && run !== undefined) return [{ of, run, other }];
    limited = true;
    return [];
  });
  const told = runs.map(({ of, run, other }) => differenceOf(of, run, other, subjects[of].graph, labels.texts));
  const [shortest] = told.sort((a, b) => a.run.length - b.run.length);
  if (shortest) return { same: false, difference: shortest, ...found };
  return limited ? { same: undefined, ...found } : { same: true, relation: 'traces', ...found };
}

const componentNames = (system: System): string[] =>
  system.names.filter((_, slot) => system.components[slot] && !system.isMonitor(slot));

/** By edge of the labelled graph: the process that steps; of the end, none. */
function processIn(own: Labelled, graph: ExploredGraph): (edge: number) => number {
  const processes = new Int16Array(own.target.length).fill(END);
  for (let s = 0; s < graph.states; s++) {
    const edges = graph.firstEdge[s + 1]! - graph.firstEdge[s]!;
    for (let i = 0; i < edges; i++) processes[own.first[s]! + i] = graph.process[graph.firstEdge[s]! + i]!;
  }
  return (edge) => processes[edge]!;
}

function differenceOf(
  of: 0 | 1,
  { steps, seen, set }: Unfollowed,
  other: Subsets,
  graph: ExploredGraph,
  texts: readonly string[],
): Difference {
  const { state } = steps.at(-1)!;
  const atEnd = graph.firstEdge[state] === graph.firstEdge[state + 1];
  const taken = atEnd ? steps.slice(0, -1) : steps;
  return {
    of,
    run: taken.map((step) => moveOf(graph, graph.firstEdge[step.state]! + step.edge)),
    atEnd,
    seen: seen.slice(0, -1).map((l) => texts[l]!),
    last: texts[seen.at(-1)!]!,
    instead: [...other.after(set).keys()].map((l) => texts[l]!).sort(),
  };
}
