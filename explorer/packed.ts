/**
 * The tabulating engine in plain TypeScript: breadth-first search over packed states. XState is called once per case
 * (trees.ts); the loop is table look-ups and set probes. Predecessors are kept, so the first sighting of a violation is a
 * shortest one. It is the reference of the compiled engine (compiled.ts).
 */

import { now } from './clock.ts';
import { type Exploration, isOutOfMemory, type Limit } from './exploration.ts';
import { Explored, type Visited } from './explored.ts';
import { Findings, type Move } from './findings.ts';
import type { ExploreOptions } from './options.ts';
import { plainConflicts } from './reduce/choice.ts';
import { checkSymmetry } from './reduce/equivariance.ts';
import type { Reduction, Visit } from './reduce/reduction.ts';
import type { Group } from './reduce/renaming.ts';
import { type Each, exploreReduced } from './reduce/rounds.ts';
import { withSymmetry } from './reduce/symmetric-search.ts';
import { Symmetry } from './reduce/symmetry.ts';
import { type Layout, layoutFor, NONE, OverBudget, StateStore } from './store.ts';
import type { System } from './system.ts';
import { Heap } from './table-memory.ts';
import { BLOCKED, type Leaf, Tables } from './tables.ts';

/**
 * Explores with the packed engine in plain TypeScript: what the compiled core is held beside.
 * @throws FaultlineError what a path of the system gets wrong
 */
export function explorePacked(system: System, options: ExploreOptions = {}): Exploration {
  if (options.reduce?.symmetry) return withSymmetry(system, options, exploreIn);
  return exploreIn(system, options);
}

/** @param group of renamings, if states that are the same under it are to be one */
function exploreIn(system: System, options: ExploreOptions, group?: Group): Exploration {
  const { merge = false, por = false } = options.reduce ?? {};
  const memory = new Heap();
  const tables = new Tables(system, memory);
  const symmetry = group && new Symmetry(tables, group, memory);
  const search = (reduction?: Reduction, each?: Each): Exploration =>
    new PackedSearch(tables, memory, options, { symmetry, reduction, each }).run();
  // A search with chains of steps does not know how many steps away its states are.
  if ((!merge && !por) || options.maxDepth !== undefined) return search();
  return exploreReduced(tables, { merge, por }, options, search, plainConflicts, symmetry);
}

interface Fewer {
  readonly symmetry?: Symmetry | undefined;
  readonly reduction?: Reduction | undefined;
  /** Called before each state is expanded. */
  readonly each?: Each | undefined;
}

/** After so many states symmetry is checked for the first time, where nothing else is reduced. */
const EARLY = 2_000;

class PackedSearch {
  private readonly system: System;
  private readonly options: ExploreOptions;
  private readonly findings: Findings;
  private readonly memory: Heap;
  private readonly tables: Tables;
  private readonly fewer: Fewer;
  private readonly vec: Int32Array;
  private readonly child: Int32Array;
  private widths: number[];
  private layout: Layout;
  private store: StateStore;
  private packed: Uint32Array;
  private transitions = 0;
  private depth = 0;
  /** The state that is expanded. */
  private cursor = 0;
  /** By state: which processes sleep in it. */
  private asleep = new Uint8Array(0);
  /** States from this one on are of the next level. */
  private levelEnd = 1;

  constructor(tables: Tables, memory: Heap, options: ExploreOptions, fewer: Fewer) {
    const { system } = tables;
    this.memory = memory;
    this.system = system;
    this.options = options;
    this.findings = new Findings(system);
    this.tables = tables;
    this.fewer = fewer;
    this.vec = this.tables.initial();
    this.child = new Int32Array(system.slotCount);
    this.widths = system.names.map(() => 2);
    this.layout = layoutFor(this.widths);
    this.store = this.newStore(0);
    this.packed = new Uint32Array(this.layout.words);
  }

