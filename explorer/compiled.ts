/**
 * The tabulating engine with its loop compiled (core/): the same search over the same tables as packed.ts. The tables lie
 * in the core's memory; what they lack is filled in here, by calling XState, and the core goes on where it stopped.
 */
import { type Core, coreModule, OutOfMemory, SETTING, Space } from './core-memory.ts';
import { type Exploration, type ExploreOptions, Findings } from './exploration.ts';
import { Explored, type SearchFacts, type Visited } from './explored.ts';
import type { System } from './system.ts';
import { BLOCKED, Tables } from './tables.ts';
import { type VectorLayout, vectorLayout } from './vector-layout.ts';

/** Why the core stopped, as core/search.ts says it. */
const DONE = 0;
const MISS = 1;
const EVENTS = 2;
const MEMORY = 3;
const GROW = 4;
const LIMIT = 5;

const STEP = 1;
const STATE = 2;
const DEADLOCK = 3;

export function exploreCompiled(system: System, options: ExploreOptions = {}): Exploration {
  return new CompiledSearch(system, options).run();
}

/** States between two reports of progress. */
const SOME = 20_000;
/** States that a worker claims at once, as in core/search.ts. */
const BLOCK = 128;
const NO_LIMIT = 0xffffffff;
const FOUR_GIB = 2 ** 32;
/** Of the first index of the visited set, and of those of the halves: their logarithms. */
const INDEX_BITS = 15;
const HALVES_BITS = 15;

class CompiledSearch {
  private readonly system: System;
  private readonly options: ExploreOptions;
  private readonly findings: Findings;
  private readonly tables: Tables;
  private readonly space: Space;
  private readonly core: Core;
  private readonly vec: Int32Array;
  private readonly child: Int32Array;
  /** Room for a state's locals, by slot. */
  private readonly locals: number;
  private layout!: VectorLayout;
  private fields = 0;
  private left = 0;
  private right = 0;
  private depth = 0;
  /** By level, by worker: its place at which its part of the level begins. */
  private readonly levels: number[][] = [];
  /** States of finished levels. */
  private before = 0;

  constructor(system: System, options: ExploreOptions) {
    this.system = system;
    this.options = options;
    this.findings = new Findings(system);
    this.space = new Space(coreModule(), system.firstProcess, 1, INDEX_BITS, options.maxBytes ?? FOUR_GIB);
    this.core = this.space.core;
    const conjuncts = system.properties.reduce((n, p) => n + (p.states?.length ?? 0) + (p.quiescence?.length ?? 0), 0);
    this.space.open(system, conjuncts);
    this.tables = new Tables(system, this.space);
    this.space.leaf(BLOCKED, 0, [], [], false);
    this.vec = this.tables.initial();
    this.child = new Int32Array(system.slotCount);
    const roots = this.tables.judged.flatMap((j) => [j.root, j.onlyAtEnd ? 1 : 0, 0]);
    this.core.configure(SETTING.judged, this.space.words(roots));
    this.core.configure(SETTING.judgedCount, conjuncts);
    this.core.configure(SETTING.maxStates, Math.min(options.maxStates ?? NO_LIMIT, NO_LIMIT));
    this.locals = this.space.alloc(4 * system.slotCount);
    this.space.moved();
    this.layOut();
  }

  run(): Exploration {
    const started = performance.now();
    const { core, options, findings, vec, tables } = this;
    let complete = true;
    this.write(vec);
    if (core.addState(this.locals, this.fields, vec.length) < 0) throw new OutOfMemory();
    tables.judge(findings, vec, 0);
    this.openLevel();
    // The initial state is wrong: otherwise a search that stops does so when it has expanded a state.
    const stopped = options.stop === true && findings.any;
    if (stopped) complete = false;
    while (!stopped) {
      const why = core.work(options.stop ? 1 : SOME);
      this.space.refresh();
      this.drain();
      if (why === MISS) this.growStep(core.missState.value >>> 0, core.missProcess.value);
      else if (why === GROW) {
        const grown = core.grow();
        if (grown === 1) core.fill(0);
        complete = grown !== 2;
      } else if (why === MEMORY || why === LIMIT) complete = false;
      else if (why === DONE && !this.nextLevel()) break;
      if (!complete) break;
      if (why !== EVENTS && options.stop && findings.any) {
        complete = this.expanded() === core.stored();
        break;
      }
      if (why !== MISS && why !== EVENTS) options.onProgress?.(this.progress(started));
    }
    const seconds = (performance.now() - started) / 1000;
    const facts: SearchFacts = {
      transitions: core.transitions(),
      depth: this.depth,
      seconds,
      complete,
      expanded: this.expanded(),
    };
    return new Explored(tables, this.visited(), facts).result(findings);
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
    this.levels.push([this.core.levelFrom(0)]);
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

  private expanded(): number {
    const { core } = this;
    return Math.min(core.stored(), this.before + (core.claim.value >>> 0) + (core.blockDone.value >>> 0));
  }

  private growStep(state: number, p: number): void {
    const { tables, vec, child } = this;
    this.read(state, vec);
    for (const l of tables.steps(p, vec)) if (l !== BLOCKED) tables.apply(p, tables.leaves[l]!, vec, child);
    if (tables.domains.some((d, slot) => d.size > 2 ** this.layout.widths[slot]!)) this.layOut();
  }

  /** What the core left to be judged in words, in the order in which it was seen. */
  private drain(): void {
    const { core, tables, findings, vec } = this;
    const { u32 } = this.space;
    for (let i = 0; i < core.eventCount.value; i++) {
      const at = (core.eventAt(i) >>> 0) / 4;
      const [kind, state, process, alternative, code, conjunct] = u32.subarray(at, at + 6) as unknown as number[];
      if (kind === STEP) {
        for (const [property, judgement] of tables.leaves[code!]!.judgements) {
          findings.note(property, judgement, state!, { process: process!, alternative: alternative! });
        }
      } else if (kind === STATE) tables.note(findings, tables.judged[conjunct!]!, code!, state!);
      else if (kind === DEADLOCK) findings.deadlock(state!);
      else {
        this.read(state!, vec);
        tables.judge(findings, vec, state!);
      }
    }
  }

  /** Fields for what the domains have now; what is stored is packed anew. @throws OutOfMemory */
  private layOut(): void {
    const { core, space, system } = this;
    const sizes = this.tables.domains.map((d) => d.size);
    const before = this.layout as VectorLayout | undefined;
    const layout = vectorLayout(sizes, before);
    if (!layout) throw new OutOfMemory();
    const fields = space.words(layout.fields);
    const { bytes, leftBytes } = layout;
    if (before?.interned) {
      if (!core.relayoutHalves(system.slotCount, this.fields, fields, bytes, leftBytes)) throw new OutOfMemory();
    } else {
      if (layout.interned) {
        this.left = core.createHalves(leftBytes / 4, HALVES_BITS);
        this.right = core.createHalves((bytes - leftBytes) / 4, HALVES_BITS);
        if (!this.left || !this.right) throw new OutOfMemory();
      }
      const old = this.fields === 0 ? fields : this.fields;
      if (!core.relayout(system.slotCount, old, fields, bytes, leftBytes, this.left, this.right)) throw new OutOfMemory();
    }
    space.refresh();
    this.layout = layout;
    this.fields = fields;
    space.setFields(layout.fields);
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
