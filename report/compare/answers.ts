/** The questions that a comparison of fault designs is asked first, answered from the costs. */
import type { OperationCost } from '../../verify/costs.ts';
import type { Comparison, ScenarioCosts } from './comparison.ts';

/** Scenarios whose costs are always computed: one thread alone, so that nothing but the design decides. */
export const COST_SCENARIOS: readonly string[] = [
  'a=hole: store a',
  'a=block: store a',
  'a=hole: load a; store a',
  'a=block: load a; store a',
  'a=hole: load a',
  'a=block: store a; fsync; store a',
];

interface Question {
  readonly id: string;
  readonly text: string;
  readonly scenario: string;
  /** Position of the operation. */
  readonly position: number;
  /** Ids of the costs that answer it. */
  readonly costs: readonly string[];
}

const traps = (id: string, text: string, scenario: string, position: number): Question => ({
  id,
  text,
  scenario,
  position,
  costs: ['traps'],
});

const QUESTIONS: readonly Question[] = [
  traps('first-store-hole', 'traps: first store to a hole', 'a=hole: store a', 0),
  traps('first-store-block', 'traps: first store to a block', 'a=block: store a', 0),
  traps('store-after-load-hole', 'traps: store after a load, hole', 'a=hole: load a; store a', 1),
  traps('store-after-load-block', 'traps: store after a load, block', 'a=block: load a; store a', 1),
  traps('store-after-fsync', 'traps: store after fsync', 'a=block: store a; fsync; store a', 2),
  {
    id: 'hole-read-allocates',
    text: 'a load of a hole allocates',
    scenario: 'a=hole: load a',
    position: 0,
    costs: ['pages-allocated', 'blocks-allocated'],
  },
];

export interface Answer {
  readonly id: string;
  readonly text: string;
  /** By variant. */
  readonly answers: readonly string[];
}

export function answersOf({ variants, costs }: Pick<Comparison, 'variants' | 'costs'>): Answer[] {
  return QUESTIONS.map(({ id, text, scenario, position, costs: ids }) => {
    const row = costs.find((c) => c.scenario === scenario);
    return { id, text, answers: variants.map((_, i) => answerText(row, i, position, ids)) };
  });
}

function answerText(row: ScenarioCosts | undefined, variant: number, position: number, ids: readonly string[]): string {
  const operations = row?.costs[variant]?.operations;
  const costs = operations?.find((o) => o.position === position)?.costs;
  if (!costs) return UNKNOWN;
  const found = ids.map((id) => costs.find((c) => c.id === id));
  if (ids.length === 1) return rangeText(found[0]);
  const parts = found.flatMap((c, i) => {
    const range = rangeText(c);
    const [what] = ids[i]!.split('-');
    return range === '0' ? [] : [`${range} ${range === '1' ? what!.slice(0, -1) : what}`];
  });
  return parts.join(', ') || 'nothing';
}

/** Where a limit was hit, or the design cannot run the scenario. */
export const UNKNOWN = '?';

/** `1`, `0..2`, `1..∞`; only the worst where the operation is never over. */
export function rangeText(cost: Pick<OperationCost, 'best' | 'worst'> | undefined): string {
  if (!cost) return UNKNOWN;
  const { best = cost.worst, worst } = cost;
  const shown = (n: number): string => (Number.isFinite(n) ? String(n) : '∞');
  return best === worst ? shown(worst) : `${shown(best)}..${shown(worst)}`;
}
