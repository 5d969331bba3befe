/** The machine-readable result: schema `faultline.result/1`. The order of keys is part of the contract. */
import type { TraceStep } from '../explorer/trace.ts';
import type { PropertyResult } from '../verify/result.ts';
import { coverageOf } from './coverage.ts';
import type { Difference } from './declared.ts';
import type { FailedRun, LeftOut } from './report.ts';
import type { Run } from './verdicts.ts';

export interface JsonOptions {
  readonly coverage?: boolean;
  /** Where verdicts were compared with what the designs declare: the differences, possibly none. */
  readonly unexpected?: readonly Difference[];
  /** Runs that did not come about, each with its error. */
  readonly errors?: readonly FailedRun[];
  /** What was left out, as the config does not have it. */
  readonly notRun?: readonly LeftOut[];
}

/** One object of schema faultline.result/1. */
export function resultJson(runs: readonly Run[], options: JsonOptions = {}): string {
  const { unexpected, errors = [], notRun = [] } = options;
  const result = {
    schema: 'faultline.result/1',
    runs: runs.map((run) => runJson(run, options.coverage === true)),
    ...(unexpected && { unexpected }),
    ...(errors.length > 0 && { errors }),
    ...(notRun.length > 0 && { notRun }),
  };
  return JSON.stringify(result, undefined, 2);
}

/** One run, as all schemas have it that hold runs. */
export const runJson = (run: Run, coverage: boolean): Record<string, unknown> => ({
  design: run.design,
  scenario: run.scenario,
  config: run.config,
  states: run.states,
  transitions: run.transitions,
  depth: run.depth,
  seconds: run.seconds,
  peakBytes: run.peakBytes,
  complete: run.complete,
  ...(run.unfinished && { unfinished: run.unfinished }),
  ...(run.compact && { compact: run.compact }),
  ...(run.reduced && { reduced: run.reduced }),
  ...(run.symmetry && { symmetry: run.symmetry }),
  ...(run.workers !== undefined && { workers: run.workers }),
  properties: run.properties.map(propertyJson),
  notApplicable: run.notApplicable,
  bounds: run.bounds,
  processes: run.processes,
  ...(coverage && { coverage: coverageOf([run]) }),
});

export const propertyJson = ({
  id,
  verdict,
  trace,
  run,
  damage,
  element,
  loopFrom,
  notShortest,
  blocked,
  reading,
}: PropertyResult): Record<string, unknown> => ({
  id,
  verdict,
  ...(trace && { trace: trace.map(stepJson), length: trace.length }),
  ...(run && { run }),
  ...(damage !== undefined && { damage }),
  ...(element !== undefined && { element }),
  ...(loopFrom !== undefined && { loopFrom }),
  ...(notShortest && { notShortest }),
  ...(blocked && { blocked }),
  ...(reading && { reading: { ...reading, ...(reading.goodRun && { goodRun: reading.goodRun.map(stepJson) }) } }),
});

const stepJson = (s: TraceStep): Record<string, unknown> => ({
  process: s.process,
  function: s.function,
  step: s.step,
  changes: s.changes,
  section: s.section,
  stack: s.stack,
  lines: s.lines.map(({ text, function: fn }) => ({ text, function: fn })),
  ...(s.source && { source: s.source }),
});
