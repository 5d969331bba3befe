/** Hand-made trace steps and runs for the tests of reports and command line. */
import { type Alternative, otherwise } from '../explorer/chart.ts';
import type { TraceStep } from '../explorer/trace.ts';
import { DEFAULT_CONFIG } from '../model/config.ts';
import type { Run } from '../report/verdicts.ts';
import type { PropertyResult, RunResult } from '../verify/result.ts';

/** @param stack names separated by blanks, the step's state last @param text the step's lines, separated by `|` */
export function traceStep(
  process: string,
  fn: string,
  stack: string,
  text: string,
  changes: TraceStep['changes'] = {},
  section = 'PTL',
): TraceStep {
  const said = text.split('|').filter((l) => l !== '');
  const lines = said.map((l) => ({ text: l, function: fn }));
  return { process, function: fn, step: said.join('; '), changes, section, stack: stack.split(' '), lines };
}

/** A load fault, a truncation that comes between, and the store that does the damage. */
export const FAULT_AND_TRUNCATE: readonly TraceStep[] = [
  traceStep('T0', 'load', 'op0_load access', '#PF load a', {}, 'hw'),
  traceStep(
    'T0',
    '__do_page_fault',
    'op0_load do_page_fault mmap_sem',
    'down_read(mmap_sem[mm1])',
    { 'mmap_sem[mm1]': ['free', 'R T0'] },
    'lock',
  ),
  traceStep('T0', 'handle_pte_fault', 'op0_load do_page_fault find_vma', 'orig_pte = *pte'),
  traceStep('T1', 'do_truncate', 'op0_truncate i_rwsem', 'down_write(i_rwsem)', { i_rwsem: ['free', 'W T1'] }, 'lock'),
  traceStep('T1', 'zap_pte_range', 'op0_truncate unmap_mapping_range zap_pte_range', 'pte[mm1].a is none'),
  traceStep(
    'T0',
    'insert_pfn',
    'op0_load do_page_fault handle_pte_fault do_read_fault fault dax_iomap_pte_fault insert_pfn insert_pfn',
    'pte_none()|set_pte_at(ro)',
    { 'pte[mm1].a': ['none', 'ro blk.a'] },
  ),
  traceStep('T0', '__do_page_fault', 'op0_load do_page_fault up_read', 'up(mmap_sem[mm1])', {
    'mmap_sem[mm1]': ['R T0', 'free'],
  }),
  traceStep('T1', 'do_truncate', 'op0_truncate up', 'up(i_rwsem)'),
  traceStep('T0', 'store', 'op1_store access', 'store a', { 'blk.a': ['free', 'free, written by T0.store0'] }, 'hw'),
];

export const TRUNCATE_SCENARIO = 'a=block: load a; store a || truncate a';

export const violated = (id: string, trace: readonly TraceStep[], damage = 'the block is free'): PropertyResult => ({
  id,
  verdict: 'violated',
  trace,
  damage,
});

export const ONE_STEP: readonly TraceStep[] = [traceStep('T0', 'store', 'op0_store access', 'store a', {}, 'hw')];

/** A complete run of `d1` in which the given properties have the given verdicts. */
export function madeRun(
  verdicts: Readonly<Record<string, 'holds' | 'vacuous' | 'unknown' | number>>,
  more: Partial<Run> = {},
): RunResult {
  const properties = Object.entries(verdicts).map(([id, v]): PropertyResult => {
    if (typeof v !== 'number') return { id, verdict: v };
    return violated(
      id,
      Array.from({ length: v }, () => ONE_STEP[0]!),
    );
  });
  return {
    design: 'd1',
    scenario: 'a=hole: store a',
    config: DEFAULT_CONFIG,
    states: 1200,
    transitions: 3400,
    depth: 12,
    seconds: 0.5,
    peakBytes: 3 * 2 ** 20,
    complete: !Object.values(verdicts).includes('unknown'),
    properties,
    notApplicable: [],
    bounds: { processes: 1, addressSpaces: 1, pages: 1 },
    processes: ['T0'],
    coverage: { taken: new Set(), points: [] },
    ends: () => [],
    ...more,
  };
}

export const alternative = (line: string, unreached?: string): Alternative => ({
  ...otherwise('next', line),
  ...(unreached !== undefined && { unreached }),
});
