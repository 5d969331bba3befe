/**
 * What a search looks up instead of calling XState: interned locals, the decision tree of each process's local state, what
 * a leaf does to the state vector, and the trees of the properties' conjuncts. All of it grows on demand.
 */
import type { AnyStateMachine } from 'xstate';
import type { Alternative } from './alternative.ts';
import { beginning } from './beginning.ts';
import type { Local } from './component.ts';
import { Domain, Transformer } from './domain.ts';
import { FaultlineError } from './errors.ts';
import type { Findings, Move } from './findings.ts';
import { canonical, sameJson } from './json.ts';
import { isFinal, resolve, type StateFacts, sharedStepper, stateFacts } from './machine.ts';
import { byXState, compiledStep, type TakeStep } from './macrostep.ts';
import type { Conjunct, Judgement } from './property.ts';
import { react } from './reaction.ts';
import { judging, located, runStep, type StepCase, type StepOutcome } from './step.ts';
import type { System } from './system.ts';
import { heap, type TableMemory } from './table-memory.ts';
import { impure, type Path, Trees } from './trees.ts';
import { type Answers, type Ask, View } from './view.ts';

/** The leaf that says that the process waits. */
export const BLOCKED = 0;

/** What a step does at a leaf of its tree. */
export interface Leaf {
  readonly next: number;
  readonly slots: Int32Array;
  readonly effects: readonly Transformer[];
  /** Slots that were read on the way to it. */
  readonly reads: readonly number[];
  /** Judgements that are not undefined, by property. */
  readonly judgements: readonly (readonly [number, Judgement])[];
  /** Undefined for the leaf that says that the process waits. */
  readonly origin?: StepCase;
}

export interface Judged {
  readonly property: number;
  readonly conjunct: Conjunct;
  readonly root: number;
  readonly onlyAtEnd: boolean;
  /** Slots that the conjunct's tree reads so far. */
  readonly reads: Uint8Array;
}

export class Tables {
  readonly system: System;
  readonly domains: readonly Domain[];
  readonly leaves: Leaf[] = [];
  readonly judgements: Judgement[] = [];
  readonly judged: Judged[] = [];
  /** The same, by the number of their property. */
  readonly judgedOf: readonly Judged[][];
  readonly taken = new Set<Alternative>();
  readonly trees: Trees;
  /** Tree root by process and local. */
  readonly roots: number[][];
  private readonly facts: StateFacts[][];
  private readonly done: boolean[][];
  /** How a process steps from a local. */
  private readonly takes: TakeStep[][];
  /** By the slot's domain, then by the events' text. */
  private readonly transformers = new Map<Domain, Map<string, { readonly id: number; readonly of: Transformer }>>();
  private transformerCount = 0;
  private first: Int32Array | undefined;
  /** How often a step's tree, a transformer or what a conjunct reads has grown. */
  growth = 0;
  private readonly memory: TableMemory;

  constructor(system: System, memory: TableMemory = heap) {
    this.system = system;
    this.memory = memory;
    // One for each slot: what a slot's field must hold is what that slot takes, not what others of its kind do.
    this.domains = system.names.map((name, slot) => new Domain(system.components[slot]?.kind.kind ?? name));
    this.trees = new Trees(
      (slot, local) => this.system.component(slot).kind.decode(this.domains[slot]!.locals[local]!),
      memory,
    );
    // Number 0 is nobody's: in the core's memory it says that a root is not known.
    this.trees.root();
    this.roots = system.processes.map(() => []);
    this.facts = system.processes.map(() => []);
    this.done = system.processes.map(() => []);
    this.takes = system.processes.map(() => []);
    this.leaves.push({ next: -1, slots: new Int32Array(0), effects: [], reads: [], judgements: [] });
    this.judgements.push(undefined, true);
    memory.code(1);
    this.judgedOf = system.properties.map(() => []);
    for (const [property, p] of system.properties.entries()) {
      for (const [list, onlyAtEnd] of [
        [p.states, false],
        [p.quiescence, true],
      ] as const) {
        for (const conjunct of list ?? []) {
          const reads = new Uint8Array(system.slotCount);
          const judged = { property, conjunct, root: this.trees.root(), onlyAtEnd, reads };
          this.judged.push(judged);
          this.judgedOf[property]!.push(judged);
        }
      }
    }
  }

