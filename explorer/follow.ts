/**
 * A run of one system followed in another: the effects have to be the same, by the same processes in the same order, and
 * in between each process may take what steps it likes. Of all such runs the one that is most alike is chosen: each
 * step that only one of the two takes counts. So a refusal means that no run whatever has the next effect there.
 */
import { type Meaning, Meanings, type Observed } from './effect.ts';
import type { Move } from './findings.ts';
import { initialState, successors } from './interpreter.ts';
import { isDone, stateFacts } from './machine.ts';
import { type ExploredGraph, edgeOf, moveOf, sourceOf } from './state-graph.ts';
import type { System } from './system.ts';

export interface Followed {
  /** How many of the run's steps can be followed; where that is not all, the next one is refused. */
  readonly steps: number;
  /** The other system's moves up to there. */
  readonly moves: readonly Move[];
  /**
   * What the process of the refused step does there instead, up to its next effect or until it has to wait. Where all
   * steps were followed: how the process of the last one goes on.
   */
  readonly next: readonly Move[];
  /** What `next` ends with: an effect, a wait, the process's end, or steps that come round again. */
  readonly ends: 'effect' | 'waits' | 'finished' | 'endless';
}

type Rest = Pick<Followed, 'next' | 'ends'>;

/** What the steps of a run mean. */
export function meaningsOf(system: System, run: readonly Move[], observed: Observed): Meaning[] {
  const meanings = new Meanings(system, observed);
  let state = initialState(system);
  return run.map(({ process, alternative }) => {
    const taken = successors(system, state, process).find((s) => s.alternative === alternative);
    if (!taken) throw new Error('the run does not replay');
    const { stack } = stateFacts(system.processes[process]!.machine, state[system.firstProcess + process]!);
    const before = state;
    state = taken.state;
    const local = (at: typeof state) => (slot: number) => at[slot]!;
    return meanings.of({ process, stack, result: taken.result }, local(before), local(taken.state));
  });
}

/** Cells (states times steps) beyond which nothing is followed: 8 bytes each. */
const FOLLOWABLE = 50_000_000;

/**
 * @param graph of a complete exploration of `system`
 * @returns undefined if that would take more than FOLLOWABLE cells
 */
export function follow(
  run: readonly Meaning[],
  system: System,
  graph: ExploredGraph,
  observed: Observed,
): Followed | undefined {
  if (graph.states * (run.length + 1) > FOLLOWABLE) return undefined;
  const search = new Following(run, system, graph, observed);
  return search.run();
}

const FAR = 0x7fffffff;
const START = -1;
/** Here from the same state before the run's last step, which this system does not take. */
const SKIPPED = -2;

/** One column for each number of steps of the run that are behind. */
interface Column {
  /** By state: the number of steps that only one of the two systems took; FAR: not reached. */
  readonly cost: Int32Array;
  /** By state: the edge that leads here, and whether it was taken along with the run's last step: `2 * edge + along`. */
  readonly via: Int32Array;
}

class Following {
  private readonly steps: readonly Meaning[];
  private readonly system: System;
  private readonly graph: ExploredGraph;
  private readonly meanings: Meanings;
  private readonly known: (Meaning | undefined)[] = [];
  private readonly columns: Column[] = [];

  constructor(steps: readonly Meaning[], system: System, graph: ExploredGraph, observed: Observed) {
    this.steps = steps;
    this.system = system;
    this.graph = graph;
    this.meanings = new Meanings(system, observed);
  }

  run(): Followed {
    const first = this.column();
    first.cost[0] = 0;
    first.via[0] = START;
    for (const [n, step] of this.steps.entries()) {
      this.wander(this.columns[n]!);
      if (this.goAlong(n, this.columns[n]!, this.column())) continue;
      const state = nearest(this.columns[n]!);
      return { steps: n, moves: this.movesTo(n, state), ...this.alone(state, step) };
    }
    const n = this.steps.length;
    const state = nearest(this.columns[n]!);
    const last = this.steps.at(-1);
    const rest: Rest = last ? this.alone(state, last) : { next: [], ends: 'waits' };
    return { steps: n, moves: this.movesTo(n, state), ...rest };
  }

  private column(): Column {
    const cost = new Int32Array(this.graph.states).fill(FAR);
    const column = { cost, via: new Int32Array(this.graph.states) };
    this.columns.push(column);
    return column;
  }

