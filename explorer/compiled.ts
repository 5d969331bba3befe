/**
 * The tabulating engine with its loop compiled (core/): the same search over the same tables as packed.ts. The tables lie
 * in the core's memory; what they lack is filled in here, by calling XState, and the core goes on where it stopped.
 */

import { HASH_BITS, LINE_BITS, missedProbability } from './compaction.ts';
import { Deferred } from './core-deferred.ts';
import type { Core } from './core-instance.ts';
import { coreModule, OutOfMemory, Space } from './core-memory.ts';
import { CoreTables } from './core-tables.ts';
import { CoreWorkers, type Report } from './core-workers.ts';
import {
  completeness,
  type Exploration,
  type ExploreOptions,
  Findings,
  type Limit,
  type Move,
  once,
} from './exploration.ts';
import { Explored, type SearchFacts, type Visited } from './explored.ts';
import { writeChoice } from './reduce/core-choice.ts';
import { CoreSymmetry } from './reduce/core-symmetry.ts';
import { checkSymmetry } from './reduce/equivariance.ts';
import type { Reduction } from './reduce/reduction.ts';
import type { Group } from './reduce/renaming.ts';
import { type Each, exploreReduced } from './reduce/rounds.ts';
import { type SymmetricSearch, withSymmetry } from './reduce/symmetric-search.ts';
import { Symmetry } from './reduce/symmetry.ts';
import type { System } from './system.ts';
import { BLOCKED, type Leaf, Tables } from './tables.ts';
import { type VectorLayout, vectorLayout } from './vector-layout.ts';

/** Why the core stopped, as core/search.ts says it. */
const DONE = 0;
const MISS = 1;
const MEMORY = 3;
const GROW = 4;
const LIMIT = 5;
const ENOUGH = 7;

/** What growing the indexes ends with. */
const FILL = 1;
const FULL = 2;

const STEP = 1;
const STATE = 2;
const DEADLOCK = 3;
/** What a state within a chain of merged steps says; see core/chains.ts. */
const BETWEEN = 5;

/** Where the engine changes its ways: other values change how fast it is, never what it says. */
export interface Tuning {
  /** States that are stored before further workers are started. */
  readonly many: number;
  /** States of a level in which they take part. */
  readonly manyAtOnce: number;
  /** Whether the first worker waits until they are there. */
  readonly together: boolean;
  /** Bits of a state that is kept as one word; others have two interned halves. */
  readonly wordBits: number;
  /** States that one worker expands before symmetry is checked for the first time. As in packed.ts: same numbers of locals. */
  readonly early: number;
  /** States that are stored before processes sleep (core/sleep.ts); till then the order of states is that of packed.ts. */
  readonly sleep: number;
  /** Bits of a state's hash, where only that is kept. */
  readonly hashBits: number;
  /** Lines of the first table of hashes: a logarithm. */
  readonly hashLines: number;
}

const TUNING: Tuning = {
  many: 20_000,
  manyAtOnce: 2_000,
  together: false,
  wordBits: 64,
  early: 2_000,
  sleep: 20_000,
  hashBits: HASH_BITS,
  hashLines: LINE_BITS,
};
/** Where hashes are kept a state has two interned halves: their numbers stay the same when fields get wider, and the hash. */
const NO_WORD = -1;

const noInitialState = (): OutOfMemory => new OutOfMemory('no memory for the initial state');

export function exploreCompiled(
  system: System,
  options: ExploreOptions = {},
  tuning: Partial<Tuning> = {},
): Exploration {
  const search = (...[s, o, group]: Parameters<SymmetricSearch>) => exploreIn(s, o, { ...TUNING, ...tuning }, group);
  return options.reduce?.symmetry ? withSymmetry(system, options, search) : search(system, options);
}

/** @param group of renamings, if states that are the same under it are to be one */
function exploreIn(system: System, options: ExploreOptions, tuning: Tuning, group?: Group): Exploration {
  const { merge = false, por = false } = options.reduce ?? {};
  const search = new CompiledSearch(system, options, tuning, group);
  // A search with chains of steps does not know how many steps away its states are.
  if ((!merge && !por) || options.maxDepth !== undefined) return search.run();
  return exploreReduced(
    search.tables,
    { merge, por },
    options,
    (reduction, each) => search.again(reduction, each),
    search.symmetry,
    () => exploreCompiled(system, { ...options, reduce: {} }, tuning),
  );
}

