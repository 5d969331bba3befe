/**
 * The order in which a compiled search meets states, and what it says where that is not the usual one: several workers do not
 * keep to it, nor do processes that sleep. What needs the usual order comes from another search then.
 */
import { missedProbability } from './compaction.ts';
import type { Core } from './core-instance.ts';
import type { Space } from './core-memory.ts';
import type { Tuning } from './core-tuning.ts';
import { completeness, type Exploration, once } from './exploration.ts';
import type { SearchFacts } from './explored.ts';
import type { Findings } from './findings.ts';
import type { ExploreOptions } from './options.ts';
import type { System } from './system.ts';
import type { Tables } from './tables.ts';

/** The compiled engine, for the other search. */
export type Explore = (system: System, options: ExploreOptions, tuning?: Partial<Tuning>) => Exploration;

type Disordered = Pick<Exploration, 'workers' | 'shortest' | 'graph' | 'near'>;

export class CoreOrder {
  private readonly space: Space;
  private readonly core: Core;
  private readonly system: System;
  private readonly options: ExploreOptions;
  private readonly tuning: Tuning;
  private readonly explore: Explore;
  /** When processes began to sleep: how deep the search was, and how many properties were known to be violated. */
  private awake: { readonly depth: number; readonly violations: number } | undefined;

  constructor(space: Space, system: System, options: ExploreOptions, tuning: Tuning, explore: Explore) {
    this.space = space;
    this.core = space.core;
    this.system = system;
    this.options = options;
    this.tuning = tuning;
    this.explore = explore;
  }

  /** Processes sleep in a large search, from a level's begin, if nobody needs its states in the usual order. */
  letSleep(depth: number, findings: Findings): void {
    const { options, system, core, tuning } = this;
    if (this.awake || core.stored() <= tuning.sleep) return;
    // A search that may end early ends where the usual one does; and runs that never end are about all transitions.
    const { maxStates, maxDepth, stop } = options;
    if (stop || maxStates !== undefined || maxDepth !== undefined) return;
    if (system.properties.some((p) => p.completes)) return;
    this.awake = { depth, violations: findings.count };
    this.space.configure('sleep', 1);
  }

  /** What a search says otherwise than the one in the usual order that has found the same. */
  differences({ near }: Exploration, workers: number, findings: Findings): Partial<Exploration> {
    const { awake } = this;
    // Every violation was seen before processes slept: so its run is the one of the usual order.
    if (awake && workers === 1 && awake.violations === findings.count) return this.orderedTo(awake.depth, near);
    return workers > 1 || awake ? this.disordered(workers) : {};
  }

  /**
   * What states were whose hashes are kept nobody knows: runs, graph and final states come from another search.
   * @param seenWithin how many steps away every violation is at most that was seen
   */
  compacted(
    { transitions, depth, seconds, limit, expanded }: SearchFacts,
    workers: number,
    findings: Findings,
    { taken }: Tables,
    seenWithin: number,
  ): Exploration {
    const { core, system } = this;
    const { hashBits: bits } = this.tuning;
    const states = core.stored();
    const disordered = this.disordered(workers);
    return {
      ...disordered,
      // What was a state is not known any more.
      shape: disordered.graph,
      ends: () => this.explore(system, { ...this.options, compact: false }).ends(),
      states,
      transitions,
      depth,
      seconds,
      peakBytes: core.bytes(),
      ...completeness(limit ?? 'compact', states - expanded),
      compact: { bits, missed: missedProbability(states, bits), seenWithin },
      findings: findings.seen.map((seen) => ({ verdict: seen ? 'violated' : 'unknown' })),
      taken,
    };
  }

  private disordered(workers: number): Disordered {
    const whole = once(() => this.inOrder(undefined));
    return {
      ...(workers > 1 && { workers }),
      shortest: false,
      graph: () => whole().graph(),
      near: (maxDepth, maxStates) => this.inOrder(maxDepth).near(maxDepth, maxStates),
    };
  }

  /** The graph, where the states up to a depth are in the usual order. */
  private orderedTo(depth: number, near: Exploration['near']): Partial<Exploration> {
    const other = this.disordered(1);
    return {
      graph: other.graph,
      near: (maxDepth, maxStates) => (maxDepth <= depth ? near(maxDepth, maxStates) : other.near(maxDepth, maxStates)),
    };
  }

  private inOrder(maxDepth: number | undefined): Exploration {
    return this.explore(
      this.system,
      {
        ...this.options,
        compact: false,
        workers: 1,
        onProgress: () => {},
        ...(maxDepth !== undefined && { maxDepth }),
      },
      { ...this.tuning, sleep: Number.POSITIVE_INFINITY },
    );
  }
}