  run(): Exploration {
    const started = now();
    let limit: Limit | undefined;
    try {
      limit = this.search(started);
    } catch (e) {
      if (e instanceof OverBudget) limit = 'memory';
      else if (isOutOfMemory(e)) limit = 'machine';
      else throw e;
    }
    const { symmetry, reduction } = this.fewer;
    if (symmetry) checkSymmetry(this.tables, symmetry);
    this.options.onProgress?.(this.progress(this.cursor, started));
    const seconds = (now() - started) / 1000;
    const facts = { transitions: this.transitions, depth: this.depth, seconds, limit, expanded: this.cursor };
    return new Explored(this.tables, this.visited(), facts, symmetry, reduction).result(this.findings);
  }

  /** @returns what ended the search; undefined: nothing is left @throws where there is no memory */
  private search(started: number): Limit | undefined {
    const { vec, findings, options, tables, fewer } = this;
    this.pack(vec);
    this.store.add(this.packed, NONE);
    tables.judge(findings, vec, 0);
    let nextReport = 20_000;
    for (let state = 0; state < this.store.count; state++) {
      this.cursor = state;
      if (state === this.levelEnd) {
        this.depth++;
        this.levelEnd = this.store.count;
      }
      const limit = this.limit();
      if (limit) return limit;
      fewer.each?.(state);
      if (state >= nextReport) {
        nextReport = state + 20_000;
        options.onProgress?.(this.progress(state, started));
      }
      // What is not symmetric is better known early; see also rounds.ts.
      if (state === EARLY && fewer.symmetry && !fewer.reduction) checkSymmetry(tables, fewer.symmetry);
      this.unpack(state, vec);
      const enabled = fewer.reduction ? this.expandSome(state, fewer.reduction) : this.expand(state);
      if (enabled === 0 && !tables.mayRest(vec)) findings.deadlock(state);
      if (options.stop && findings.any && state + 1 < this.store.count) {
        this.cursor = state + 1;
        return 'stop';
      }
    }
    this.cursor = this.store.count;
    return undefined;
  }

  /** All steps out of `state`, which is in `vec`. @returns their number */
  private expand(state: number): number {
    const { system, vec, child, findings, tables } = this;
    const { symmetry } = this.fewer;
    let enabled = 0;
    for (let p = 0; p < system.processes.length; p++) {
      if (tables.finished(p, vec[system.firstProcess + p]!)) continue;
      const found = tables.steps(p, vec);
      for (let a = 0; a < found.length; a++) {
        if (found[a] === BLOCKED) continue;
        const leaf = tables.leaves[found[a]!]!;
        enabled++;
        this.transitions++;
        for (const [property, judgement] of leaf.judgements) {
          findings.note(property, judgement, state, { process: p, alternative: a });
        }
        tables.apply(p, leaf, vec, child);
        symmetry?.meet(p, a, leaf, vec, child);
        const added = this.add(child, state);
        if (added < 0) continue;
        // What is judged is the state itself, which may be stored as another one.
        if (symmetry) tables.judge(findings, child, state, vec, [{ process: p, alternative: a }]);
        else tables.judge(findings, child, added, vec);
      }
    }
    return enabled;
  }

  /** @returns the number of a state that is new, else -1 */
  private add(state: Int32Array, parent: number): number {
    const { symmetry } = this.fewer;
    this.pack(symmetry ? symmetry.representative(state) : state);
    return this.store.add(this.packed, parent);
  }

  /** The steps that the reduction chooses, each with the chain that goes on from it. @returns their number */
  private expandSome(state: number, reduction: Reduction): number {
    const { vec, findings, tables } = this;
    const { symmetry } = this.fewer;
    const at = vec.slice();
    const before = vec.slice();
    let last: Leaf;
    const meet = (moves: readonly Move[], child: Int32Array): void => {
      const { process, alternative } = moves.at(-1)!;
      symmetry?.meet(process, alternative, last, before, child);
    };
    const visit: Visit = {
      step: (moves, leaf) => {
        this.transitions++;
        last = leaf;
        for (const [property, judgement] of leaf.judgements) findings.note(property, judgement, state, moves);
      },
      between: (moves, child) => {
        meet(moves, child);
        tables.judge(findings, child, state, before, moves);
        before.set(child);
      },
      end: (moves, child, sleepers) => {
        meet(moves, child);
        const added = this.add(child, state);
        if (added >= 0) tables.judge(findings, child, state, before, moves);
        if (sleepers !== 0) this.putToSleep(added, sleepers);
        before.set(at);
      },
    };
    const enabled = reduction.expand(state, vec, visit, this.asleep[state]);
    if (reduction.tooLong) reduction.endless = true;
    return enabled;
  }

