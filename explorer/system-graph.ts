/** An explored graph, or a part of it, as a graphology graph with texts: for exporters, not for searching. */
import { MultiDirectedGraph } from 'graphology';
import type { Local } from './component.ts';
import type { ExploredGraph } from './state-graph.ts';
import type { System } from './system.ts';
import { slotText, type Valuation } from './valuation.ts';

export interface StateNode {
  /** Every component, process and monitor. */
  readonly values: Valuation;
  readonly initial: boolean;
  /** All processes have finished. */
  readonly final: boolean;
  /** Ids of the properties that the state, or a step that leads to it, violates. */
  readonly violates: readonly string[];
}

export interface StepEdge {
  readonly process: string;
  readonly alternative: number;
  readonly function: string;
  readonly step: string;
  /** Ids of the properties that the step violates. */
  readonly violates: readonly string[];
  /** Whether it is a step of the counterexample that was asked for. */
  readonly counterexample: boolean;
}

export interface GraphFacts {
  readonly design: string;
  readonly scenario: string;
  /** `name=value` of every setting. */
  readonly config: string;
  /** Of the whole graph, of which this may be a part. */
  readonly states: number;
  readonly transitions: number;
  /** What part it is; absent: all of it. */
  readonly slice?: string;
}

/** Nodes are `s0`, `s1`, … by the number of the state, which is breadth-first order; `s0` is the initial one. */
export type SystemGraph = MultiDirectedGraph<StateNode, StepEdge, GraphFacts>;

export interface Marked {
  /** Edges of the counterexample that was asked for. */
  readonly counterexample?: readonly number[];
  /** Edges that a property of whole runs objects to: the loop of a lasso. */
  readonly loops?: readonly { readonly property: string; readonly edges: readonly number[] }[];
}

/** @param keep numbers of the states to take; edges between two of them are taken */
export function systemGraph(
  system: System,
  graph: ExploredGraph,
  keep: readonly number[],
  facts: GraphFacts,
  { counterexample = [], loops = [] }: Marked = {},
): SystemGraph {
  const out: SystemGraph = new MultiDirectedGraph();
  out.replaceAttributes(facts);
  const kept = new Set(keep);
  const onRun = new Set(counterexample);
  const inLoop = new Map(loops.flatMap(({ property, edges }) => edges.map((e) => [e, property] as const)));
  const blames = stepBlames(system, graph);
  const text = texts(system);
  const reachedBy = new Map<number, Set<string>>();
  const blamed = (e: number): string[] => {
    const loop = inLoop.get(e);
    return [...blames[graph.step[e]!]!, ...(loop === undefined ? [] : [loop])];
  };
  for (let e = 0; e < graph.target.length; e++) {
    const ids = blamed(e);
    if (ids.length === 0) continue;
    const target = graph.target[e]!;
    reachedBy.set(target, new Set([...(reachedBy.get(target) ?? []), ...ids]));
  }
  const judges = system.properties.flatMap((p, i) => (p.states || p.quiescence || p.deadlock ? [i] : []));
  for (const s of keep) {
    const own = judges.filter((i) => graph.wrong(i, s)).map((i) => system.properties[i]!.id);
    out.addNode(`s${s}`, {
      values: Object.fromEntries(system.names.map((name, slot) => [name, text(slot, graph.local(s, slot))])),
      initial: s === 0,
      final: graph.finished(s),
      violates: [...new Set([...own, ...(reachedBy.get(s) ?? [])])].sort(),
    });
  }
  for (const s of keep) {
    for (let e = graph.firstEdge[s]!; e < graph.firstEdge[s + 1]!; e++) {
      const target = graph.target[e]!;
      if (!kept.has(target)) continue;
      const { facts: place, result } = graph.cases[graph.step[e]!]!;
      out.addDirectedEdgeWithKey(`e${e}`, `s${s}`, `s${target}`, {
        process: system.processes[graph.process[e]!]!.id,
        alternative: graph.alternative[e]!,
        function: result.lines.at(-1)?.function ?? place.fn,
        step: result.lines.map((l) => l.text).join('; ') || (place.stack.at(-1) ?? ''),
        violates: blamed(e),
        counterexample: onRun.has(e),
      });
    }
  }
  return out;
}

/** By case: the properties that judge the step wrong. */
const stepBlames = (system: System, { cases }: ExploredGraph): readonly string[][] =>
  cases.map(({ result }) =>
    result.judgements.flatMap((j, i) => (typeof j === 'object' ? [system.properties[i]!.id] : [])),
  );

/** Texts of locals, made once each: locals are shared between states. */
function texts(system: System): (slot: number, local: Local) => string {
  const known = system.names.map(() => new Map<Local, string>());
  return (slot, local) => {
    const before = known[slot]!.get(local);
    if (before !== undefined) return before;
    const made = slotText(system, slot, local);
    known[slot]!.set(local, made);
    return made;
  };
}