/** Memory that is kept for the check of symmetry, where the search takes all: a part of what there may be, and at most. */
const SPARE_PART = 16;
const SPARE = 2 ** 22;
/** States between two reports of progress. */
const SOME = 20_000;
/** States that a worker claims at once, as in core/search.ts. */
const BLOCK = 128;
/** Of an event, as in core/search.ts. */
const EVENT_BYTES = 24;
/** As in core/control.ts. */
const MOST_WORKERS = 32;
const NO_LIMIT = 0xffffffff;
/** What a step does that waits. */
const NOTHING = { process: 0, next: 0, slots: [], reads: [], transformers: [], locals: [], judges: false };
const FOUR_GIB = 2 ** 32;
/** Of the first index of the visited set, and of those of the halves: their logarithms. */
const INDEX_BITS = 15;
const HALVES_BITS = 15;

class CompiledSearch {
  private readonly system: System;
  private readonly options: ExploreOptions;
  private readonly tuning: Tuning;
  private findings: Findings;
  readonly tables: Tables;
  readonly symmetry: Symmetry | undefined;
  private readonly coreSymmetry: CoreSymmetry | undefined;
  /** What is kept for its check: place and size. */
  private readonly spare: readonly [number, number] | undefined;
  /** Symmetry is to be checked early. */
  private unchecked = false;
  private reduction: Reduction | undefined;
  private each: Each | undefined;
  /** The search with these tables that it is. */
  private round = 0;
  private readonly space: Space;
  private readonly inCore: CoreTables;
  private readonly core: Core;
  private readonly vec: Int32Array;
  private readonly child: Int32Array;
  /** Room for a state's locals, by slot. */
  private readonly locals: number;
  /** By conjunct, as core/search.ts has it. */
  private readonly judged: number;
  private layout!: VectorLayout;
  private fields = 0;
  private depth = 0;
  /** By level, by worker: its place at which its part of the level begins. */
  private levels: number[][] = [];
  /** States of finished levels. */
  private before = 0;
  /** How many workers there are; and the others than this one, from when they are started. */
  private workers = 1;
  private others: CoreWorkers | undefined;
  /** Why this worker stopped. */
  private why = DONE;
  /** What several workers have set aside. */
  private readonly deferred: Deferred;
  /** States of blocks that others have not finished. */
  private unfinished = 0;
  /** What is stored is being packed anew. */
  private packing = false;
  private tableSeconds = 0;
  /** Whether processes sleep. */
  private sleeping = false;
  /** When they began to: how deep the search was, and how many properties were known to be violated. */
  private awake: { readonly depth: number; readonly violations: number } | undefined;
  /** Every violation that was seen is at most so many steps away, and one more for a deadlock. */
  private seenWithin = 0;

  constructor(system: System, options: ExploreOptions, tuning: Tuning, group: Group | undefined) {
    this.system = system;
    this.tuning = options.compact ? { ...tuning, wordBits: NO_WORD } : tuning;
    this.options = options;
    this.findings = new Findings(system);
    this.space = new Space(coreModule(), INDEX_BITS, options.maxBytes ?? FOUR_GIB);
    this.core = this.space.core;
    this.deferred = new Deferred(this.space);
    if (options.compact && !this.core.createCompact(tuning.hashBits, tuning.hashLines)) {
      throw new OutOfMemory('no memory for hashes');
    }
    const conjuncts = system.properties.reduce((n, p) => n + (p.states?.length ?? 0) + (p.quiescence?.length ?? 0), 0);
    this.inCore = new CoreTables(this.space, system, conjuncts);
    this.tables = new Tables(system, this.inCore);
    this.inCore.leaf(BLOCKED, NOTHING);
    this.vec = this.tables.initial();
    if (group) {
      this.symmetry = new Symmetry(this.tables, group, this.inCore);
      this.coreSymmetry = new CoreSymmetry(this.space, this.inCore, this.tables, this.symmetry);
      const bytes = Math.min(SPARE, Math.ceil((options.maxBytes ?? FOUR_GIB) / SPARE_PART));
      this.spare = [this.space.alloc(bytes), bytes];
    }
    this.child = new Int32Array(system.slotCount);
    const judged = this.tables.judged.flatMap((j) => [this.inCore.entryOf(j.root), j.onlyAtEnd ? 1 : 0, 0]);
    this.judged = this.space.words(judged);
    this.space.configure('judged', this.judged);
    this.locals = this.space.alloc(4 * system.slotCount);
    this.layOut();
  }

