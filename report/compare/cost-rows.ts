/** Costs as rows: for each operation of a scenario and each cost a cell per variant. */
import { HW, PMDL, PTL } from '../../model/sections.ts';
import type { LoopStep, OperationCosts } from '../../verify/costs.ts';
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
      return cells.every((cell) => cell === '0') ? [] : [{ label: `  ${title}`, cells }];
    });
    const name = alone ? operation.text : `${operation.process}: ${operation.text}`;
    return rows.length === 0 ? [{ label: `${name}: nothing`, cells: [] }] : [{ label: name, cells: [] }, ...rows];
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

/** Sections in which a translation is looked at or changed: what a fault that is retried for ever fails at. */
const TELLING = new Set<string>([HW, PTL, PMDL]);

/** Why costs are unbounded: a sentence for each variant and loop. */
export function endless({ variants, costs }: Pick<Comparison, 'variants' | 'costs'>): string[] {
  const told = variants.flatMap(({ label }, i) =>
    costs.flatMap(({ scenario, costs: own }) => {
      const operations = own[i]?.operations ?? [];
      const processes = [...new Set(operations.map((o) => o.process))];
      return operations.flatMap((o) => {
        const round = o.costs.find((c) => c.loop)?.loop;
        return round ? [loopText(label, scenario, o, round, processes)] : [];
      });
    }),
  );
  return [...new Set(told)];
}

function loopText(
  label: string,
  scenario: string,
  o: OperationCosts,
  round: readonly LoopStep[],
  processes: readonly string[],
): string {
  const still = processes.filter((p) => !round.some((s) => s.process === p));
  const never = o.costs.every((c) => c.best === undefined);
  const until = never ? ' for ever' : still.length > 0 ? ` as long as ${still.join(' and ')} stands still` : '';
  const steps = round.filter((s) => TELLING.has(s.section)).map((s) => `${s.function}(): ${s.step}`);
  return (
    `∞: in ${label}, "${scenario}": ${o.process}'s ${o.operation} can go round${until}, ${round.length} steps each ` +
    `time: ${steps.join('; ')}`
  );
}

/** What each cost counts and does not count. */
export const costTexts = ({ meters }: Pick<Comparison, 'meters'>): string[] =>
  meters.map(
    ({ title, what, leftOut }) => `${title}: ${what}.${leftOut === undefined ? '' : ` Not modelled: ${leftOut}.`}`,
  );
