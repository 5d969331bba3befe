/** One search of the compiled engine, level by level: the core works until it lacks something or has something to be judged. */
import { now } from './clock.ts';
import { CoreCrew } from './core-crew.ts';
import type { CoreEvents } from './core-events.ts';
import type { CoreGrowth } from './core-growth.ts';
import type { Core } from './core-instance.ts';
import { CoreLevels } from './core-levels.ts';
import { ALL_BYTES, OutOfMemory, type Space } from './core-memory.ts';
import type { CoreOrder } from './core-order.ts';
import type { CoreParts } from './core-parts.ts';
import type { CoreStates } from './core-states.ts';
import type { Tuning } from './core-tuning.ts';
import type { CoreWorkers, Report } from './core-workers.ts';
import type { Limit } from './exploration.ts';
import { Findings } from './findings.ts';
import type { ExploreOptions, Progress } from './options.ts';
import type { CoreReductions } from './reduce/core-reductions.ts';

/** Why the core stopped, as core/search.ts says it. */
const DONE = 0;
const MISS = 1;
const MEMORY = 3;
const GROW = 4;
const LIMIT = 5;
const ENOUGH = 7;

/** What ends a level: a limit, or that all of it is expanded. */
type End = Limit | 'expanded';

/** States between two reports of progress. */
const SOME = 20_000;

export class CoreSearch {
  readonly findings: Findings;
  readonly levels: CoreLevels;
  readonly crew: CoreCrew;
  /** Every violation that was seen is at most so many steps away, and one more for a deadlock. */
  seenWithin = 0;
  private readonly started = now();
  private readonly options: ExploreOptions;
  private readonly order: CoreOrder;
  private readonly space: Space;
  private readonly core: Core;
  private readonly states: CoreStates;
  private readonly growth: CoreGrowth;
  private readonly events: CoreEvents;
  private readonly reductions: CoreReductions;

  /** The initial state is stored and judged. @throws OutOfMemory */
  constructor(parts: CoreParts, options: ExploreOptions, tuning: Tuning, order: CoreOrder) {
    const { space, tables, states, growth, events, reductions } = parts;
    this.options = options;
    this.order = order;
    this.space = space;
    this.core = space.core;
    this.states = states;
    this.growth = growth;
    this.events = events;
    this.reductions = reductions;
    this.findings = new Findings(tables.system);
    this.levels = new CoreLevels(space.core);
    this.crew = new CoreCrew(space, tuning);
    states.share = this.crew.share;
    const initial = tables.initial();
    if (states.add(initial) < 0) throw new OutOfMemory('no memory for the initial state');
    tables.judge(this.findings, initial, 0);
    this.levels.open(this.crew.size);
  }

  /** @returns what ended the search; undefined: nothing is left */
  run(): Limit | undefined {
    try {
      return this.search();
    } catch (e) {
      // What is half packed anew is lost; else the search has what it had.
      if (!(e instanceof OutOfMemory) || this.states.packing) throw e;
      return this.outOfMemory();
    } finally {
      this.crew.end();
    }
  }

  private search(): Limit | undefined {
    const { options, findings, levels, crew, reductions, order } = this;
    // The initial state may be wrong: otherwise a search that stops does so when it has expanded a state.
    if (options.stop && findings.any) return 'stop';
    for (;;) {
      if (levels.depth === options.maxDepth) return 'depth';
      const limit = this.level();
      if (limit) return limit;
      if (!levels.next(crew.size)) return undefined;
      if (reductions.none) order.letSleep(levels.depth, findings);
      options.onProgress?.(this.progress());
    }
  }

  /** Expands the states of a level, with the other workers if that pays. */
  private level(): Limit | undefined {
    const { core, options, crew, reductions } = this;
    const others = crew.helpers(reductions.alone ? 1 : (options.workers ?? 1));
    this.space.configure('defer', others && reductions.none ? 1 : 0);
    others?.work();
    for (let grown = false; ; ) {
      const why = core.work(this.batch(grown));
      grown = why === MISS;
      const goesOn = why === ENOUGH && !(others && core.deferred() > 0);
      const end = goesOn ? this.onTheWay(others) : this.together(why, others);
      if (end) return end === 'expanded' ? undefined : end;
    }
  }

