/**
 * The tabulating engine: breadth-first search over packed states. XState is called once per case (trees.ts); the loop
 * is table look-ups and set probes. Predecessors are kept, so the first sighting of a violation is a shortest one.
 */
import type { Alternative } from './chart.ts';
import { Domain, Transformer } from './domain.ts';
import { FaultlineError } from './errors.ts';
import { type Exploration, type ExploreOptions, Findings, type Move, once } from './exploration.ts';
import { canonical } from './json.ts';
import { initialLocal, isDone, react, type StateFacts, sharedStepper, stateFacts } from './machine.ts';
import type { Conjunct, Judgement } from './property.ts';
import type { ExploredGraph, StepCase, Wrong } from './state-graph.ts';
import { judging, located, runStep, type StepOutcome } from './step.ts';
import { type Layout, layoutFor, NONE, StateStore } from './store.ts';
import type { System } from './system.ts';
import { impure, Trees } from './trees.ts';
import { type Answers, View } from './view.ts';

const BLOCKED = 0;

/** What a step does at a leaf of its tree. */
interface Leaf {
  readonly next: number;
  readonly slots: Int32Array;
  readonly effects: readonly Transformer[];
  /** Judgements that are not undefined, by property. */
  readonly judgements: readonly (readonly [number, Judgement])[];
  /** Undefined for the leaf that says that the process waits. */
  readonly origin?: StepCase;
}

interface Judged {
  readonly property: number;
  readonly conjunct: Conjunct;
  readonly root: number;
  readonly onlyAtEnd: boolean;
  /** Slots that the conjunct's tree reads so far. */
  readonly reads: Uint8Array;
}

export function explorePacked(system: System, options: ExploreOptions = {}): Exploration {
  return new PackedSearch(system, options).run();
}

class PackedSearch {
  private readonly system: System;
  private readonly options: ExploreOptions;
  private readonly findings: Findings;
  private readonly domains: Domain[];
  private readonly trees: Trees;
  /** Tree root by process and local. */
  private readonly roots: number[][];
  private readonly facts: StateFacts[][];
  private readonly finished: boolean[][];
  private readonly leaves: Leaf[] = [];
  private readonly judgements: Judgement[] = [];
  private readonly judged: Judged[] = [];
  /** By the domain of the kind, since two kinds may have one name; then by the events' text. */
  private readonly transformers = new Map<Domain, Map<string, Transformer>>();
  private readonly taken = new Set<Alternative>();
  private readonly vec: Int32Array;
  private readonly child: Int32Array;
  private widths: number[];
  private layout: Layout;
  private store: StateStore;
  private packed: Uint32Array;
  private transitions = 0;
  private depth = 0;
  /** States below this number have been expanded. */
  private expanded = 0;

  constructor(system: System, options: ExploreOptions) {
    this.system = system;
    this.options = options;
    this.findings = new Findings(system);
    const byKind = new Map<unknown, Domain>();
    this.domains = system.names.map((name, slot) => {
      const c = system.components[slot];
      if (!c) return new Domain(name);
      const shared = byKind.get(c.kind) ?? new Domain(c.kind.kind);
      byKind.set(c.kind, shared);
      return shared;
    });
    this.trees = new Trees((slot, local) =>
      this.system.component(slot).kind.decode(this.domains[slot]!.locals[local]!),
    );
    this.roots = system.processes.map(() => []);
    this.facts = system.processes.map(() => []);
    this.finished = system.processes.map(() => []);
    this.vec = new Int32Array(system.slotCount);
    this.child = new Int32Array(system.slotCount);
    this.leaves.push({ next: -1, slots: new Int32Array(0), effects: [], judgements: [] });
    this.judgements.push(undefined, true);
    for (const [property, p] of system.properties.entries()) {
      for (const [list, onlyAtEnd] of [
        [p.states, false],
        [p.quiescence, true],
      ] as const) {
        for (const conjunct of list ?? []) {
          const reads = new Uint8Array(system.slotCount);
          this.judged.push({ property, conjunct, root: this.trees.root(), onlyAtEnd, reads });
        }
      }
    }
    this.widths = system.names.map(() => 2);
    this.layout = layoutFor(this.widths);
    this.store = new StateStore(this.layout.words);
    this.packed = new Uint32Array(this.layout.words);
  }