  /** The initial state: a local by slot. */
  initial(): Int32Array {
    this.first ??= this.initialState();
    return this.first.slice();
  }

  private initialState(): Int32Array {
    const { system } = this;
    const vec = new Int32Array(system.slotCount);
    for (let slot = 0; slot < system.slotCount; slot++) {
      const c = system.components[slot];
      if (c) {
        const local = c.init.reduce((l, e) => react(c.kind, l, e, sharedStepper), beginning(c.kind.machine));
        vec[slot] = this.domains[slot]!.intern(local);
      } else {
        const p = slot - system.firstProcess;
        const { machine } = system.processes[p]!;
        const local = beginning(machine);
        vec[slot] = this.internProcess(p, local, isFinal(machine, local));
      }
    }
    return vec;
  }

  finished(p: number, local: number): boolean {
    return this.done[p]![local]!;
  }

  /** Where a process stands in a local. */
  factsOf(p: number, local: number): StateFacts {
    return this.facts[p]![local]!;
  }

  /** Whether the process, where it waits in this local, waits for the environment. */
  environment(p: number, local: number): boolean {
    return this.facts[p]![local]!.environment;
  }

  /** All ways that process `p` was found to step from a local; waiting is one of them. */
  stepPaths(p: number, local: number): Path[] {
    const root = this.roots[p]![local];
    return root === undefined ? [] : this.paths(root);
  }

  /** All ways through a conjunct's tree, or a step's: what was found of it so far. */
  paths(root: number): Path[] {
    return this.trees.paths(root);
  }

  allFinished(vec: Int32Array): boolean {
    return this.done.every((f, p) => f[vec[this.system.firstProcess + p]!]);
  }

  /** Whether it is no deadlock that nobody can step: all have finished, or one waits for the environment. */
  mayRest(vec: Int32Array): boolean {
    if (this.allFinished(vec)) return true;
    return this.system.processes.some((_, p) => {
      const local = vec[this.system.firstProcess + p]!;
      return !this.done[p]![local] && this.environment(p, local);
    });
  }

  /** Numbers of the leaves of process `p`'s step at `vec`, BLOCKED among them; valid until the next call. */
  steps(p: number, vec: Int32Array): readonly number[] {
    const local = vec[this.system.firstProcess + p]!;
    const root = this.rootOf(p, local);
    try {
      if (this.trees.knownLeaf(root, vec)) return this.trees.found;
      this.trees.leaves(root, vec, (picks) => this.grow(p, local, vec, picks));
    } catch (e) {
      throw this.at(e, p, local);
    }
    return this.trees.found;
  }

  /** The state that `leaf` of process `p` leads to from `vec`, into `child`. */
  apply(p: number, leaf: Leaf, vec: Int32Array, child: Int32Array): void {
    child.set(vec);
    child[this.system.firstProcess + p] = leaf.next;
    for (let e = 0; e < leaf.effects.length; e++) {
      const slot = leaf.slots[e]!;
      const t = leaf.effects[e]!;
      const from = vec[slot]!;
      const to = from < t.table.length ? t.table[from]! : -1;
      child[slot] = to >= 0 ? to : this.fill(t, from, p, vec);
    }
  }

