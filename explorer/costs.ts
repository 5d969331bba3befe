/**
 * What stages of a process cost, over all interleavings: for each stage and meter the sum over its steps, in the run in
 * which it is least and in the one in which it is most. A stage is a number that never decreases along a run.
 */
import type { Mark } from './alternative.ts';
import type { EventLike } from './component.ts';
import { cheapest, dearest, orderOf } from './cost-paths.ts';
import { isDone, stateFacts } from './machine.ts';
import type { ExploredGraph } from './state-graph.ts';
import type { Line, StepCase } from './step.ts';
import type { System } from './system.ts';

/** A step as a meter sees it. */
export interface MeteredStep {
  readonly process: string;
  readonly section: string;
  /** The kernel function in which the step begins. */
  readonly function: string;
  readonly stack: readonly string[];
  readonly marks: readonly Mark[];
  readonly lines: readonly Line[];
  /** Events to components, in order; `kind` is the component's. */
  readonly sends: readonly { readonly id: string; readonly kind: string; readonly event: EventLike }[];
}

export interface Meter {
  readonly id: string;
  /** A whole number, not negative. */
  count(step: MeteredStep): number;
}

export interface Cost {
  readonly meter: string;
  /** In the cheapest run on which the stage is over; undefined: on no run is it ever over. */
  readonly best: number | undefined;
  /** In the dearest run; Infinity: a loop costs something each time. */
  readonly worst: number;
  /** One round of such a loop. */
  readonly loop?: readonly MeteredStep[];
}

export interface StageCosts {
  readonly process: string;
  readonly stage: number;
  /** In the order of the meters. */
  readonly costs: readonly Cost[];
}

/** Later than every stage: the process has finished. */
const FINISHED = 0x7fffffff;

/**
 * @param graph of a complete exploration
 * @param stageOf the stage that a process is in where its call stack is this
 */
export function stageCosts(
  system: System,
  graph: ExploredGraph,
  meters: readonly Meter[],
  stageOf: (stack: readonly string[]) => number,
): StageCosts[] {
  const seen = graph.cases.map((c) => metered(system, c));
  const order = orderOf(graph);
  return system.processes.flatMap(({ id }, p) => {
    const stages = stagesOf(system, graph, p, stageOf);
    const reached = [...new Set(stages)].filter((n) => n !== FINISHED).sort((a, b) => a - b);
    return reached.map((stage) => {
      const own = graph.cases.map((c) => c.process === p && stageOf(c.facts.stack) === stage);
      const over = (s: number): boolean => stages[s]! > stage;
      const costs = meters.map((meter): Cost => {
        const byCase = Float64Array.from(seen, (step, i) => (own[i] ? meter.count(step) : 0));
        const cost = (e: number): number => byCase[graph.step[e]!]!;
        const { cost: worst, loop } = dearest(graph, cost, order);
        const round = loop?.map((e) => seen[graph.step[e]!]!);
        return { meter: meter.id, best: cheapest(graph, cost, over), worst, ...(round && { loop: round }) };
      });
      return { process: id, stage, costs };
    });
  });
}

/** By state: the stage of process `p`. */
function stagesOf(
  system: System,
  graph: ExploredGraph,
  p: number,
  stageOf: (stack: readonly string[]) => number,
): Int32Array {
  const { machine } = system.processes[p]!;
  const slot = system.firstProcess + p;
  // Locals are shared by the states that have them.
  const known = new Map<unknown, number>();
  const out = new Int32Array(graph.states);
  for (let s = 0; s < graph.states; s++) {
    const local = graph.local(s, slot);
    let stage = known.get(local);
    if (stage === undefined) {
      stage = isDone(machine, local) ? FINISHED : stageOf(stateFacts(machine, local).stack);
      known.set(local, stage);
    }
    out[s] = stage;
  }
  return out;
}

function metered(system: System, { process, facts, result }: StepCase): MeteredStep {
  return {
    process: system.processes[process]!.id,
    section: facts.section,
    function: facts.fn,
    stack: facts.stack,
    marks: result.marks,
    lines: result.lines,
    sends: result.sends.flatMap(({ slot, event }) =>
      system.isMonitor(slot) ? [] : [{ id: system.names[slot]!, kind: system.component(slot).kind.kind, event }],
    ),
  };
}