  run(): Exploration {
    const started = performance.now();
    const { system, vec, child, findings, options } = this;
    const processes = system.processes.length;
    this.start();
    let complete = true;
    let levelEnd = 1;
    let nextReport = 20_000;
    let state = 0;
    for (; state < this.store.count; state++) {
      if (state === levelEnd) {
        this.depth++;
        levelEnd = this.store.count;
      }
      if (this.overLimit() || (options.stop && findings.any)) {
        complete = false;
        break;
      }
      if (state >= nextReport) {
        nextReport = state + 20_000;
        options.onProgress?.(this.progress(state, started));
      }
      this.unpack(state);
      let enabled = 0;
      let running = 0;
      for (let p = 0; p < processes; p++) {
        const local = vec[system.firstProcess + p]!;
        if (this.finished[p]![local]) continue;
        running++;
        const { found } = this.trees;
        this.expand(p, local);
        for (let a = 0; a < found.length; a++) {
          if (found[a] === BLOCKED) continue;
          const leaf = this.leaves[found[a]!]!;
          enabled++;
          this.transitions++;
          for (const [property, judgement] of leaf.judgements) {
            findings.note(property, judgement, state, { process: p, alternative: a });
          }
          this.applyLeaf(p, leaf);
          this.pack(child);
          const added = this.store.add(this.packed, state);
          if (added >= 0) this.judge(child, added, vec);
        }
      }
      if (enabled === 0 && running > 0) this.deadlock(state);
      if (options.stop && findings.any) {
        complete = state + 1 === this.store.count;
        state++;
        break;
      }
    }
    options.onProgress?.(this.progress(state, started));
    this.expanded = state;
    const states = this.store.count;
    return {
      states,
      transitions: this.transitions,
      depth: this.depth,
      seconds: (performance.now() - started) / 1000,
      peakBytes: this.store.bytes,
      complete,
      findings: findings.finish(complete, (s) => this.runTo(s)),
      taken: this.taken,
      ends: () => this.ends(),
      graph: once(() => this.graph()),
    };
  }

  private start(): void {
    const { system, vec } = this;
    for (let slot = 0; slot < system.slotCount; slot++) {
      const c = system.components[slot];
      if (c) {
        const local = c.init.reduce((l, e) => react(c.kind, l, e, sharedStepper), initialLocal(c.kind.machine));
        vec[slot] = this.domains[slot]!.intern(local);
      } else {
        const p = slot - system.firstProcess;
        const { machine } = system.processes[p]!;
        const local = initialLocal(machine);
        vec[slot] = this.internProcess(p, local, isDone(machine, local));
      }
    }
    this.pack(vec);
    this.store.add(this.packed, NONE);
    this.judge(vec, 0, undefined);
  }

  private internProcess(p: number, local: Parameters<Domain['intern']>[0], finished: boolean): number {
    const id = this.domains[this.system.firstProcess + p]!.intern(local);
    this.finished[p]![id] ??= finished;
    return id;
  }

  private rootOf(p: number, local: number): number {
    const known = this.roots[p]![local];
    if (known !== undefined) return known;
    const root = this.trees.root();
    this.roots[p]![local] = root;
    const { machine } = this.system.processes[p]!;
    this.facts[p]![local] = stateFacts(machine, this.domains[this.system.firstProcess + p]!.locals[local]!);
    return root;
  }

  /** The leaves of the process's tree at the current state, in `trees.found`. */
  private expand(p: number, local: number): void {
    const root = this.rootOf(p, local);
    try {
      this.trees.leaves(root, this.vec, (picks) => this.grow(p, local, picks));
    } catch (e) {
      throw this.at(e, p, local);
    }
  }