  /**
   * Notes what the conjuncts say of a new state; one that reads nothing of what changed since the parent has the parent's
   * answer.
   * @param moves from `state` to the new one, if that is not stored itself
   */
  judge(findings: Findings, vec: Int32Array, state: number, parent?: Int32Array, moves?: readonly Move[]): void {
    if (this.judged.length === 0) return;
    let ended: boolean | undefined;
    for (const j of this.judged) {
      if (j.onlyAtEnd) {
        ended ??= this.allFinished(vec);
        if (!ended) continue;
      } else if (parent && !changed(vec, parent, j.reads)) continue;
      const code = this.codeOf(j, vec);
      if (code !== 0) this.note(findings, j, code, state, moves);
    }
  }

  /** Notes a conjunct's judgement, by its code. */
  note(findings: Findings, j: Judged, code: number, state: number, moves?: readonly Move[]): void {
    findings.note(j.property, this.judgements[code]!, state, moves, j.conjunct.name);
  }

  /** What a transformer makes of a local. */
  transformed(t: Transformer, from: number): number {
    const known = t.table[from] ?? -1;
    if (known >= 0) return known;
    this.growth++;
    return t.fill(from);
  }

  /** Field widths that hold what the domains have, with room for as many again where one was too narrow. */
  widened(widths: readonly number[]): number[] {
    return widths.map((w, slot) => {
      const { size } = this.domains[slot]!;
      return size > 2 ** w ? Math.ceil(Math.log2(size)) + 1 : w;
    });
  }

  /** A conjunct's judgement of a state, as an index into `judgements`. */
  codeOf(j: Judged, vec: Int32Array): number {
    return this.trees.leaf(j.root, vec, () => this.runConjunct(j, vec));
  }

  private internProcess(p: number, local: Parameters<Domain['intern']>[0], finished: boolean): number {
    const id = this.domains[this.system.firstProcess + p]!.intern(local);
    if (this.done[p]![id] === undefined) {
      this.done[p]![id] = finished;
      const facts = stateFacts(this.system.processes[p]!.machine, local);
      this.facts[p]![id] = facts;
      this.memory.local(p, id, finished, facts.environment);
    }
    return id;
  }

  /** Root of the tree of process `p`'s step from a local. */
  rootOf(p: number, local: number): number {
    const known = this.roots[p]![local];
    if (known !== undefined) return known;
    const root = this.trees.root();
    this.roots[p]![local] = root;
    this.memory.root(p, local, root);
    return root;
  }

  private fill(t: Transformer, from: number, p: number, vec: Int32Array): number {
    this.growth++;
    try {
      return t.fill(from);
    } catch (e) {
      throw this.at(e, p, vec[this.system.firstProcess + p]!);
    }
  }

  /** An error of the process's step, with its place unless it has one. */
  private at(e: unknown, p: number, local: number) {
    const place = { machine: this.system.processes[p]!.id, state: this.facts[p]![local]!.id };
    return e instanceof FaultlineError && e.place.machine === place.machine ? e : located(e, place);
  }

  private answers(vec: Int32Array, picks: readonly number[]): Answers {
    return {
      local: (slot) => this.domains[slot]!.locals[vec[slot]!]!,
      pick: (n) => picks[n] ?? 0,
    };
  }

  /** One run of the step at the state, done twice: a pure step gives the same answer. */
  private grow(p: number, local: number, vec: Int32Array, picks: readonly number[]) {
    this.growth++;
    const { system } = this;
    const at = this.domains[system.firstProcess + p]!.locals[local]!;
    const facts = this.facts[p]![local]!;
    this.takes[p]![local] ??= takeFrom(system.processes[p]!.machine, at);
    const take = this.takes[p]![local]!;
    const once = (): StepOutcome => runStep(system, p, at, facts, this.answers(vec, picks), sharedStepper, take);
    const outcome = once();
    if (!sameOutcome(once(), outcome)) throw impure();
    return { trail: outcome.trail, leaf: () => this.leafOf(p, facts, outcome, vec) };
  }