  /** Only in a state of the next level: in others they may have stepped. @param added the state, if it is new: else it is the last one packed */
  private putToSleep(added: number, sleepers: number): void {
    const state = added >= 0 ? added : this.store.find(this.packed);
    if (state < this.levelEnd) return;
    if (state >= this.asleep.length) {
      const longer = new Uint8Array(Math.max(1024, state + 1, 2 * this.asleep.length));
      longer.set(this.asleep);
      this.asleep = longer;
    }
    this.asleep[state]! |= sleepers;
  }

  private visited(): Visited {
    const { store } = this;
    return {
      count: store.count,
      bytes: this.bytes,
      unpack: (state: number, into: Int32Array) => this.unpack(state, into),
      find: (vec: Int32Array) => {
        this.pack(vec);
        return store.find(this.packed);
      },
      candidates: (state: number) => [store.parentOf(state)],
      numbers: function* () {
        for (let s = 0; s < store.count; s++) yield s;
      },
    };
  }

  private pack(vec: Int32Array): void {
    const { word, shift, mask } = this.layout;
    this.packed.fill(0);
    for (let i = 0; i < vec.length; i++) {
      if (vec[i]! > mask[i]!) {
        this.widen();
        this.pack(vec);
        return;
      }
      this.packed[word[i]!]! |= vec[i]! << shift[i]!;
    }
  }

  private unpack(state: number, vec: Int32Array): void {
    this.store.read(state, this.packed);
    const { word, shift, mask } = this.layout;
    const { packed } = this;
    for (let i = 0; i < vec.length; i++) vec[i] = (packed[word[i]!]! >>> shift[i]!) & mask[i]!;
  }

  /** A domain outgrew its field: repack every state with wider fields. Happens a few dozen times, mostly early. */
  private widen(): void {
    const { layout: old, store, widths, packed } = this;
    const from = new Uint32Array(old.words);
    const vec = new Int32Array(this.vec.length);
    this.widths = this.tables.widened(this.widths);
    this.layout = layoutFor(this.widths);
    try {
      this.store = this.newStore(store.count, store.bytes);
      this.packed = new Uint32Array(this.layout.words);
      for (let s = 0; s < store.count; s++) {
        store.read(s, from);
        for (let i = 0; i < vec.length; i++) vec[i] = (from[old.word[i]!]! >>> old.shift[i]!) & old.mask[i]!;
        this.pack(vec);
        this.store.add(this.packed, store.parentOf(s));
      }
      this.store.maxBytes = this.maxBytes();
    } catch (e) {
      // There is no memory for both: what was found stays as it was.
      Object.assign(this, { layout: old, store, widths, packed });
      throw e;
    }
  }

  /** @param beside bytes of another store that lives as long as this one is filled */
  private newStore(expected: number, beside = 0): StateStore {
    const store = new StateStore(this.layout.words, expected, this.maxBytes() - beside);
    if (beside > 0 && store.bytes > store.maxBytes) throw new OverBudget();
    return store;
  }

  private maxBytes(): number {
    return (this.options.maxBytes ?? Number.POSITIVE_INFINITY) - this.memory.bytes;
  }

  /** What is to end the search before the next state is expanded. */
  private limit(): Limit | undefined {
    const { maxStates = Number.POSITIVE_INFINITY, maxDepth, stop } = this.options;
    if (stop && this.findings.any) return 'stop';
    if (this.depth === maxDepth) return 'depth';
    if (this.store.count > maxStates) return 'states';
    // The tables grow as well.
    return this.bytes > (this.options.maxBytes ?? Number.POSITIVE_INFINITY) ? 'memory' : undefined;
  }

  private get bytes(): number {
    return this.store.bytes + this.memory.bytes + this.asleep.length;
  }

  private progress(state: number, started: number) {
    return {
      states: this.store.count,
      transitions: this.transitions,
      depth: this.depth,
      frontier: this.store.count - state,
      seconds: (now() - started) / 1000,
      bytes: this.bytes,
    };
  }
}
