/**
 * Which values a slot can have while a process stands at a local, from above: for every process apart, the slots as
 * seen from its local, changed by its own actions and by those of the others that can be enabled at the same time. It
 * knows locks: while a process holds one, no other one steps where it would hold it too.
 */
import { type Action, type Known, STEP } from './actions.ts';
import { add, each, meet } from './rows.ts';

export interface Reachable {
  /** By local a row; all zeros: not reachable. Row `i` begins at word `i * width`. */
  readonly rows: Uint32Array;
  /** By action a row: the values with which it can be enabled. */
  readonly enabled: readonly Uint32Array[];
}

export function reachable(known: Known, initial: Int32Array, firstProcess: number): Reachable {
  return new Reaching(known, initial, firstProcess).run();
}

class Reaching {
  private readonly known: Known;
  private readonly rows: Uint32Array;
  private readonly enabled: Uint32Array[];
  /** By local: the round in which its row grew last. */
  private readonly grown: Int32Array;
  private round = 1;

  constructor(known: Known, initial: Int32Array, firstProcess: number) {
    this.known = known;
    const { rows, sizes, firstLocal } = known;
    const locals = known.actionsFrom.length;
    this.rows = new Uint32Array(locals * rows.width);
    this.grown = new Int32Array(locals);
    this.enabled = known.actions.map(() => new Uint32Array(rows.width));
    for (let p = 0; p + 1 < firstLocal.length; p++) {
      const local = firstLocal[p]! + initial[firstProcess + p]!;
      for (const [slot, size] of sizes.entries()) if (size > 0) this.put(local, slot, initial[slot]!);
    }
  }

  run(): Reachable {
    const { known } = this;
    const disturbing = known.actions.filter((a) => a.kind === STEP && a.effects.length > 0);
    for (let before = 0; before !== this.round; ) {
      before = this.round;
      const since = this.round - 1;
      for (const a of known.actions) if (this.grown[a.from]! >= since) this.step(a);
      for (let local = 0; local < known.actionsFrom.length; local++) {
        if (this.grown[local] === 0) continue;
        for (const a of disturbing) {
          if (this.grown[local]! < since && this.grown[a.from]! < since) continue;
          if (!this.ownedBy(local, a.process)) this.disturb(local, a);
        }
      }
      if (this.grown.some((g) => g === this.round)) this.round++;
    }
    return { rows: this.rows, enabled: this.enabled };
  }

  private ownedBy(local: number, process: number): boolean {
    const { firstLocal } = this.known;
    return local >= firstLocal[process]! && local < firstLocal[process + 1]!;
  }

  /** The process itself steps. */
  private step(a: Action): void {
    const { rows } = this.known;
    const at = a.from * rows.width;
    const row = this.enabled[a.id]!;
    for (let w = 0; w < rows.width; w++) row[w] = this.rows[at + w]! & a.guard[w]!;
    if (a.kind !== STEP || !meet(rows, row, 0, row, 0)) return;
    const to = a.next * rows.width;
    for (let slot = 0; slot + 1 < rows.first.length; slot++) {
      const effect = a.effects.find((e) => e.slot === slot);
      if (effect) {
        each(rows, slot, row, 0, row, 0, (v) => this.put(a.next, slot, effect.to[v]!));
        continue;
      }
      for (let w = rows.first[slot]!; w < rows.first[slot + 1]!; w++) {
        if ((row[w]! & ~this.rows[to + w]!) === 0) continue;
        this.rows[to + w]! |= row[w]!;
        this.grown[a.next] = this.round;
      }
    }
  }

  /** Another process steps while this one stands at `local`. */
  private disturb(local: number, a: Action): void {
    const { rows } = this.known;
    const row = this.enabled[a.id]!;
    const at = local * rows.width;
    if (!meet(rows, this.rows, at, row, 0)) return;
    for (const { slot, to } of a.effects) {
      each(rows, slot, this.rows, at, row, 0, (v) => this.put(local, slot, to[v]!));
    }
  }

  private put(local: number, slot: number, value: number): void {
    if (add(this.known.rows, this.rows, local * this.known.rows.width, slot, value)) this.grown[local] = this.round;
  }
}
