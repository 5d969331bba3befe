/**
 * Fewer rows that do the same. Rows are told apart by all that a step reads, were it only for what the trace says of it
 * (what a load returns); where only the step counts, those that go to the same place can be one.
 */
import type { Row, SlotEffect } from '../../explorer/behaviour.ts';
import type { Condition } from '../../explorer/trees.ts';

export interface MergedRow extends Omit<Row, 'step'> {
  readonly steps: readonly Row['step'][];
}

/** Every row by itself. */
export const asTheyAre = (rows: readonly Row[]): MergedRow[] =>
  rows.map(({ step, ...row }) => ({ ...row, steps: [step] }));

/** @param rows of one local of one process */
export function mergedRows(rows: readonly Row[]): MergedRow[] {
  // What was read last first: often it makes no difference at all, and then the rows are alike in the rest.
  const slots = [...new Set(rows.flatMap((r) => r.when.map((c) => c.slot)))].reverse();
  let merged = asTheyAre(rows);
  for (let before = Number.POSITIVE_INFINITY; merged.length < before; ) {
    before = merged.length;
    for (const slot of slots) merged = mergedBy(slot, merged);
  }
  return merged;
}

/** Makes one row of those that differ in what they want and make of `slot` alone. */
function mergedBy(slot: number, rows: readonly MergedRow[]): MergedRow[] {
  const groups = new Map<string, MergedRow[]>();
  for (const [i, row] of rows.entries()) {
    const key = row.when.some((c) => c.slot === slot) ? apartFrom(slot, row) : String(i);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((group) => group.reduce((a, b) => joined(slot, a, b)));
}

/** All of a row but what it says of `slot`. */
function apartFrom(slot: number, { next, picks, when, effects, steps }: MergedRow): string {
  const wanted = when.filter((c) => c.slot !== slot).map((c) => [c.slot, c.values]);
  const made = effects.filter((e) => e.slot !== slot).map((e) => [e.slot, [...e.to]]);
  const wrong = steps[0]!.result.judgements.map((j) => typeof j === 'object');
  return JSON.stringify([next, picks, wanted.sort(bySlot), made.sort(bySlot), wrong]);
}

const bySlot = (a: readonly unknown[], b: readonly unknown[]): number => Number(a[0]) - Number(b[0]);

function joined(slot: number, a: MergedRow, b: MergedRow): MergedRow {
  const when = a.when.map((c) => joinedCondition(c, b.when.find((d) => d.slot === c.slot)!));
  const effect = joinedEffect(slot, a, b);
  return {
    ...a,
    when: when.filter((c) => c.others.length > 0),
    effects: [...a.effects.filter((e) => e.slot !== slot), ...(effect ? [effect] : [])],
    steps: [...a.steps, ...b.steps],
  };
}

function joinedCondition(a: Condition, b: Condition): Condition {
  const values = [...new Set([...a.values, ...b.values])].sort((x, y) => x - y);
  const others = [...new Set([...a.others, ...b.others])].filter((o) => !values.includes(o)).sort((x, y) => x - y);
  return { slot: a.slot, values, others };
}

/** Of rows that both ask for the slot's values: each says what becomes of its own. */
function joinedEffect(slot: number, a: MergedRow, b: MergedRow): SlotEffect | undefined {
  const of = ({ when, effects }: MergedRow): (readonly [number, number])[] => {
    const effect = effects.find((e) => e.slot === slot);
    return (when.find((c) => c.slot === slot)?.values ?? []).map((v) => [v, effect?.to.get(v) ?? v]);
  };
  if (![...a.effects, ...b.effects].some((e) => e.slot === slot)) return undefined;
  return { slot, to: new Map([...of(a), ...of(b)]) };
}
