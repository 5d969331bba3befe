/** Reads what `--json` prints: schema `faultline.result/1`, and the runs of a comparison. */
import * as v from 'valibot';
import type { StoredCounterexample, StoredFormat } from './counterexample.ts';
import { alternative, amount, checked, count, invalid, name, runs, scenario, steps, text, texts } from './schema.ts';

const SCHEMAS = ['faultline.result/1', 'faultline.compare/1'] as const;
const WHAT = `a result of schema ${SCHEMAS[0]}`;

const Step = v.object({
  process: name,
  function: name,
  step: text,
  changes: v.record(name, v.tuple([text, text])),
});
const Property = v.object({
  id: name,
  verdict: v.picklist(['holds', 'violated', 'vacuous', 'unknown']),
  trace: v.optional(steps(Step)),
  run: v.optional(steps(v.object({ process: name, alternative }))),
  damage: v.optional(text),
  element: v.optional(text),
  loopFrom: v.optional(count),
});
const Run = v.object({
  design: name,
  scenario,
  config: texts,
  states: count,
  transitions: count,
  depth: count,
  seconds: amount,
  peakBytes: amount,
  complete: v.boolean(),
  properties: runs(Property),
});
const Result = v.object({ schema: v.picklist(SCHEMAS), runs: runs(Run) });

export const resultJson: StoredFormat = {
  claims: (value) => SCHEMAS.some((s) => s === (value as { schema?: unknown } | null)?.schema),
  read: (value) =>
    checked(Result, value, WHAT).runs.map(({ design, scenario, config, properties, ...figures }) => ({
      design,
      scenario,
      config,
      figures,
      counterexamples: properties.filter((p) => p.verdict === 'violated').map(counterexample),
    })),
};

function counterexample({
  id,
  trace,
  run,
  damage,
  element,
  loopFrom,
}: v.InferOutput<typeof Property>): StoredCounterexample {
  if (!trace || !run) throw invalid(WHAT, `${id.slice(0, 100)} is violated, but its run is missing`);
  if (trace.length !== run.length) {
    throw invalid(WHAT, `${id.slice(0, 100)} has a trace of ${trace.length} steps, but a run of ${run.length}`);
  }
  if (loopFrom !== undefined && loopFrom >= run.length) {
    throw invalid(WHAT, `${id.slice(0, 100)} loops from step ${loopFrom}, but has ${run.length}`);
  }
  return {
    property: id,
    ...(damage !== undefined && { damage }),
    ...(element !== undefined && { element }),
    ...(loopFrom !== undefined && { loopFrom }),
    steps: trace.map((step, i) => ({ ...step, ...run[i]! })),
  };
}