  private fill(t: Transformer, from: number, p: number): number {
    try {
      return t.fill(from);
    } catch (e) {
      throw this.at(e, p, this.vec[this.system.firstProcess + p]!);
    }
  }

  /** An error of the process's step, with its place unless it has one. */
  private at(e: unknown, p: number, local: number) {
    const place = { machine: this.system.processes[p]!.id, state: this.facts[p]![local]!.id };
    return e instanceof FaultlineError && e.place.machine === place.machine ? e : located(e, place);
  }

  private answers(picks: readonly number[]): Answers {
    return {
      local: (slot) => this.domains[slot]!.locals[this.vec[slot]!]!,
      pick: (n) => picks[n] ?? 0,
    };
  }

  /** One run of the step at the current state, done twice: a pure step gives the same answer. */
  private grow(p: number, local: number, picks: readonly number[]) {
    const once = (): StepOutcome =>
      runStep(
        this.system,
        p,
        this.domains[this.system.firstProcess + p]!.locals[local]!,
        this.facts[p]![local]!,
        this.answers(picks),
        sharedStepper,
      );
    const outcome = once();
    if (outcomeText(once()) !== outcomeText(outcome)) throw impure();
    return { trail: outcome.trail, leaf: () => this.leafOf(p, this.facts[p]![local]!, outcome) };
  }

  private leafOf(p: number, facts: StateFacts, { result }: StepOutcome): number {
    if (!result) return BLOCKED;
    for (const a of result.taken) this.taken.add(a);
    const bySlot = new Map<number, { type: string }[]>();
    for (const { slot, event } of result.sends) bySlot.set(slot, [...(bySlot.get(slot) ?? []), event]);
    const slots = [...bySlot.keys()];
    return (
      this.leaves.push({
        next: this.internProcess(p, result.next, result.finished),
        slots: Int32Array.from(slots),
        effects: slots.map((slot) => this.transformer(slot, bySlot.get(slot)!)),
        judgements: [...result.judgements.entries()].filter(([, j]) => j !== undefined),
        origin: { process: p, facts, result },
      }) - 1
    );
  }

  private transformer(slot: number, events: readonly { type: string }[]): Transformer {
    const { kind } = this.system.component(slot);
    const domain = this.domains[slot]!;
    const ofKind = this.transformers.get(domain) ?? new Map<string, Transformer>();
    this.transformers.set(domain, ofKind);
    const key = canonical(events);
    const known = ofKind.get(key);
    if (known) return known;
    const made = new Transformer(domain, kind, events, sharedStepper);
    ofKind.set(key, made);
    return made;
  }

  /** Judges a new state; a conjunct that reads nothing of what changed since the parent has the parent's answer. */
  private judge(vec: Int32Array, state: number, parent: Int32Array | undefined): void {
    if (this.judged.length === 0) return;
    let ended: boolean | undefined;
    for (const j of this.judged) {
      if (j.onlyAtEnd) {
        ended ??= this.allFinished(vec);
        if (!ended) continue;
      } else if (parent && !changed(vec, parent, j.reads)) continue;
      const code = this.trees.leaf(j.root, vec, () => this.runConjunct(j, vec));
      if (code !== 0) this.findings.note(j.property, this.judgements[code]!, state, undefined, j.conjunct.name);
    }
  }

  private runConjunct(j: Judged, vec: Int32Array) {
    const answers: Answers = { local: (slot) => this.domains[slot]!.locals[vec[slot]!]!, pick: () => 0 };
    const view = new View(this.system, answers, sharedStepper);
    const judgement = judging(this.system.properties[j.property]!.id, () => j.conjunct.judge(view as never));
    for (const ask of view.trail) if (ask.kind === 'read') j.reads[ask.slot] = 1;
    return { trail: view.trail, leaf: () => this.judgementCode(judgement) };
  }