  /** Searches with the tables and in the memory of the search before, whose states are lost. */
  again(reduction: Reduction | undefined, each: Each | undefined): Exploration {
    const { space, core, tables } = this;
    this.reduction = reduction;
    // Most is learnt in the first round, in order; in later ones several workers pay.
    this.round++;
    this.each = this.alone() ? each : undefined;
    this.findings = new Findings(this.system);
    this.levels = [];
    Object.assign(this, { depth: 0, before: 0, workers: 1, others: undefined, unfinished: 0, sleeping: false });
    space.configure('sleep', 0);
    core.reset();
    // What was found elsewhere has its place first.
    this.layOut();
    this.inCore.forget();
    this.decide();
    for (const c of tables.judged.keys()) space.u32[this.judged / 4 + 3 * c + 2] = 0;
    return this.run();
  }

  /** The core decides by what the reduction decides by now. */
  private decide(): void {
    const { inCore, reduction, space } = this;
    if (!reduction || !inCore.decideBy(reduction.data)) return;
    space.configure('reduction', writeChoice(space, reduction));
  }

  private alone(): boolean {
    if (this.options.stop === true || (this.options.workers ?? 1) === 1 || this.unchecked) return true;
    return !!this.reduction && this.round === 1;
  }

  /** How many states are expanded before something is to be asked. */
  private batch(grown: boolean): number {
    const most = this.options.stop ? 1 : SOME;
    if (!this.each && !this.unchecked) return most;
    // The state that the tables have grown for is decided on as before.
    if (grown) return 1;
    const state = this.expanded();
    const again = this.each?.(state) ?? Number.POSITIVE_INFINITY;
    this.decide();
    const { early } = this.tuning;
    if (this.unchecked && state >= early) {
      this.check();
      this.layOut();
      return 1;
    }
    const next = this.unchecked ? Math.min(again, early) : again;
    return Math.max(1, Math.min(most, next - state));
  }

  /** @throws NotSymmetric */
  private check(): void {
    this.unchecked = false;
    if (this.symmetry) checkSymmetry(this.tables, this.symmetry);
  }

  run(): Exploration {
    const started = performance.now();
    const { core, options, findings, tables, symmetry } = this;
    this.unchecked = symmetry !== undefined && !this.reduction;
    const vec = tables.initial();
    this.space.configure('maxStates', Math.min(options.maxStates ?? NO_LIMIT, NO_LIMIT));
    this.write(vec);
    if (core.addState(this.locals, this.fields, vec.length) < 0) throw noInitialState();
    tables.judge(findings, vec, 0);
    this.openLevel();
    const limit = this.searchOrFull(started);
    if (this.spare && (limit === 'memory' || limit === 'machine')) core.release(...this.spare);
    this.check();
    options.onProgress?.(this.progress(started));
    const seconds = (performance.now() - started) / 1000;
    const facts: SearchFacts = {
      transitions: core.transitions(),
      depth: this.depth,
      seconds,
      limit,
      expanded: this.expanded(),
    };
    if (options.compact) return this.compacted(facts);
    const found = new Explored(tables, this.visited(), facts, symmetry, this.reduction).result(findings);
    const { tableSeconds } = this;
    const { near } = found;
    if (this.sawAllAwake()) return { ...found, tableSeconds, ...this.orderedTo(this.awake!.depth, near) };
    return { ...found, tableSeconds, ...((this.workers > 1 || this.sleeping) && this.disordered()) };
  }