  private leafOf(p: number, facts: StateFacts, { result, trail }: StepOutcome, vec: Int32Array): number {
    if (!result) return BLOCKED;
    for (const a of result.taken) this.taken.add(a);
    const bySlot = new Map<number, { type: string }[]>();
    for (const { slot, event } of result.sends) bySlot.set(slot, [...(bySlot.get(slot) ?? []), event]);
    const slots = [...bySlot.keys()];
    const effects = slots.map((slot) => this.transformer(slot, bySlot.get(slot)!));
    const leaf: Leaf = {
      next: this.internProcess(p, result.next, result.finished),
      slots: Int32Array.from(slots),
      effects: effects.map((e) => e.of),
      reads: trail.flatMap((a) => (a.kind === 'read' ? [a.slot] : [])),
      judgements: [...result.judgements.entries()].filter(([, j]) => j !== undefined),
      origin: { process: p, facts, result },
    };
    const id = this.leaves.push(leaf) - 1;
    // What was read whole has one local at this leaf; of what was read in part there may be others that answer alike.
    const whole = new Set(trail.flatMap((a) => (a.kind === 'read' && !a.part ? [a.slot] : [])));
    this.memory.leaf(id, {
      process: p,
      next: leaf.next,
      slots,
      reads: leaf.reads,
      transformers: effects.map((e) => e.id),
      locals: slots.map((slot) => (whole.has(slot) ? vec[slot]! : -1)),
      judges: leaf.judgements.length > 0,
    });
    return id;
  }

  private transformer(slot: number, events: readonly { type: string }[]) {
    const { kind } = this.system.component(slot);
    const domain = this.domains[slot]!;
    const ofKind = this.transformers.get(domain) ?? new Map<string, { id: number; of: Transformer }>();
    this.transformers.set(domain, ofKind);
    const key = canonical(events);
    const known = ofKind.get(key);
    if (known) return known;
    const id = this.transformerCount++;
    const of = new Transformer(domain, kind, events, sharedStepper, this.memory, id);
    const made = { id, of };
    ofKind.set(key, made);
    return made;
  }

  private runConjunct(j: Judged, vec: Int32Array) {
    const view = new View(this.system, this.answers(vec, []), sharedStepper);
    const judgement = judging(this.system.properties[j.property]!.id, () => j.conjunct.judge(view as never));
    for (const ask of view.trail) {
      if (ask.kind !== 'read' || j.reads[ask.slot] === 1) continue;
      j.reads[ask.slot] = 1;
      this.growth++;
      this.memory.reads(this.judged.indexOf(j), ask.slot);
    }
    return { trail: view.trail, leaf: () => this.judgementCode(judgement) };
  }

  private judgementCode(j: Judgement): number {
    if (j === undefined) return 0;
    if (j === true) return 1;
    const code = this.judgements.push(j) - 1;
    this.memory.code(code);
    return code;
  }
}

const takeFrom = (machine: AnyStateMachine, local: Local): TakeStep =>
  compiledStep(machine, local) ?? byXState(machine, resolve(machine, local), sharedStepper);

function changed(vec: Int32Array, parent: Int32Array, reads: Uint8Array): boolean {
  for (let i = 0; i < vec.length; i++) if (vec[i] !== parent[i] && reads[i]) return true;
  return false;
}

/** What the same code has made is compared; a mark, a line or a judgement that both have is not looked into. */
function sameOutcome(a: StepOutcome, b: StepOutcome): boolean {
  if (a.trail.length !== b.trail.length || !a.trail.every((ask, i) => sameAsk(ask, b.trail[i]))) return false;
  return sameJson(resultOf(a), resultOf(b));
}

function sameAsk(a: Ask, b: Ask | undefined): boolean {
  if (a.kind === 'read') return b?.kind === 'read' && a.slot === b.slot && a.part?.name === b.part?.name;
  return b?.kind === 'choice' && a.label === b.label && a.picked === b.picked;
}

const resultOf = ({ result }: StepOutcome): unknown =>
  result && [result.next, result.sends, result.lines, result.marks, result.judgements];