  private judgementCode(j: Judgement): number {
    if (j === undefined) return 0;
    if (j === true) return 1;
    return this.judgements.push(j) - 1;
  }

  private deadlock(state: number): void {
    // Who waits for the environment may hold what the others wait for.
    const waitsForEnvironment = this.system.processes.some((_, p) => {
      const local = this.vec[this.system.firstProcess + p]!;
      return !this.finished[p]![local] && this.facts[p]![local]!.environment;
    });
    if (waitsForEnvironment) return;
    for (const [i, p] of this.system.properties.entries()) {
      if (p.deadlock) this.findings.note(i, { violated: '' }, state);
    }
  }

  private allFinished(vec: Int32Array): boolean {
    return this.finished.every((f, p) => f[vec[this.system.firstProcess + p]!]);
  }

  // ---- packing -----------------------------------------------------------------------------------------------------

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

  private unpack(state: number): void {
    this.store.read(state, this.packed);
    const { word, shift, mask } = this.layout;
    const { vec, packed } = this;
    for (let i = 0; i < vec.length; i++) vec[i] = (packed[word[i]!]! >>> shift[i]!) & mask[i]!;
  }

  /** A domain outgrew its field: repack every state with wider fields. Happens a few dozen times, mostly early. */
  private widen(): void {
    const old = this.layout;
    const store = this.store;
    this.widths = this.widths.map((w, slot) => {
      const size = this.domains[slot]!.size;
      return size > 2 ** w ? Math.ceil(Math.log2(size)) + 1 : w;
    });
    this.layout = layoutFor(this.widths);
    this.store = new StateStore(this.layout.words, store.count);
    const from = new Uint32Array(old.words);
    const vec = new Int32Array(this.vec.length);
    this.packed = new Uint32Array(this.layout.words);
    for (let s = 0; s < store.count; s++) {
      store.read(s, from);
      for (let i = 0; i < vec.length; i++) vec[i] = (from[old.word[i]!]! >>> old.shift[i]!) & old.mask[i]!;
      this.pack(vec);
      this.store.add(this.packed, store.parentOf(s));
    }
  }

  // ---- results -----------------------------------------------------------------------------------------------------

  private overLimit(): boolean {
    const { maxStates = Number.POSITIVE_INFINITY, maxBytes = Number.POSITIVE_INFINITY } = this.options;
    return this.store.count > maxStates || this.store.bytes > maxBytes;
  }

  private progress(state: number, started: number) {
    return {
      states: this.store.count,
      transitions: this.transitions,
      depth: this.depth,
      frontier: this.store.count - state,
      seconds: (performance.now() - started) / 1000,
      bytes: this.store.bytes,
    };
  }

  /** The moves from the initial state; each is found again by expanding the predecessor. */
  private runTo(state: number): Move[] {
    const path: number[] = [];
    for (let s = state; s !== NONE; s = this.store.parentOf(s)) path.push(s);
    path.reverse();
    const moves: Move[] = [];
    for (let i = 1; i < path.length; i++) moves.push(this.moveBetween(path[i - 1]!, path[i]!));
    return moves;
  }

  private moveBetween(from: number, to: number): Move {
    const { child, vec } = this;
    this.unpack(to);
    const target = vec.slice();
    const moves: Move[] = [];
    this.eachStep(from, (process, alternative) => {
      if (child.every((v, i) => v === target[i])) moves.push({ process, alternative });
    });
    if (moves.length === 0) throw new Error('a stored predecessor does not lead to its state');
    return moves[0]!;
  }

  /** Visits the steps that are possible in `state`, an expanded one, each with the state that it leads to in `child`. */
  private eachStep(state: number, visit: (process: number, alternative: number, leaf: number) => void): void {
    const { system, vec } = this;
    this.unpack(state);
    for (let p = 0; p < system.processes.length; p++) {
      const local = vec[system.firstProcess + p]!;
      if (this.finished[p]![local]) continue;
      this.trees.leaves(this.rootOf(p, local), vec, (picks) => this.grow(p, local, picks));
      for (const [a, l] of this.trees.found.entries()) {
        if (l === BLOCKED) continue;
        this.applyLeaf(p, this.leaves[l]!);
        visit(p, a, l);
      }
    }
  }

