/** What the tables lack is learnt, by calling XState; then the core gets it. */
import { now } from './clock.ts';
import { Deferred } from './core-deferred.ts';
import type { Core } from './core-instance.ts';
import type { Space } from './core-memory.ts';
import type { CoreStates } from './core-states.ts';
import type { CoreTables } from './core-tables.ts';
import type { Report } from './core-workers.ts';
import { Findings, type Move } from './findings.ts';
import type { CoreReductions } from './reduce/core-reductions.ts';
import type { Reduction, Visit } from './reduce/reduction.ts';
import { BLOCKED, type Leaf, type Tables } from './tables.ts';

/** Of a miss, as core/children.ts has it: state, process, and what only the core asks. */
const MISS_WORDS = 3;

export class CoreGrowth {
  /** What it took. */
  seconds = 0;
  /** What several workers have set aside. */
  readonly deferred: Deferred;
  private readonly space: Space;
  private readonly core: Core;
  private readonly inCore: CoreTables;
  private readonly tables: Tables;
  private readonly states: CoreStates;
  private readonly reductions: CoreReductions;
  private readonly vec: Int32Array;
  private readonly child: Int32Array;

  constructor(space: Space, inCore: CoreTables, tables: Tables, states: CoreStates, reductions: CoreReductions) {
    this.space = space;
    this.core = space.core;
    this.deferred = new Deferred(space);
    this.inCore = inCore;
    this.tables = tables;
    this.states = states;
    this.reductions = reductions;
    this.vec = new Int32Array(tables.system.slotCount);
    this.child = new Int32Array(tables.system.slotCount);
  }

  /** The core gets what the tables have now. @throws OutOfMemory */
  layOut(): void {
    const sizes = this.tables.domains.map((d) => d.size);
    if (this.reductions.none) this.tables.trees.linkAlike(sizes);
    const layout = this.states.layOut(sizes);
    this.inCore.settle(sizes, layout, this.states.fields);
    this.reductions.settle(layout);
  }

  /** Learns what the core lacks: the steps that it stopped for. */
  learnSteps({ missCount, missesAt }: Report): void {
    this.timed(() => {
      const { reduction } = this.reductions;
      // Copied: the memory may grow meanwhile.
      const misses = this.space.u32.slice(missesAt / 4, missesAt / 4 + MISS_WORDS * missCount);
      for (let i = 0; i < misses.length; i += MISS_WORDS) {
        const state = misses[i]!;
        this.states.read(state, this.vec);
        if (reduction) this.growChains(reduction, state);
        else this.growSteps(misses[i + 1]!);
      }
      this.layOut();
    });
  }

  /**
   * Learns what the tables lack for the states that were set aside; the core gets it when all have stopped.
   * @param idle whether all others wait
   */
  learnDeferred(workers: number, idle: () => boolean): void {
    this.timed(() => {
      this.deferred.learn(workers, (state) => this.growState(state), idle);
    });
  }

  /** All have stopped: what was set aside can be expanded. */
  handBack(): void {
    this.timed(() => this.layOut());
    this.deferred.handBack();
  }

  /** Counts the time as that of the tables. */
  private timed(grow: () => void): void {
    const begun = now();
    grow();
    this.seconds += (now() - begun) / 1000;
  }

  /** All steps of a state. */
  private growState(state: number): void {
    const { tables, vec } = this;
    const { system } = tables;
    this.states.read(state, vec);
    for (const p of system.processes.keys()) {
      if (!tables.finished(p, vec[system.firstProcess + p]!)) this.growSteps(p);
    }
  }

  private growSteps(p: number): void {
    const { tables, vec, child } = this;
    const { symmetry } = this.reductions;
    for (const [alternative, l] of tables.steps(p, vec).entries()) {
      if (l === BLOCKED) continue;
      const leaf = tables.leaves[l]!;
      tables.apply(p, leaf, vec, child);
      symmetry?.meet(p, alternative, leaf, vec, child);
    }
  }

  /** Does what the core could not do: whatever the state's successors need is there then. */
  private growChains(reduction: Reduction, number: number): void {
    const { tables, vec } = this;
    const { symmetry } = this.reductions;
    const findings = new Findings(tables.system);
    const at = vec.slice();
    const before = vec.slice();
    let last: Leaf;
    const meet = (moves: readonly Move[], state: Int32Array): void => {
      const { process, alternative } = moves.at(-1)!;
      symmetry?.meet(process, alternative, last, before, state);
    };
    const visit: Visit = {
      step: (_moves, leaf) => {
        last = leaf;
      },
      between: (moves, state) => {
        meet(moves, state);
        tables.judge(findings, state, number, before);
        before.set(state);
      },
      end: (moves, state) => {
        meet(moves, state);
        before.set(at);
      },
    };
    // What is not done is not learnt: the typed arrays' search, and any number of workers, know the same in the end.
    reduction.expand(number, vec, visit, this.core.asleepIn(number));
  }
}
