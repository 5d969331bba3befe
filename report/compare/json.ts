/** The machine-readable comparison: schema `faultline.compare/1`. What is without bound is `null`, with its loop beside it. */
import type { TraceStep } from '../../explorer/trace.ts';
import type { OperationCost } from '../../verify/costs.ts';
import { runJson } from '../json.ts';
import { jointVerdict, lengthOf } from '../verdicts.ts';
import { answersOf } from './answers.ts';
import { allRuns, type Comparison, shownProperties, type Variant } from './comparison.ts';
import { isComplete } from './text.ts';

export function comparisonJson(c: Comparison): string {
  const of = ({ design, config }: Variant) => ({ design, config });
  const result = {
    schema: 'faultline.compare/1',
    variants: c.variants.map((v) => ({ ...of(v), label: v.label })),
    complete: isComplete(c),
    answers: answersOf(c).map(({ id, text, answers }) => ({ id, text, answers })),
    verdicts: c.variants.flatMap((v, i) => shownProperties(c).map((id) => ({ ...of(v), ...verdictOf(c, i, id) }))),
    runs: allRuns(c).map((run) => runJson(run, false)),
    meters: c.meters.map(({ id, title, what, leftOut }) => ({ id, title, what, ...(leftOut && { leftOut }) })),
    costs: c.costs.flatMap(({ scenario, costs }) =>
      c.variants.map((v, i) => ({
        ...of(v),
        scenario,
        states: costs[i]?.states ?? null,
        operations:
          costs[i]?.operations?.map(({ process, position, operation, costs: own }) => ({
            process,
            position,
            operation,
            costs: Object.fromEntries(own.map((o) => [o.id, costJson(o)])),
          })) ?? null,
      })),
    ),
    replays: c.followed.flatMap(({ of: variant, run, result, under }) =>
      under.map(({ variant: other, replayed: d }) => ({
        ...of(variant),
        property: result.id,
        scenario: run.scenario,
        length: lengthOf(result),
        under: of(other),
        followed: d.followed,
        ...(d.open === undefined && d.followed < lengthOf(result) && { refused: stepJson(result.trace![d.followed]!) }),
        ...(d.instead.length > 0 && { instead: d.instead.map(stepJson) }),
        ends: d.ends,
        ...(d.waits && { waits: d.waits }),
        violates: d.violates,
        verdict: d.verdict,
        ...(d.open && { open: d.open }),
      })),
    ),
    vacuous: c.vacuous,
    ...(c.failed.length > 0 && { errors: c.failed }),
    ...(c.notRun.length > 0 && { notRun: c.notRun }),
  };
  return JSON.stringify(result, undefined, 2);
}

function verdictOf({ runs }: Comparison, variant: number, property: string) {
  const own = runs[variant]!;
  const joint = jointVerdict(own, property);
  const violatedIn = own.flatMap((r) => {
    const result = r.properties.find((p) => p.id === property && p.verdict === 'violated');
    return result
      ? [{ scenario: r.scenario, ...(r.name !== undefined && { name: r.name }), length: lengthOf(result) }]
      : [];
  });
  return { property, verdict: joint?.verdict ?? null, ...(violatedIn.length > 0 && { violatedIn }) };
}

/** `best` is null where the operation is over in no run, `worst` where a loop adds to it for ever. */
const costJson = ({ best, worst, loop }: OperationCost) => ({
  best: best ?? null,
  worst: Number.isFinite(worst) ? worst : null,
  ...(loop && { loop }),
});

const stepJson = ({ process, function: fn, step, changes, stack }: TraceStep) => ({
  process,
  function: fn,
  step,
  changes,
  stack,
});