  /** Every state expanded once more; unexpanded states of an incomplete search have no edges. */
  private graph(): ExploredGraph {
    const { child, vec, store } = this;
    const states = store.count;
    const firstEdge = new Uint32Array(states + 1);
    const target = new Uint32Array(this.transitions);
    const process = new Uint8Array(this.transitions);
    const alternative = new Uint16Array(this.transitions);
    const step = new Uint32Array(this.transitions);
    let edge = 0;
    for (let s = 0; s < states; s++) {
      firstEdge[s] = edge;
      if (s >= this.expanded) continue;
      this.eachStep(s, (p, a, l) => {
        this.pack(child);
        target[edge] = store.find(this.packed);
        process[edge] = p;
        alternative[edge] = a;
        step[edge] = l - 1;
        edge++;
      });
    }
    firstEdge[states] = edge;
    return {
      states,
      expanded: this.expanded,
      firstEdge,
      target,
      process,
      alternative,
      step,
      // The first leaf says that the process waits: no step.
      cases: this.leaves.slice(1).map((l) => l.origin!),
      parentOf: (s) => store.parentOf(s),
      local: (s, slot) => {
        this.unpack(s);
        return this.domains[slot]!.locals[vec[slot]!]!;
      },
      finished: (s) => {
        this.unpack(s);
        return this.allFinished(vec);
      },
      wrong: (property, s) => this.wrong(property, s, s < this.expanded && firstEdge[s] === firstEdge[s + 1]),
    };
  }

  /** @param still whether no process can step in the state */
  private wrong(property: number, s: number, still: boolean): Wrong | undefined {
    this.unpack(s);
    const { vec } = this;
    const ended = this.allFinished(vec);
    for (const j of this.judged) {
      if (j.property !== property || (j.onlyAtEnd && !ended)) continue;
      const code = this.trees.leaf(j.root, vec, () => this.runConjunct(j, vec));
      const judgement = this.judgements[code];
      if (typeof judgement === 'object') return { damage: judgement.violated, element: j.conjunct.name };
    }
    return this.system.properties[property]!.deadlock && still && !ended ? { damage: '' } : undefined;
  }

  /** The state that `leaf` of process `p` leads to from `vec`, in `child`. */
  private applyLeaf(p: number, leaf: Leaf): void {
    const { system, child, vec } = this;
    child.set(vec);
    child[system.firstProcess + p] = leaf.next;
    for (let e = 0; e < leaf.effects.length; e++) {
      const slot = leaf.slots[e]!;
      const t = leaf.effects[e]!;
      const from = vec[slot]!;
      const to = from < t.table.length ? t.table[from]! : -1;
      child[slot] = to >= 0 ? to : this.fill(t, from, p);
    }
  }

  private ends(): string[] {
    const out = new Set<string>();
    for (let s = 0; s < this.store.count; s++) {
      this.unpack(s);
      if (!this.allFinished(this.vec)) continue;
      const parts = this.system.names.flatMap((name, slot) => {
        const c = this.system.components[slot];
        return c && !c.monitor ? [[name, this.domains[slot]!.locals[this.vec[slot]!]!]] : [];
      });
      out.add(canonical(parts));
    }
    return [...out].sort();
  }
}

function changed(vec: Int32Array, parent: Int32Array, reads: Uint8Array): boolean {
  for (let i = 0; i < vec.length; i++) if (vec[i] !== parent[i] && reads[i]) return true;
  return false;
}

function outcomeText({ trail, result }: StepOutcome): string {
  const asks = trail.map((a) => (a.kind === 'read' ? [a.slot, a.part?.name] : [a.label, a.picked]));
  return canonical([asks, result && [result.next, result.sends, result.lines, result.marks, result.judgements]]);
}
