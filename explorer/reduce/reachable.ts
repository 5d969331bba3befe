/**
 * Which values a slot can have while a process stands at a local, from above: for every process apart, the slots as
 * seen from its local, changed by its own actions and by those of the others that can be enabled at the same time. It
 * knows locks: while a process holds one, no other one steps where it would hold it too.
 *
 * Two locals of different processes *meet* if every slot has a value that both see; then an action from one of them is
 * enabled while the other process stands at the other one if the slots that its guard reads have such a value as well.
 *
 * All of it only grows, so the order does not matter: first what each process does by itself, then, while that has found
 * something, what it disturbs. Of each local it is noted of which slots it sees more than when it was looked at last.
 * Slots are bits of a number there; those from 32 on share one with others, so it is no more than a filter.
 */
import { type Action, type Known, STEP } from './actions.ts';
import { add, hasAll, lowest, meet, missing } from './rows.ts';

export interface Reachable {
  /** By local a row; all zeros: not reachable. Row `i` begins at word `i * width`. */
  readonly rows: Uint32Array;
  /** By action a row: the values with which it can be enabled. */
  readonly enabled: Uint32Array;
  /** By action: 1 if it can be enabled at all. */
  readonly possible: Uint8Array;
  /** Whether two locals of different processes meet. */
  readonly meets: (a: number, b: number) => boolean;
  /** Whether an action can be enabled while a process, which meets where it is from, stands at a local. */
  readonly enabledAt: (a: Action, local: number) => boolean;
}

export function reachable(known: Known, initial: Int32Array, firstProcess: number): Reachable {
  return new Reaching(known, initial, firstProcess).run();
}

const ALL = -1;
/** Of two locals that meet, in place of a slot in which they have no value in common. */
const MEET = 0xffff;

class Reaching {
  private readonly known: Known;
  private readonly width: number;
  private readonly locals: number;
  private readonly rows: Uint32Array;
  private readonly enabled: Uint32Array;
  private readonly possible: Uint8Array;
  /** By local: the slots of which it has got more since its own steps were looked at, or since others were. */
  private readonly forSteps: Int32Array;
  private readonly forOthers: Int32Array;
  private readonly seen: Uint8Array;
  private readonly todo: number[] = [];
  /** By two locals: MEET, or a slot that keeps them apart. */
  private readonly apart: Uint16Array;
  /** By local: what from there disturbs others. */
  private readonly disturbing: readonly (readonly Action[])[];
  /** By action, and by local for all that disturb: the slots that it reads or changes. */
  private readonly touched: Int32Array;
  private readonly touchedFrom: Int32Array;
  /** By action, by effect: what it makes of the values with which it can be enabled; words of the slot's set. */
  private readonly images: readonly (readonly Uint32Array[])[];
  private readonly processOf: Int32Array;

  constructor(known: Known, initial: Int32Array, firstProcess: number) {
    this.known = known;
    const { rows, sizes, firstLocal, actions, actionsFrom } = known;
    const { first } = rows;
    this.width = rows.width;
    this.locals = actionsFrom.length;
    this.rows = new Uint32Array(this.locals * rows.width);
    this.enabled = new Uint32Array(actions.length * rows.width);
    this.possible = new Uint8Array(actions.length);
    this.forSteps = new Int32Array(this.locals);
    this.forOthers = new Int32Array(this.locals);
    this.seen = new Uint8Array(this.locals);
    this.apart = new Uint16Array(this.locals * this.locals);
    this.disturbing = actionsFrom.map((list) => list.filter((a) => a.kind === STEP && a.effects.length > 0));
    this.touched = Int32Array.from(actions, (a) => bitsOf(a.reads) | bitsOf(a.effects.map((e) => e.slot)));
    this.touchedFrom = Int32Array.from(this.disturbing, (list) => list.reduce((t, a) => t | this.touched[a.id]!, 0));
    this.images = actions.map((a) => a.effects.map(({ slot }) => new Uint32Array(first[slot + 1]! - first[slot]!)));
    this.processOf = new Int32Array(this.locals);
    for (let p = 0; p + 1 < firstLocal.length; p++) {
      this.processOf.fill(p, firstLocal[p]!, firstLocal[p + 1]!);
      const local = firstLocal[p]! + initial[firstProcess + p]!;
      for (const [slot, size] of sizes.entries()) if (size > 0) this.put(local, slot, initial[slot]!);
      this.reach(local);
    }
  }

  run(): Reachable {
    const { rows, enabled, possible, apart, locals, seen, forOthers } = this;
    while (this.stepAll()) {
      for (let local = 0; local < locals; local++) {
        const slots = forOthers[local]!;
        forOthers[local] = 0;
        if (slots !== 0) this.meetAll(local, slots);
      }
    }
    const meets = (a: number, b: number) => seen[a] === 1 && seen[b] === 1 && apart[a * locals + b] === MEET;
    return { rows, enabled, possible, meets, enabledAt: (a, local) => this.enabledAt(a, local) };
  }

  /** What the processes do by themselves. @returns whether there was anything new to look at */
  private stepAll(): boolean {
    const { todo, forSteps, forOthers } = this;
    const any = todo.length > 0;
    for (let local = todo.pop(); local !== undefined; local = todo.pop()) {
      forOthers[local]! |= forSteps[local]!;
      forSteps[local] = 0;
      for (const a of this.known.actionsFrom[local]!) this.step(a);
    }
    return any;
  }