  private edgesOf(s: number): readonly [first: number, end: number] {
    return [this.graph.firstEdge[s]!, this.graph.firstEdge[s + 1]!];
  }

  private meaning(s: number, e: number): Meaning {
    const { graph: g, known } = this;
    const { facts, process, result } = g.cases[g.step[e]!]!;
    known[e] ??= this.meanings.of(
      { process, stack: facts.stack, result },
      (slot) => g.local(s, slot),
      (slot) => g.local(g.target[e]!, slot),
    );
    return known[e];
  }

  /** Steps without effect that the run does not take: nearest states first. */
  private wander({ cost, via }: Column): void {
    const { graph: g } = this;
    const buckets: number[][] = [];
    const put = (c: number, s: number): void => {
      const bucket = buckets[c];
      if (bucket) bucket.push(s);
      else buckets[c] = [s];
    };
    for (let s = 0; s < g.states; s++) if (cost[s] !== FAR) put(cost[s]!, s);
    for (let c = 0; c < buckets.length; c++) {
      for (const s of buckets[c] ?? []) {
        if (cost[s] !== c) continue;
        const [first, end] = this.edgesOf(s);
        for (let e = first; e < end; e++) {
          const t = g.target[e]!;
          if (cost[t]! <= c + 1 || this.meaning(s, e).effect !== '') continue;
          cost[t] = c + 1;
          via[t] = 2 * e;
          put(c + 1, t);
        }
      }
    }
  }

  /** Takes the run's next step: the same one, or, if it has no effect, none. @returns whether that is possible at all */
  private goAlong(n: number, from: Column, to: Column): boolean {
    const { graph: g } = this;
    const step = this.steps[n]!;
    const effect = n === this.steps.length - 1 ? 'outcome' : 'effect';
    let any = false;
    for (let s = 0; s < g.states; s++) {
      const c = from.cost[s]!;
      if (c === FAR) continue;
      if (step[effect] === '' && c + 1 < to.cost[s]!) {
        to.cost[s] = c + 1;
        to.via[s] = SKIPPED;
        any = true;
      }
      const [first, end] = this.edgesOf(s);
      for (let e = first; e < end; e++) {
        const t = g.target[e]!;
        if (c >= to.cost[t]! || !same(this.meaning(s, e), step, effect)) continue;
        to.cost[t] = c;
        to.via[t] = 2 * e + 1;
        any = true;
      }
    }
    return any;
  }

  private movesTo(column: number, state: number): Move[] {
    const moves: Move[] = [];
    let [n, s] = [column, state];
    for (;;) {
      const via = this.columns[n]!.via[s]!;
      if (via === START) return moves.reverse();
      if (via === SKIPPED) {
        n--;
        continue;
      }
      moves.push(moveOf(this.graph, via >> 1));
      s = sourceOf(this.graph, via >> 1);
      n -= via & 1;
    }
  }

  /** What the process of a step does by itself, up to its next effect. */
  private alone(state: number, step: Meaning): Rest {
    const { graph: g, system } = this;
    const process = system.processes.findIndex((p) => p.id === step.process);
    const next: Move[] = [];
    const seen = new Set<number>();
    for (let s = state; !seen.has(s); ) {
      seen.add(s);
      const [first, end] = this.edgesOf(s);
      let e = first;
      while (e < end && g.process[e] !== process) e++;
      if (e === end) {
        const done = isDone(system.processes[process]!.machine, g.local(s, system.firstProcess + process));
        return { next, ends: done ? 'finished' : 'waits' };
      }
      next.push(moveOf(g, e));
      if (this.meaning(s, e).effect !== '') return { next, ends: 'effect' };
      s = g.target[e]!;
    }
    return { next, ends: 'endless' };
  }
}

/** Whether a run violates a property on its way. */
export function violatesAlong(g: ExploredGraph, moves: readonly Move[], property: number): boolean {
  let state = 0;
  if (g.wrong(property, state)) return true;
  return moves.some((move) => {
    const edge = edgeOf(g, state, move)!;
    state = g.target[edge]!;
    return typeof g.cases[g.step[edge]!]!.result.judgements[property] === 'object' || g.wrong(property, state);
  });
}

const nearest = ({ cost }: Column): number => cost.reduce((best, c, s) => (c < cost[best]! ? s : best), 0);

const same = (a: Meaning, b: Meaning, effect: 'effect' | 'outcome'): boolean =>
  a.process === b.process && a.about === b.about && a[effect] === b[effect] && (a[effect] !== '' || a.says === b.says);
