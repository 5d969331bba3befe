/** Whether two actions of different processes may be swapped wherever both can be enabled. */
import type { Action, Known } from './actions.ts';
import { each, has, meet } from './rows.ts';

export class Commute {
  private readonly known: Known;
  private readonly enabled: readonly Uint32Array[];
  /** By conjunct: slots that it reads. */
  private readonly judgedSlots: readonly Uint8Array[];
  /** By action: conjuncts that its effects may change. */
  private readonly visibleTo: readonly (readonly number[])[];
  /** By action: its effects that change something, as slots. */
  private readonly writes: readonly (readonly number[])[];

  constructor(known: Known, enabled: readonly Uint32Array[], judgedSlots: readonly Uint8Array[]) {
    this.known = known;
    this.enabled = enabled;
    this.judgedSlots = judgedSlots;
    this.writes = known.actions.map((a) => a.effects.filter((e) => this.changes(a, e.slot)).map((e) => e.slot));
    this.visibleTo = this.writes.map((slots) =>
      this.judgedSlots.flatMap((reads, conjunct) => (slots.some((s) => reads[s]) ? [conjunct] : [])),
    );
  }

  /** Whether the order of the two can make a difference, to a process or to what is judged of the states between. */
  dependent(a: Action, b: Action): boolean {
    const seenByOne = this.visibleTo[a.id]!.some((conjunct) => this.visibleTo[b.id]!.includes(conjunct));
    const slots = this.meetingSlots(a, b);
    if (!seenByOne && slots.length === 0) return false;
    if (!meet(this.known.rows, this.enabled[a.id]!, 0, this.enabled[b.id]!, 0)) return false;
    return seenByOne || slots.some((slot) => this.clash(a, b, slot));
  }

  /** Slots that one of them changes and the other looks at or changes. */
  private meetingSlots(a: Action, b: Action): number[] {
    const [wa, wb] = [this.writes[a.id]!, this.writes[b.id]!];
    return [
      ...wa.filter((s) => wb.includes(s) || b.reads.includes(s)),
      ...wb.filter((s) => !wa.includes(s) && a.reads.includes(s)),
    ];
  }

  private clash(a: Action, b: Action, slot: number): boolean {
    const { rows } = this.known;
    const by = (x: Action) => x.effects.find((e) => e.slot === slot)?.to;
    const [ta, tb] = [by(a), by(b)];
    let found = false;
    each(rows, slot, this.enabled[a.id]!, 0, this.enabled[b.id]!, 0, (v) => {
      const afterA = ta ? ta[v]! : v;
      const afterB = tb ? tb[v]! : v;
      if (!has(rows, b.guard, 0, slot, afterA) || !has(rows, a.guard, 0, slot, afterB)) found = true;
      else if ((tb ? tb[afterA] : afterA) !== (ta ? ta[afterB] : afterB)) found = true;
    });
    return found;
  }

  private changes(a: Action, slot: number): boolean {
    const { to } = a.effects.find((e) => e.slot === slot)!;
    let found = false;
    each(this.known.rows, slot, this.enabled[a.id]!, 0, this.enabled[a.id]!, 0, (v) => {
      if (to[v] !== v) found = true;
    });
    return found;
  }
}
