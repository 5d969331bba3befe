/** Whether two actions of different processes may be swapped wherever both can be enabled. */
import type { Action, Known } from './actions.ts';
import { bitsOf, type Reachable } from './reachable.ts';
import { each, has, meet } from './rows.ts';

export class Commute {
  private readonly known: Known;
  private readonly reach: Reachable;
  /** By action: conjuncts that its effects may change. */
  private readonly visibleTo: readonly (readonly number[])[];
  /** By action: its effects that change something, as slots. */
  private readonly writes: readonly (readonly number[])[];
  /** By action, as bits: what it changes, what it changes or reads, what may judge it; those from 32 on share one. */
  private readonly written: Int32Array;
  private readonly touched: Int32Array;
  private readonly judged: Int32Array;

  /** @param judgedSlots by conjunct: slots that it reads */
  constructor(known: Known, reach: Reachable, judgedSlots: readonly Uint8Array[]) {
    this.known = known;
    this.reach = reach;
    this.writes = known.actions.map((a) => a.effects.filter((e) => this.changes(a, e.slot, e.to)).map((e) => e.slot));
    this.visibleTo = this.writes.map((slots) =>
      slots.length === 0 ? slots : judgedSlots.flatMap((reads, c) => (slots.some((s) => reads[s]) ? [c] : [])),
    );
    this.written = Int32Array.from(this.writes, bitsOf);
    this.touched = Int32Array.from(known.actions, (a, i) => bitsOf(a.reads) | this.written[i]!);
    this.judged = Int32Array.from(this.visibleTo, bitsOf);
  }

  /**
   * Whether the order of the two can make a difference, to a process or to what is judged of the states between.
   * @param a,b of locals that meet
   */
  dependent(a: Action, b: Action): boolean {
    const { written, touched, judged } = this;
    // Only a filter, but one that most pairs do not pass.
    const near =
      (written[a.id]! & touched[b.id]!) | (touched[a.id]! & written[b.id]!) | (judged[a.id]! & judged[b.id]!);
    return near !== 0 && this.differ(a, b);
  }

  private differ(a: Action, b: Action): boolean {
    const [wa, wb] = [this.writes[a.id]!, this.writes[b.id]!];
    const seenByOne = haveCommon(this.visibleTo[a.id]!, this.visibleTo[b.id]!);
    if (!seenByOne && !haveCommon(wa, wb) && !haveCommon(wa, b.reads) && !haveCommon(wb, a.reads)) return false;
    if (!this.together(a, b)) return false;
    if (seenByOne) return true;
    for (const slot of wa) if ((wb.includes(slot) || b.reads.includes(slot)) && this.clash(a, b, slot)) return true;
    for (const slot of wb) if (!wa.includes(slot) && a.reads.includes(slot) && this.clash(a, b, slot)) return true;
    return false;
  }

  /** Whether both can be enabled in one state. */
  private together(a: Action, b: Action): boolean {
    const { possible } = this.reach;
    return possible[a.id] === 1 && possible[b.id] === 1 && this.common(a, b, a.reads) && this.common(a, b, b.reads);
  }

  private common(a: Action, b: Action, slots: readonly number[]): boolean {
    const { rows } = this.known;
    const { enabled } = this.reach;
    for (let i = 0; i < slots.length; i++) {
      if (!meet(rows, slots[i]!, enabled, a.id * rows.width, enabled, b.id * rows.width)) return false;
    }
    return true;
  }

  private clash(a: Action, b: Action, slot: number): boolean {
    const { rows } = this.known;
    const { enabled } = this.reach;
    const by = (x: Action) => x.effects.find((e) => e.slot === slot)?.to;
    const [ta, tb] = [by(a), by(b)];
    let found = false;
    each(rows, slot, enabled, a.id * rows.width, enabled, b.id * rows.width, (v) => {
      const afterA = ta ? ta[v]! : v;
      const afterB = tb ? tb[v]! : v;
      if (!has(rows, b.guard, 0, slot, afterA) || !has(rows, a.guard, 0, slot, afterB)) found = true;
      else if ((tb ? tb[afterA] : afterA) !== (ta ? ta[afterB] : afterB)) found = true;
    });
    return found;
  }

  private changes(a: Action, slot: number, to: Int32Array): boolean {
    const { rows } = this.known;
    const { enabled } = this.reach;
    const at = a.id * rows.width;
    let found = false;
    each(rows, slot, enabled, at, enabled, at, (v) => {
      if (to[v] !== v) found = true;
    });
    return found;
  }
}

function haveCommon(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < a.length; i++) if (b.includes(a[i]!)) return true;
  return false;
}
