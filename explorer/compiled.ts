/**
 * The compiled engine: the same search as packed.ts, in the same order, with the loop in WebAssembly (core/core.ts). The
 * tables lie in the core's memory; where they lack something, the core stops, they grow here, and it goes on.
 */
import { type Core, coreModule, OutOfMemory, Space } from './core-memory.ts';
import { type Exploration, type ExploreOptions, Findings, type Limit } from './exploration.ts';
import { Explored, type SearchFacts, type Visited } from './explored.ts';
import { type Layout, layoutFor, NONE } from './store.ts';
import type { System } from './system.ts';
import { BLOCKED, Tables } from './tables.ts';

const DONE = 0;
const MISS_STEP = 1;
const MISS_CONJUNCT = 2;
const MEMORY = 3;
const EVENT = 4;
const LIMIT = 5;

const EVENT_STEP = 1;
const EVENT_STATE = 2;

export function exploreCompiled(system: System, options: ExploreOptions = {}): Exploration {
  return new CompiledSearch(system, options).run();
}

/** States between two reports of progress. */
const SOME = 20_000;
const NO_LIMIT = 0xffffffff;

class CompiledSearch {
  private readonly system: System;
  private readonly options: ExploreOptions;
  private readonly findings: Findings;
  private readonly tables: Tables;
  private readonly space: Space;
  private readonly core: Core;
  private readonly vec: Int32Array;
  private readonly child: Int32Array;
  private readonly scratch: number;
  private widths: number[];
  private layout: Layout;
  private depth = 0;

  constructor(system: System, options: ExploreOptions) {
    this.system = system;
    this.options = options;
    this.findings = new Findings(system);
    this.space = new Space(coreModule());
    this.core = this.space.core;
    const conjuncts = system.properties.reduce((n, p) => n + (p.states?.length ?? 0) + (p.quiescence?.length ?? 0), 0);
    const { procs, readers, judgedWords } = this.space.open(system, conjuncts);
    this.tables = new Tables(system, this.space);
    this.space.leaf(BLOCKED, 0, [], [], false);
    this.vec = this.tables.initial();
    this.child = new Int32Array(system.slotCount);
    const judged = this.space.alloc(Math.max(4, conjuncts * 12));
    this.tables.judged.forEach((j, i) => {
      this.space.u32[judged / 4 + 3 * i] = j.root;
      this.space.u32[judged / 4 + 3 * i + 1] = j.onlyAtEnd ? 1 : 0;
    });
    this.widths = this.tables.widened(system.names.map(() => 2));
    this.layout = layoutFor(this.widths);
    this.scratch = this.space.alloc(4 * system.slotCount);
    this.core.setUp(
      this.layout.words,
      system.processes.length,
      system.firstProcess,
      this.space.layout(this.layout),
      procs,
      judged,
      conjuncts,
      readers,
      judgedWords,
    );
    if (!this.core.createSet(14) || !this.core.startSearch()) throw new OutOfMemory();
  }