  /** Nobody lacks anything, and the others go on. */
  private onTheWay(others: CoreWorkers | undefined): End | undefined {
    this.options.onProgress?.(this.progress());
    const stopped = this.stopped();
    if (stopped || !this.overBudget()) return stopped;
    this.core.pause();
    this.crew.gather(others, ENOUGH);
    return 'memory';
  }

  /** All stop, get what they have stopped for, and go on. */
  private together(why: number, others: CoreWorkers | undefined): End | undefined {
    const { core, crew, growth } = this;
    if (why === ENOUGH && others) {
      this.learnDeferred(others);
      core.pause();
    }
    const reports = crew.gather(others, why);
    const end = this.answer(reports) ?? this.stopped();
    if (end) return end;
    const done = reports.every((r) => r.why === DONE);
    if (done && growth.deferred.none) return this.overBudget() ? 'memory' : 'expanded';
    if (others) {
      // Nobody has anything else to do.
      if (done) this.learnDeferred(others);
      growth.handBack();
    }
    // What judging has learnt, too.
    else if (reports.some((r) => r.eventCount > 0)) growth.layOut();
    others?.work();
    return undefined;
  }

  /** Whether it ends at what was found. */
  private stopped(): End | undefined {
    if (!this.options.stop || !this.findings.any) return undefined;
    return this.expanded() < this.core.stored() ? 'stop' : 'expanded';
  }

  /** All have stopped: does what they have stopped for. @returns what ends the search */
  private answer(reports: readonly Report[]): Limit | undefined {
    this.judge(reports);
    if (reports.some((r) => r.why === MEMORY)) return this.outOfMemory();
    if (reports.some((r) => r.why === LIMIT)) return 'states';
    if (reports.some((r) => r.why === GROW) && !this.crew.growIndexes()) return this.outOfMemory();
    for (const r of reports) if (r.why === MISS) this.growth.learnSteps(r);
    return undefined;
  }

  private judge(reports: readonly Report[]): void {
    const { findings, events } = this;
    const before = findings.count;
    for (const r of reports) events.drain(r, findings);
    if (findings.count > before) this.seenWithin = this.levels.depth + 1;
  }

  private learnDeferred(others: CoreWorkers): void {
    this.growth.learnDeferred(this.crew.size, () => others.idle);
  }

  /** How many states are expanded before something is to be asked. */
  private batch(grown: boolean): number {
    const { reductions } = this;
    const most = this.options.stop ? 1 : SOME;
    if (!reductions.asks) return most;
    // The state that the tables have grown for is decided on as before.
    if (grown) return 1;
    const state = this.expanded();
    const next = reductions.ask(state);
    if (reductions.due(state)) {
      reductions.check();
      this.growth.layOut();
      return 1;
    }
    return Math.max(1, Math.min(most, next - state));
  }

  private outOfMemory(): Limit {
    return (this.options.maxBytes ?? ALL_BYTES) < ALL_BYTES ? 'memory' : 'machine';
  }

  private overBudget(): boolean {
    return this.core.bytes() > (this.options.maxBytes ?? ALL_BYTES);
  }

  /** How many states are expanded: those with smaller numbers, where one worker searches. */
  expanded(): number {
    const { core, levels, crew, growth } = this;
    const unfinished = core.blockSize.value - core.blockDone.value + crew.unfinished + growth.deferred.count;
    return levels.before + core.claimed() - unfinished;
  }

  get seconds(): number {
    return (now() - this.started) / 1000;
  }

  /** What is there so far. */
  progress(): Progress {
    const { core } = this;
    const states = core.stored();
    return {
      states,
      transitions: core.transitions(),
      depth: this.levels.depth,
      frontier: states - this.expanded(),
      seconds: this.seconds,
      bytes: core.bytes(),
    };
  }
}
