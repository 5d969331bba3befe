/** A hand-made comparison of two designs, for the tests of its reports. */
import { DEFAULT_CONFIG } from '../model/config.ts';
import { type Comparison, variantsOf } from '../report/compare/comparison.ts';
import type { Run } from '../report/verdicts.ts';
import type { OperationCost, OperationCosts } from '../verify/costs.ts';
import { FAULT_AND_TRUNCATE, madeRun, TRUNCATE_SCENARIO, traceStep, violated } from './report-fixtures.ts';

const METERS = [
  { id: 'traps', title: 'traps', what: 'accesses that trapped' },
  { id: 'pages-allocated', title: 'pages allocated', what: 'pages', leftOut: 'page tables' },
  { id: 'blocks-allocated', title: 'blocks allocated', what: 'blocks' },
];

type Numbers = readonly [best: number, worst: number];
export const cost = (id: string, [best, worst]: Numbers, more: Partial<OperationCost> = {}): OperationCost => ({
  id,
  best,
  worst,
  ...more,
});

/** An operation of T0 with its traps and pages; no blocks. */
export const operation = (position: number, text: string, traps: Numbers, pages: Numbers = [0, 0]): OperationCosts => ({
  process: 'T0',
  position,
  operation: text,
  costs: [cost('traps', traps), cost('pages-allocated', pages), cost('blocks-allocated', [0, 0])],
});

const run = (design: string, made: ReturnType<typeof madeRun>): Run => {
  const { ends, ...rest } = made;
  return { ...rest, design, name: 'store-truncate', scenario: TRUNCATE_SCENARIO };
};
const trace = FAULT_AND_TRUNCATE;
const bad = { ...madeRun({ q: 'holds' }), properties: [violated('p', trace), { id: 'q', verdict: 'holds' as const }] };

/** `old` violates p and traps twice; `zero-page-new` holds it, refuses the last step of the run, and traps once. */
export function comparison(more: Partial<Comparison> = {}): Comparison {
  const variants = variantsOf(['old', 'zero-page-new'], [DEFAULT_CONFIG]);
  const [of, other] = variants;
  const runs = [[run('old', bad)], [run('zero-page-new', madeRun({ p: 'holds', q: 'vacuous' }))]];
  return {
    variants,
    runs,
    known: ['p', 'q'],
    meters: METERS,
    costs: [
      {
        scenario: 'a=hole: store a',
        costs: [
          { states: 9, operations: [operation(0, 'store a', [2, 2])] },
          { states: 7, operations: [operation(0, 'store a', [0, 1])] },
        ],
      },
      {
        scenario: 'a=hole: load a',
        costs: [
          { states: 9, operations: [operation(0, 'load a', [1, 1], [1, 1])] },
          { states: 7, operations: [operation(0, 'load a', [1, 1])] },
        ],
      },
    ],
    followed: [
      {
        of: of!,
        run: runs[0]![0]!,
        result: bad.properties[0]!,
        under: [
          {
            variant: other!,
            replayed: {
              followed: trace.length - 1,
              instead: [traceStep('T0', 'store', 'op1_store', 'waits', {}, 'lock')],
              ends: 'waits',
              waits: { process: 'T0', function: 'store', what: 'i_mmap_sem', owners: ['T1'] },
              violates: false,
              verdict: 'holds',
            },
          },
        ],
      },
    ],
    vacuous: [],
    failed: [],
    notRun: [],
    seconds: 1.5,
    ...more,
  };
}
