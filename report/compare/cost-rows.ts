/** Costs as rows: for each operation of a scenario and each cost a cell per variant. */
import type { OperationCosts } from '../../verify/costs.ts';
import { rangeText, UNKNOWN } from './answers.ts';
import type { Comparison, ScenarioCosts } from './comparison.ts';

export interface CostRow {
  /** Indented below its operation. */
  readonly label: string;
  /** By variant; empty in the row that names an operation. */
  readonly cells: readonly string[];
}

interface Operation {
  readonly process: string;
  readonly position: number;
  readonly text: string;
}

/** Rows whose cells are all 0 are left out, and so are operations without rows. */
export function costRows({ variants, meters }: Comparison, { costs }: ScenarioCosts): CostRow[] {
  const alone = new Set(costs.flatMap((d) => d?.operations ?? []).map((o) => o.process)).size <= 1;
  return operationsOf(costs).flatMap((operation): CostRow[] => {
    const rows = meters.flatMap(({ id, title }): CostRow[] => {
      const cells = variants.map((_, i) => {
        const found = costs[i]?.operations;
        if (!found) return UNKNOWN;
        return rangeText(find(found, operation)?.costs.find((c) => c.id === id));
      });
      return cells.every((cell) => cell === '0') ? [] : [{ label: `    ${title}`, cells }];
    });
    const name = alone ? operation.text : `${operation.process}: ${operation.text}`;
    return rows.length === 0
      ? [{ label: `  ${name}: nothing`, cells: [] }]
      : [{ label: `  ${name}`, cells: [] }, ...rows];
  });
}

const find = (operations: readonly OperationCosts[], { process, position }: Operation): OperationCosts | undefined =>
  operations.find((o) => o.process === process && o.position === position);

/** The operations that some variant reaches, in the order of the scenario. */
function operationsOf(costs: ScenarioCosts['costs']): Operation[] {
  const all = new Map<string, Operation>();
  for (const { process, position, operation } of costs.flatMap((d) => d?.operations ?? [])) {
    all.set(`${process} ${String(position).padStart(4)}`, { process, position, text: operation });
  }
  return [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, o]) => o);
}

/** Why a cost is unbounded, or a best one missing: a sentence for each variant and operation. */
export function endless({ variants }: Comparison, { costs }: ScenarioCosts): string[] {
  return variants.flatMap((v, i) =>
    (costs[i]?.operations ?? []).flatMap((o) => {
      const looped = o.costs.find((c) => c.loop);
      if (!looped) return [];
      const round = looped.loop!;
      const told = round.filter((s) => s.step !== '').map((s) => `${s.function}(): ${s.step}`);
      const never = o.costs.every((c) => c.best === undefined) ? ', and is never over' : '';
      return [
        `  ∞: in ${v.label}, ${o.process}'s ${o.operation} can go round for ever${never}; one round is ` +
          `${round.length} steps: ${told.join('; ')}`,
      ];
    }),
  );
}

/** What the costs do not say, as sentences. */
export function costsLeftOut({ meters, costs }: Comparison): string[] {
  if (costs.length === 0) return [];
  const counted = meters.map(({ title, what }) => `${title}: ${what}`);
  const leftOut = meters.flatMap(({ title, leftOut: text }) => (text === undefined ? [] : [`${title}: ${text}`]));
  return [`Counted are ${counted.join('; ')}.`, `Not modelled: ${leftOut.join('; ')}.`];
}