  /** Processes sleep in a large search, from a level's begin, if nobody needs its states in the usual order. */
  private letSleep(): void {
    const { options, system, core, tuning } = this;
    if (this.sleeping || core.stored() <= tuning.sleep) return;
    // A search that may end early ends where the usual one does; and runs that never end are about all transitions.
    const { maxStates, maxDepth, stop } = options;
    if (this.reduction || this.symmetry || stop || maxStates !== undefined || maxDepth !== undefined) return;
    if (system.properties.some((p) => p.completes)) return;
    this.sleeping = true;
    this.awake = { depth: this.depth, violations: this.findings.count };
    this.space.configure('sleep', 1);
  }

  /** Several workers do not keep to the usual order, nor do processes that sleep: what needs it comes from another search. */
  private disordered(): Partial<Exploration> {
    const inOrder = (maxDepth: number | undefined): Exploration =>
      exploreCompiled(
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
    return {
      ...(this.workers > 1 && { workers: this.workers }),
      shortest: false,
      graph: once(() => inOrder(undefined).graph()),
      near: (maxDepth, maxStates) => inOrder(maxDepth).near(maxDepth, maxStates),
    };
  }

  /** What states were whose hashes are kept nobody knows: runs, graph and final states come from another search. */
  private compacted({ transitions, depth, seconds, limit, expanded }: SearchFacts): Exploration {
    const { core, tables, findings, system, tableSeconds } = this;
    const { hashBits: bits } = this.tuning;
    const states = core.stored();
    const found = this.disordered();
    return {
      ...(found as Pick<Exploration, 'graph' | 'near' | 'shortest'>),
      ends: () => exploreCompiled(system, { ...this.options, compact: false }).ends(),
      states,
      transitions,
      depth,
      seconds,
      tableSeconds,
      peakBytes: core.bytes(),
      ...completeness(limit ?? 'compact', states - expanded),
      compact: { bits, missed: missedProbability(states, bits), seenWithin: this.seenWithin },
      findings: findings.seen.map((seen) => ({ verdict: seen ? 'violated' : 'unknown' })),
      taken: tables.taken,
    };
  }

  /** Whether processes slept, and every violation had been seen before: so its run is the one of the usual order. */
  private sawAllAwake(): boolean {
    if (!this.sleeping || this.workers > 1) return false;
    return this.awake!.violations === this.findings.count;
  }

  /** The graph, where the states up to a depth are in the usual order. */
  private orderedTo(depth: number, near: Exploration['near']): Partial<Exploration> {
    const other = this.disordered();
    return {
      graph: other.graph!,
      near: (maxDepth, maxStates) => (maxDepth <= depth ? near(maxDepth, maxStates) : other.near!(maxDepth, maxStates)),
    };
  }

  private searchOrFull(started: number): Limit | undefined {
    try {
      return this.search(started);
    } catch (e) {
      // What is half packed anew is lost; else the search has what it had.
      if (!(e instanceof OutOfMemory) || this.packing) throw e;
      return this.outOfMemory();
    } finally {
      this.endOthers();
    }
  }

  /** What was thrown may have been thrown while they work. */
  private endOthers(): void {
    if (this.workers > 1) {
      this.core.pause();
      this.others?.wait();
      this.core.resume();
    }
    this.others?.end();
  }

  /** @returns what ended the search; undefined: nothing is left */
  private search(started: number): Limit | undefined {
    const { options, findings } = this;
    // The initial state may be wrong: otherwise a search that stops does so when it has expanded a state.
    if (options.stop && findings.any) return 'stop';
    for (;;) {
      if (this.depth === options.maxDepth) return 'depth';
      const limit = this.level(started);
      if (limit) return limit;
      if (!this.nextLevel()) return undefined;
      this.letSleep();
      options.onProgress?.(this.progress(started));
    }
  }

  /** Expands the states of a level, with the other workers if that pays. */
  private level(started: number): Limit | undefined {
    const { core, options, findings } = this;
    const others = this.helpers();
    this.space.configure('defer', others && !this.reduction && !this.symmetry ? 1 : 0);
    others?.work();
    for (let grown = false; ; ) {
      this.why = core.work(this.batch(grown));
      grown = false;
      if (this.why === ENOUGH && others && core.deferred() > 0) {
        this.learnDeferred(others);
        core.pause();
      } else if (this.why === ENOUGH) {
        options.onProgress?.(this.progress(started));
        if (options.stop && findings.any) return this.expanded() < core.stored() ? 'stop' : undefined;
        if (this.overBudget()) {
          core.pause();
          this.gather(others);
          return 'memory';
        }
        continue;
      }
      const reports = this.gather(others);
      for (const r of reports) this.drain(r);
      if (reports.some((r) => r.why === MEMORY)) return this.outOfMemory();
      if (reports.some((r) => r.why === LIMIT)) return 'states';
      if (reports.some((r) => r.why === GROW) && !this.growIndexes()) return this.outOfMemory();
      for (const r of reports) if (r.why === MISS) this.growStep(r.missState, r.missProcess);
      grown = this.why === MISS;
      if (options.stop && findings.any) return this.expanded() < core.stored() ? 'stop' : undefined;
      const done = reports.every((r) => r.why === DONE);
      if (done && this.deferred.none) return this.overBudget() ? 'memory' : undefined;
      if (others) this.handBack(others, done);
      // What judging has learnt, too.
      else if (reports.some((r) => r.eventCount > 0)) this.layOut();
      others?.work();
    }
  }

  /** Learns what the tables lack for the states that were set aside; the core gets it when all have stopped. */
  private learnDeferred(others: CoreWorkers): void {
    this.timed(() => {
      this.deferred.learn(
        this.workers,
        (state) => this.growState(state),
        () => others.idle,
      );
    });
  }

  /** All have stopped: what was set aside can be expanded. @param idle nobody has anything else to do */
  private handBack(others: CoreWorkers, idle: boolean): void {
    if (idle && this.why === DONE) this.learnDeferred(others);
    this.timed(() => this.layOut());
    this.deferred.handBack();
  }

  /** All steps of a state. */
  private growState(state: number): void {
    const { tables, vec, system } = this;
    this.read(state, vec);
    for (const p of system.processes.keys()) {
      if (!tables.finished(p, vec[system.firstProcess + p]!)) this.growSteps(p);
    }
  }

  private outOfMemory(): Limit {
    return (this.options.maxBytes ?? FOUR_GIB) < FOUR_GIB ? 'memory' : 'machine';
  }

  private overBudget(): boolean {
    return this.core.bytes() > (this.options.maxBytes ?? FOUR_GIB);
  }

  /** The other workers, once they are there, in a level that is large enough. */
  private helpers(): CoreWorkers | undefined {
    const { core, options, tuning } = this;
    const workers = this.alone() ? 1 : Math.min(options.workers ?? 1, MOST_WORKERS);
    if (workers === 1) return undefined;
    if (!this.others) {
      if (core.stored() <= tuning.many) return undefined;
      this.others = new CoreWorkers(coreModule(), this.space, workers);
    }
    if (this.workers === 1) {
      if (tuning.together) this.others.wait();
      if (!this.others.ready) return undefined;
      if (!core.join(workers)) throw new OutOfMemory('no memory for further workers');
      this.space.refresh();
      this.workers = workers;
    }
    return core.levelSize() >= tuning.manyAtOnce ? this.others : undefined;
  }

  /** Waits until everybody has stopped. @returns why each did, the first worker first */
  private gather(others: CoreWorkers | undefined): Report[] {
    const { core } = this;
    others?.wait();
    core.resume();
    this.space.refresh();
    const own: Report = {
      why: this.why,
      missState: core.missState.value >>> 0,
      missProcess: core.missProcess.value,
      eventCount: core.eventCount.value,
      eventsAt: core.eventAt(0) >>> 0,
      unfinished: 0,
    };
    const reports = [own, ...(others?.reports() ?? [])];
    this.unfinished = reports.reduce((n, r) => n + r.unfinished, 0);
    return reports;
  }

  private growIndexes(): boolean {
    const { core } = this;
    const grown = core.grow();
    if (grown === FILL) {
      const others = this.workers > 1 ? this.others : undefined;
      others?.fill();
      const filled = core.fill(0);
      others?.wait();
      if (!filled) return false;
      core.fillRest();
    }
    this.space.refresh();
    return grown !== FULL;
  }

  /** @returns false: nothing was found that is not expanded */
  private nextLevel(): boolean {
    const { core } = this;
    this.before += core.claimed();
    if (this.openLevel() === 0) return false;
    this.depth++;
    return true;
  }

  private openLevel(): number {
    const size = this.core.nextLevel() >>> 0;
    this.levels.push(Array.from({ length: this.workers }, (_, w) => this.core.levelFrom(w)));
    return size;
  }

  /** The states of the block that found the state: its predecessor is the first of them that leads to it. */
  private *candidates(state: number): Generator<number> {
    const { core, levels } = this;
    const place = core.placeOf(state);
    const block = core.blockOf(Math.floor(place / 2 ** 32), place % 2 ** 32);
    const level = Math.floor(block / 2 ** 32) - 1;
    const ends = levels[level + 1] ?? levels[level]!.map((_, w) => core.countOf(w));
    let skip = block % 2 ** 32;
    let left = BLOCK;
    for (const [w, from] of levels[level]!.entries()) {
      for (let i = from + skip; i < ends[w]! && left > 0; i++, left--) yield core.numberOf(w, i) >>> 0;
      skip = Math.max(0, skip - (ends[w]! - from));
    }
  }

  /** Of all states, those of the first worker first. */
  private *numbers(): Generator<number> {
    for (let w = 0; w < this.workers; w++) {
      for (let i = 0; i < this.core.countOf(w); i++) yield this.core.numberOf(w, i) >>> 0;
    }
  }

  private expanded(): number {
    const { core } = this;
    const unfinished = core.blockSize.value - core.blockDone.value + this.unfinished + this.deferred.count;
    return this.before + core.claimed() - unfinished;
  }

  private growStep(state: number, p: number): void {
    this.timed(() => {
      this.read(state, this.vec);
      if (this.reduction) this.growChains(this.reduction, state);
      else this.growSteps(p);
      this.layOut();
    });
  }

  /** Counts the time as that of the tables. */
  private timed(grow: () => void): void {
    const begun = performance.now();
    grow();
    this.tableSeconds += (performance.now() - begun) / 1000;
  }

  private growSteps(p: number): void {
    const { tables, vec, child, symmetry } = this;
    for (const [alternative, l] of tables.steps(p, vec).entries()) {
      if (l === BLOCKED) continue;
      const leaf = tables.leaves[l]!;
      tables.apply(p, leaf, vec, child);
      symmetry?.meet(p, alternative, leaf, vec, child);
    }
  }

  /** Does what the core could not do: whatever the state's successors need is there then. */
  private growChains(reduction: Reduction, number: number): void {
    const { tables, vec, symmetry } = this;
    const findings = new Findings(this.system);
    const at = vec.slice();
    const before = vec.slice();
    let last: Leaf;
    const meet = (moves: readonly Move[], state: Int32Array): void => {
      const { process, alternative } = moves.at(-1)!;
      symmetry?.meet(process, alternative, last, before, state);
    };
    reduction.expand(number, vec, {
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
    });
  }

  /** The first moves of a chain from the state. */
  private movesOf(state: number, { process, alternative }: Move, count: number): readonly Move[] {
    let found: readonly Move[] = [];
    this.read(state, this.vec);
    this.reduction!.expand(state, this.vec, {
      step: (moves) => {
        const [first] = moves;
        if (moves.length !== count || first!.process !== process || first!.alternative !== alternative) return;
        found = [...moves];
      },
      end: () => {},
    });
    return found;
  }

  /** What the core left to be judged in words, in the order in which it was seen. */
  private drain({ eventCount, eventsAt }: Report): void {
    const { tables, findings, vec } = this;
    const before = findings.count;
    for (let i = 0; i < eventCount; i++) {
      const { u32 } = this.space;
      const at = (eventsAt + i * EVENT_BYTES) / 4;
      const [what, state, process, alternative, code, conjunct] = u32.subarray(at, at + 6) as unknown as number[];
      const kind = what! & 0xff;
      const count = what! >>> 8;
      const move: Move = { process: process!, alternative: alternative! };
      const moves = count > 1 ? this.movesOf(state!, move, count) : [move];
      if (kind === STEP) {
        for (const [property, judgement] of tables.leaves[code!]!.judgements) {
          findings.note(property, judgement, state!, moves);
        }
      } else if (kind === BETWEEN) tables.note(findings, tables.judged[conjunct!]!, code!, state!, moves);
      else if (kind === STATE) tables.note(findings, tables.judged[conjunct!]!, code!, state!);
      else if (kind === DEADLOCK) findings.deadlock(state!);
      else if (this.symmetry) this.judgeAfter(state!, moves);
      else {
        this.read(state!, vec);
        tables.judge(findings, vec, state!);
      }
    }
    if (findings.count > before) this.seenWithin = this.depth + 1;
  }

  /** Judges what the moves lead to: the state itself, which may be stored as another one. */
  private judgeAfter(state: number, moves: readonly Move[]): void {
    const { tables, findings, vec, child } = this;
    this.read(state, child);
    for (const { process, alternative } of moves) {
      vec.set(child);
      tables.apply(process, tables.leaves[tables.steps(process, vec)[alternative]!]!, vec, child);
    }
    tables.judge(findings, child, state, vec, moves);
  }

  /** The core gets what the tables have now; where fields are too narrow, what is stored is packed anew. @throws OutOfMemory */
  private layOut(): void {
    const sizes = this.tables.domains.map((d) => d.size);
    const before = this.layout as VectorLayout | undefined;
    if (!before || sizes.some((size, slot) => size > 2 ** before.widths[slot]!)) this.repack(sizes, before);
    this.inCore.settle(sizes, this.layout);
    this.coreSymmetry?.settle(this.layout);
  }

  private repack(sizes: readonly number[], before: VectorLayout | undefined): void {
    const { core, space, system } = this;
    this.packing = true;
    const layout = vectorLayout(sizes, this.tuning.wordBits, before);
    if (!layout) throw new OutOfMemory('a state is longer than the compiled core can have it');
    const fields = space.words(layout.fields);
    const { bytes, leftBytes } = layout;
    const done = before?.interned
      ? core.relayoutHalves(system.slotCount, this.fields, fields, bytes, leftBytes)
      : core.relayout(system.slotCount, this.fields || fields, fields, bytes, leftBytes, ...this.halves(layout));
    if (!done) throw new OutOfMemory('no memory for wider states');
    space.refresh();
    this.layout = layout;
    this.fields = fields;
    this.packing = false;
  }

  /** Tables of halves, if they are interned. */
  private halves({ interned, leftBytes, bytes }: VectorLayout): [number, number] {
    if (!interned) return [0, 0];
    const left = this.core.createHalves(leftBytes / 8, HALVES_BITS);
    const right = this.core.createHalves((bytes - leftBytes) / 8, HALVES_BITS);
    if (!left || !right) throw new OutOfMemory('no memory for halves of states');
    return [left, right];
  }

  private write(vec: Int32Array): void {
    this.space.u32.set(vec, this.locals / 4);
  }

  private read(state: number, into: Int32Array): void {
    this.core.unpack(state, this.fields, into.length, this.locals);
    const at = this.locals / 4;
    for (let i = 0; i < into.length; i++) into[i] = this.space.u32[at + i]!;
  }

  private visited(): Visited {
    const { core } = this;
    return {
      count: core.stored(),
      bytes: core.bytes(),
      unpack: (state, into) => this.read(state, into),
      find: (vec) => {
        this.write(vec);
        return core.findState(this.locals, this.fields, vec.length);
      },
      candidates: (state) => this.candidates(state),
      numbers: () => this.numbers(),
    };
  }

  private progress(started: number) {
    const { core } = this;
    const states = core.stored();
    return {
      states,
      transitions: core.transitions(),
      depth: this.depth,
      frontier: states - this.expanded(),
      seconds: (performance.now() - started) / 1000,
      bytes: core.bytes(),
    };
  }
}
