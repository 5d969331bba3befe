/**
 * Informal Trace Format (Apalache ADR-015), one trace per file: every component and process in every state, as the text
 * that tables show too, so that each variable is a string throughout. `#meta` says what a replay needs; the `mbt::`
 * variables are Quint's convention for the step that led to a state.
 */

import type { TraceStep } from '../../explorer/trace.ts';
import { statesOf } from '../../explorer/trace.ts';
import type { Valuation } from '../../explorer/valuation.ts';
import type { PropertyResult } from '../../verify/result.ts';
import type { Format } from '../format.ts';
import { readingTexts } from '../reading.ts';
import { damageText, type NamedViolation, violationsIn } from '../violations.ts';

export const ITF_SCHEMA = 'faultline.itf/1';
const ACTION = 'mbt::actionTaken';
const PICKS = 'mbt::nondetPicks';

const format: Format = {
  title: 'Informal Trace Format (Apalache, Quint), one file per counterexample',
  extension: 'itf.json',
  render: (report) =>
    violationsIn(report).map((v) => ({
      name: v.name,
      text: `${JSON.stringify(traceOf(v, report.version), undefined, 1)}\n`,
    })),
};
export default format;

function traceOf({ run, result }: NamedViolation, version: string): Record<string, unknown> {
  const { trace = [], initial = {}, run: moves = [], damage, element, loopFrom, reading } = result;
  const states = statesOf(initial, trace);
  return {
    '#meta': {
      format: 'ITF',
      'format-description': 'https://apalache-mc.org/docs/adr/015adr-trace.html',
      source: `faultline ${version}`,
      status: 'violation',
      description: `${run.design} violates ${result.id} in "${run.scenario}": ${damageText(result)}`,
      faultline: {
        schema: ITF_SCHEMA,
        design: run.design,
        scenario: run.scenario,
        config: run.config,
        property: result.id,
        ...(damage !== undefined && { damage }),
        ...(element !== undefined && { element }),
        ...(reading && { reading: readingOf(result, run.processes.length) }),
      },
    },
    vars: [...Object.keys(initial), ACTION, PICKS],
    states: states.map((s, i) => stateOf(s, i, trace[i - 1], moves[i - 1]?.alternative)),
    // The last state is the one before step `loopFrom` again, so that the one after that step comes next.
    ...(loopFrom !== undefined && { loop: loopFrom + 1 }),
  };
}

/** Figures and the good run beside it; `says` are the sentences that tables show. */
function readingOf(result: PropertyResult, processes: number): Record<string, unknown> {
  const { goodRun, ...figures } = result.reading!;
  const steps = goodRun?.map(({ process, function: fn, step }) => ({ process, function: fn, step }));
  return { ...figures, ...(steps && { goodRun: steps }), says: readingTexts(result, processes) };
}

function stateOf(
  values: Valuation,
  index: number,
  step: TraceStep | undefined,
  alternative: number | undefined,
): Record<string, unknown> {
  const numbered = alternative === undefined ? {} : { alternative };
  return {
    '#meta': { index, ...(step && { process: step.process, ...numbered, function: step.function, step: step.step }) },
    ...values,
    [ACTION]: step ? `${step.process}: ${step.function}(): ${step.step}` : 'init',
    [PICKS]: {
      process: optional(step?.process),
      alternative: optional(alternative === undefined ? undefined : { '#bigint': String(alternative) }),
    },
  };
}

/** Quint's `Option`, so that the variable has one type in all states. */
const optional = (value: unknown): Record<string, unknown> =>
  value === undefined ? { tag: 'None', value: { '#tup': [] } } : { tag: 'Some', value };
