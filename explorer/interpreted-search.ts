/** Breadth-first search by the reference engine: states as they are, in the order in which they are found. */
import type { Alternative } from './alternative.ts';
import { now } from './clock.ts';
import { boundError, LOCALS_LIMIT } from './domain.ts';
import { completeness, type Exploration, isOutOfMemory, type Limit, once } from './exploration.ts';
import { Findings, type Move } from './findings.ts';
import { HeapGauge } from './heap-gauge.ts';
import { GRAPH, graphOf, type Parent } from './interpreted-graph.ts';
import {
  allFinished,
  type GlobalState,
  initialState,
  judgedOf,
  mayRest,
  stateView,
  successors,
} from './interpreter.ts';
import { canonical } from './json.ts';
import type { ExploreOptions } from './options.ts';
import { type ExploredGraph, firstBeyond } from './state-graph.ts';
import { judging } from './step.ts';
import type { System } from './system.ts';

/** So many states are expanded between two looks at the memory. */
const LOOK = 500;

/**
 * Explores by stepping XState itself, without any table: the reference.
 * @throws FaultlineError what a path of the system gets wrong
 */
export function exploreInterpreted(system: System, options: ExploreOptions = {}): Exploration {
  const search = new InterpretedSearch(system, options);
  const limit = search.run();
  const graph = once(() => search.graph());
  return {
    states: search.states.length,
    transitions: search.transitions,
    depth: search.depth,
    seconds: search.seconds(),
    peakBytes: process.memoryUsage().heapUsed,
    ...completeness(limit, search.states.length - search.expanded),
    findings: search.findings.finish(limit === undefined, (state) => search.runTo(state)),
    taken: search.taken,
    ends: () => search.ends(),
    graph,
    shape: graph,
    near: (maxDepth, maxStates) => search.near(maxDepth, maxStates),
  };
}

class InterpretedSearch {
  readonly states: GlobalState[] = [];
  readonly findings: Findings;
  readonly taken = new Set<Alternative>();
  transitions = 0;
  depth = 0;
  /** The states before this one are expanded. */
  expanded = 0;
  private readonly parents: (Parent | undefined)[] = [];
  /** Canonical texts, of the states and of the locals in each slot. */
  private readonly known = new Set<string>();
  private readonly locals: readonly Set<string>[];
  private readonly started = now();
  private readonly heap: HeapGauge;
  private readonly system: System;
  private readonly options: ExploreOptions;

  constructor(system: System, options: ExploreOptions) {
    this.system = system;
    this.options = options;
    this.findings = new Findings(system);
    this.locals = system.names.map(() => new Set<string>());
    this.heap = new HeapGauge(options.maxBytes);
  }

  /** @returns what ended it before every state was expanded */
  run(): Limit | undefined {
    const limit = this.untilLimit();
    this.tellProgress(this.states.length);
    return limit;
  }

  seconds(): number {
    return (now() - this.started) / 1000;
  }

  /** The shortest run to a state. */
  runTo(state: number): Move[] {
    const moves: Move[] = [];
    for (let at = this.parents[state]; at; at = this.parents[at[0]]) moves.push(at[1]);
    return moves.reverse();
  }

  ends(): string[] {
    const { system } = this;
    const shared = (s: GlobalState) =>
      system.names.flatMap((name, slot) =>
        system.components[slot] && !system.isMonitor(slot) ? [[name, s[slot]!]] : [],
      );
    return [...new Set(this.states.filter((s) => allFinished(system, s)).map((s) => canonical(shared(s))))].sort();
  }

  graph(): ExploredGraph {
    this.heap.afford(GRAPH);
    return graphOf(this.system, this.states, this.parents, this.expanded);
  }

  near(maxDepth: number, maxStates: number): ExploredGraph | undefined {
    const { states, parents, expanded } = this;
    const before = (d: number) => firstBeyond(d, states.length, (s) => parents[s]?.[0] ?? 0);
    const count = before(maxDepth);
    if (count > maxStates) return undefined;
    this.heap.afford((GRAPH * count) / states.length);
    return graphOf(this.system, states.slice(0, count), parents, Math.min(expanded, before(maxDepth - 1)));
  }

  private untilLimit(): Limit | undefined {
    try {
      return this.search();
    } catch (e) {
      // Such as a Set of 2^24 states.
      if (!isOutOfMemory(e)) throw e;
      return 'machine';
    }
  }

  private search(): Limit | undefined {
    const { states, options } = this;
    this.add(initialState(this.system));
    let levelEnd = 1;
    for (let n = 0; n < states.length; n++) {
      if (n === levelEnd) {
        this.depth++;
        levelEnd = states.length;
      }
      const limit = this.limitBefore(n);
      if (limit) return limit;
      this.expand(n);
      this.expanded = n + 1;
      if (options.stop && this.findings.any && this.expanded < states.length) return 'stop';
    }
    return undefined;
  }

  /** Whether something forbids that state `n` is expanded. */
  private limitBefore(n: number): Limit | undefined {
    const { states, options } = this;
    if (options.stop && this.findings.any) return 'stop';
    if (this.depth === options.maxDepth) return 'depth';
    if (states.length > (options.maxStates ?? Number.POSITIVE_INFINITY)) return 'states';
    if (n % LOOK !== LOOK - 1) return undefined;
    this.tellProgress(n);
    return this.heap.limit();
  }

  private expand(n: number): void {
    const { system, findings } = this;
    const state = this.states[n]!;
    const before = this.transitions;
    for (let p = 0; p < system.processes.length; p++) {
      for (const s of successors(system, state, p)) {
        this.transitions++;
        const move = { process: p, alternative: s.alternative };
        for (const a of s.result.taken) this.taken.add(a);
        for (const [i, j] of s.result.judgements.entries()) findings.note(i, j, n, move);
        this.add(s.state, [n, move]);
      }
    }
    if (this.transitions === before && !mayRest(system, state)) findings.deadlock(n);
  }

  private add(state: GlobalState, from?: Parent): void {
    const key = canonical(state);
    if (this.known.has(key)) return;
    this.known.add(key);
    const n = this.states.push(state) - 1;
    this.parents.push(from);
    this.checkBounds(state);
    const ended = allFinished(this.system, state);
    for (const [i, p] of this.system.properties.entries()) {
      for (const c of judgedOf(p, ended)) {
        const judgement = judging(p.id, () => c.judge(stateView(this.system, state) as never));
        this.findings.note(i, judgement, n, undefined, c.name);
      }
    }
  }

  /** @throws FaultlineError E_BOUND for a machine that grows without end */
  private checkBounds(state: GlobalState): void {
    for (const [slot, seen] of this.locals.entries()) {
      seen.add(canonical(state[slot]));
      if (seen.size <= LOCALS_LIMIT) continue;
      const all = this.states.map((s) => s[slot]!);
      throw boundError(this.system.names[slot]!, all, LOCALS_LIMIT);
    }
  }

  /** @param n how many states are done */
  private tellProgress(n: number): void {
    this.options.onProgress?.({
      states: this.states.length,
      transitions: this.transitions,
      depth: this.depth,
      frontier: this.states.length - n,
      seconds: this.seconds(),
      bytes: process.memoryUsage().heapUsed,
    });
  }
}