  run(): Exploration {
    const started = performance.now();
    const { core, options, findings, vec } = this;
    const maxStates = Math.min(options.maxStates ?? NO_LIMIT, NO_LIMIT);
    this.pack(vec);
    core.addState(this.scratch, NONE);
    this.tables.judge(findings, vec, 0);
    let limit: Limit | undefined;
    let levelEnd = 1;
    // The initial state is wrong: otherwise a search that stops does so when it has expanded a state.
    const stopped = options.stop === true && findings.any;
    if (stopped) limit = 'stop';
    while (!stopped) {
      const cursor = core.cursor.value >>> 0;
      if (cursor === levelEnd) {
        this.depth++;
        levelEnd = core.count.value >>> 0;
        if (cursor === levelEnd) {
          this.depth--;
          break;
        }
      }
      if (this.depth === options.maxDepth) {
        limit = 'depth';
        break;
      }
      const why = core.run(Math.min(levelEnd, cursor + (options.stop ? 1 : SOME)), maxStates);
      this.space.refresh();
      if (why === MISS_STEP) this.growStep(core.seenState.value >>> 0, core.seenProcess.value);
      else if (why === MISS_CONJUNCT) this.growConjunct(core.seenState.value >>> 0, core.seenConjunct.value);
      else if (why === EVENT) this.note();
      else if (why === LIMIT || why === MEMORY) {
        limit = why === LIMIT ? 'states' : 'machine';
        break;
      } else if (why === DONE) {
        if (options.stop && findings.any) {
          if (core.cursor.value !== core.count.value) limit = 'stop';
          break;
        }
        options.onProgress?.(this.progress(started));
        if (options.maxBytes !== undefined && core.setBytes() > options.maxBytes) {
          limit = 'memory';
          break;
        }
      }
    }
    const seconds = (performance.now() - started) / 1000;
    const facts: SearchFacts = {
      transitions: core.transitions.value,
      depth: this.depth,
      seconds,
      limit,
      expanded: core.cursor.value >>> 0,
    };
    return new Explored(this.tables, this.visited(), facts).result(findings);
  }

  private growStep(state: number, p: number): void {
    const { tables, vec, child } = this;
    this.unpack(this.core.statePointer(state), vec);
    for (const l of tables.steps(p, vec)) if (l !== BLOCKED) tables.apply(p, tables.leaves[l]!, vec, child);
    this.widen();
  }

  private growConjunct(state: number, conjunct: number): void {
    this.unpack(this.core.statePointer(state), this.vec);
    this.tables.codeOf(this.tables.judged[conjunct]!, this.vec);
  }

  private note(): void {
    const { core, tables, findings } = this;
    const state = core.seenState.value >>> 0;
    const kind = core.seenKind.value;
    const code = core.seenCode.value >>> 0;
    if (kind === EVENT_STEP) {
      const move = { process: core.seenProcess.value, alternative: core.seenAlternative.value };
      for (const [property, judgement] of tables.leaves[code]!.judgements)
        findings.note(property, judgement, state, move);
    } else if (kind === EVENT_STATE) {
      tables.note(findings, tables.judged[core.seenConjunct.value]!, code, state);
    } else findings.deadlock(state);
  }

  private pack(vec: Int32Array): void {
    const { word, shift, words } = this.layout;
    const { u32 } = this.space;
    const at = this.scratch / 4;
    u32.fill(0, at, at + words);
    for (let i = 0; i < vec.length; i++) u32[at + word[i]!]! |= vec[i]! << shift[i]!;
  }

  private unpack(pointer: number, vec: Int32Array): void {
    const { word, shift, mask } = this.layout;
    const { u32 } = this.space;
    const at = (pointer >>> 0) / 4;
    for (let i = 0; i < vec.length; i++) vec[i] = (u32[at + word[i]!]! >>> shift[i]!) & mask[i]!;
  }

  private widen(): void {
    const widths = this.tables.widened(this.widths);
    if (widths.every((w, i) => w === this.widths[i])) return;
    this.widths = widths;
    this.layout = layoutFor(widths);
    const { core, space } = this;
    if (!core.repack(this.system.slotCount, space.layout(this.layout), this.layout.words)) throw new OutOfMemory();
    if (!core.makeRoomForChildren()) throw new OutOfMemory();
  }

  private visited(): Visited {
    const { core } = this;
    return {
      count: core.count.value >>> 0,
      bytes: core.setBytes(),
      unpack: (state, into) => this.unpack(core.statePointer(state), into),
      find: (vec) => {
        this.pack(vec);
        return core.find(this.scratch);
      },
      parentOf: (state) => core.parentOf(state) >>> 0,
    };
  }

  private progress(started: number) {
    const { core } = this;
    return {
      states: core.count.value >>> 0,
      transitions: core.transitions.value,
      depth: this.depth,
      frontier: (core.count.value >>> 0) - (core.cursor.value >>> 0),
      seconds: (performance.now() - started) / 1000,
      bytes: core.setBytes(),
    };
  }
}