  private step(a: Action): void {
    const { width, rows, enabled } = this;
    const from = a.from * width;
    const at = a.id * width;
    for (let w = 0; w < width; w++) enabled[at + w] = rows[from + w]! & a.guard[w]!;
    if (this.possible[a.id] === 0) {
      if (!hasAll(this.known.rows, enabled, at)) return;
      this.possible[a.id] = 1;
    }
    if (a.kind !== STEP) return;
    this.reach(a.next);
    const { first } = this.known.rows;
    for (let slot = 0; slot + 1 < first.length; slot++) {
      const effect = effectOn(a, slot);
      if (effect < 0) this.join(a.next, slot, enabled, at + first[slot]!);
      else this.join(a.next, slot, this.imaged(a, effect), 0);
    }
  }

  /** What the effect makes of the values with which the action can be enabled. */
  private imaged(a: Action, effect: number): Uint32Array {
    const image = this.images[a.id]![effect]!;
    const { slot, to } = a.effects[effect]!;
    const from = a.id * this.width + this.known.rows.first[slot]!;
    for (let w = 0; w < image.length; w++) {
      for (let bits = this.enabled[from + w]!; bits !== 0; bits &= bits - 1) {
        const v = to[(w << 5) + lowest(bits)]!;
        image[v >>> 5]! |= 1 << (v & 31);
      }
    }
    return image;
  }

  /** Adds a set of values of the slot, whose words begin at `from`. */
  private join(local: number, slot: number, set: Uint32Array, from: number): void {
    const { first } = this.known.rows;
    const { rows } = this;
    const to = local * this.width;
    for (let w = first[slot]!, i = from; w < first[slot + 1]!; w++, i++) {
      if ((set[i]! & ~rows[to + w]!) === 0) continue;
      rows[to + w]! |= set[i]!;
      this.grew(local, 1 << slot);
    }
  }

  private meetAll(local: number, slots: number): void {
    for (let other = 0; other < this.locals; other++) {
      if (this.seen[other] === 0 || this.processOf[other] === this.processOf[local]) continue;
      const changed = this.met(local, other, slots);
      if ((changed & (this.touchedFrom[local]! | this.touchedFrom[other]!)) === 0) continue;
      this.disturbAll(other, this.disturbing[local]!, changed);
      this.disturbAll(local, this.disturbing[other]!, changed);
    }
  }

  private disturbAll(local: number, by: readonly Action[], changed: number): void {
    for (let i = 0; i < by.length; i++) if ((this.touched[by[i]!.id]! & changed) !== 0) this.disturb(local, by[i]!);
  }

  /** Of which slots two locals that meet have got more; 0: they do not meet. @param slots of which `local` has */
  private met(local: number, other: number, slots: number): number {
    const { apart, locals, width } = this;
    const why = apart[local * locals + other]!;
    if (why === MEET) return slots;
    if (((slots >>> why) & 1) === 0) return 0;
    const now = missing(this.known.rows, this.rows, local * width, this.rows, other * width);
    apart[local * locals + other] = now < 0 ? MEET : now;
    apart[other * locals + local] = now < 0 ? MEET : now;
    return now < 0 ? ALL : 0;
  }

  /** Another process steps while this one stands at `local`. */
  private disturb(local: number, a: Action): void {
    const { width, rows, enabled } = this;
    const { first } = this.known.rows;
    for (let e = 0; e < a.effects.length; e++) {
      const { slot, to } = a.effects[e]!;
      const image = this.images[a.id]![e]!;
      if (!this.lacks(local, slot, image)) continue;
      if (!this.enabledAt(a, local)) return;
      const seen = local * width + first[slot]!;
      const from = a.id * width + first[slot]!;
      for (let w = 0; w < image.length; w++) {
        for (let bits = rows[seen + w]! & enabled[from + w]!; bits !== 0; bits &= bits - 1) {
          this.put(local, slot, to[(w << 5) + lowest(bits)]!);
        }
      }
    }
  }

  private lacks(local: number, slot: number, set: Uint32Array): boolean {
    const from = local * this.width + this.known.rows.first[slot]!;
    for (let i = 0; i < set.length; i++) if ((set[i]! & ~this.rows[from + i]!) !== 0) return true;
    return false;
  }

  private enabledAt(a: Action, local: number): boolean {
    if (this.possible[a.id] === 0) return false;
    const { width, known } = this;
    for (let i = 0; i < a.reads.length; i++) {
      if (!meet(known.rows, a.reads[i]!, this.rows, local * width, this.enabled, a.id * width)) return false;
    }
    return true;
  }

  private put(local: number, slot: number, value: number): void {
    if (add(this.known.rows, this.rows, local * this.width, slot, value)) this.grew(local, 1 << slot);
  }

  /** Some process can stand there: also where there are no slots. */
  private reach(local: number): void {
    if (this.seen[local] === 1) return;
    this.seen[local] = 1;
    this.grew(local, ALL);
  }

  private grew(local: number, slots: number): void {
    if (this.forSteps[local] === 0) this.todo.push(local);
    this.forSteps[local]! |= slots;
  }
}

/** Which of the action's effects changes the slot; -1: none. */
function effectOn({ effects }: Action, slot: number): number {
  for (let e = 0; e < effects.length; e++) if (effects[e]!.slot === slot) return e;
  return -1;
}

/** Slots as bits of a number: those from 32 on share one with others. */
export const bitsOf = (slots: readonly number[]): number => slots.reduce((bits, s) => bits | (1 << s), 0);
