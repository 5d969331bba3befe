/** A table beside one that was recorded of the same kernel: which blocks were taken may differ, nothing else. */
import type { Table, TableOperation } from '../../conform/table.ts';

export function differingLines(recorded: Table, now: Table): string[] {
  const before = rowsOf(recorded);
  const after = rowsOf(now);
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .filter((n) => before.get(n) !== after.get(n))
    .map((n) => `${n}: ${before.get(n) ?? 'not recorded'} => ${after.get(n) ?? 'missing'}`);
}

function rowsOf({ scenarios }: Table): Map<string, string> {
  return new Map(
    scenarios.flatMap((s) => s.operations.map((o, n) => [`${s.name}, ${n + 1}: ${o.text}`, textOf(o)] as const)),
  );
}

/** Block numbers by their first use in the row. */
function textOf({ result, pages, events }: TableOperation): string {
  const frames = new Map<number, number>();
  const named = (frame: number | undefined): number | undefined => {
    if (frame === undefined) return undefined;
    if (!frames.has(frame)) frames.set(frame, frames.size);
    return frames.get(frame);
  };
  const shown = pages.map((p) => ({
    ...p,
    ...(p.pte && { pte: { ...p.pte, frame: named(p.pte.frame) } }),
    ...(p.entry && { entry: { ...p.entry, frame: named(p.entry.frame) } }),
  }));
  return JSON.stringify({ result, shown, events });
}
