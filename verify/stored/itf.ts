/** Reads a trace in Informal Trace Format as we write it: report/formats/itf.ts. */
import * as v from 'valibot';
import type { ExpectedStep } from '../../explorer/retrace.ts';
import type { Valuation } from '../../explorer/valuation.ts';
import { ITF_SCHEMA } from '../../report/formats/itf.ts';
import type { StoredFormat } from './counterexample.ts';
import { alternative, checked, count, invalid, name, scenario, steps, text, texts } from './schema.ts';

const WHAT = 'a counterexample of ours in Informal Trace Format';

const About = v.object({
  schema: v.literal(ITF_SCHEMA),
  design: name,
  scenario,
  config: texts,
  property: name,
  damage: v.optional(text),
  element: v.optional(text),
});
const StateMeta = v.object({
  index: count,
  process: v.optional(name),
  alternative: v.optional(alternative),
  function: v.optional(name),
  step: v.optional(text),
});
const Trace = v.object({
  '#meta': v.object({ format: v.literal('ITF'), faultline: About }),
  vars: steps(name),
  states: v.pipe(steps(v.looseObject({ '#meta': StateMeta })), v.minLength(1)),
  loop: v.optional(count),
});
type State = v.InferOutput<typeof Trace>['states'][number];

export const itf: StoredFormat = {
  claims: (value) => (value as { '#meta'?: { format?: unknown } | null } | null)?.['#meta']?.format === 'ITF',
  read(value) {
    const { '#meta': meta, vars, states, loop } = checked(Trace, value, WHAT);
    const { design, scenario, config, property, damage, element } = meta.faultline;
    const [initial, ...after] = states.map((s, i) => valuesOf(s, vars, i));
    if (loop !== undefined && (loop < 1 || loop >= states.length)) {
      throw invalid(WHAT, `it loops from state ${loop}, but has ${states.length}`);
    }
    return [
      {
        design,
        scenario,
        config,
        counterexamples: [
          {
            property,
            ...(damage !== undefined && { damage }),
            ...(element !== undefined && { element }),
            ...(loop !== undefined && { loopFrom: loop - 1 }),
            initial: initial!,
            steps: states.slice(1).map((s, i) => stepOf(s, after[i]!, i + 1)),
          },
        ],
      },
    ];
  },
};

/** Variables of other conventions (`mbt::…`) say nothing that the metadata does not. */
function valuesOf(state: State, vars: readonly string[], index: number): Valuation {
  const own = vars.filter((name) => !name.includes('::'));
  return Object.fromEntries(
    own.map((name) => {
      const value = Object.hasOwn(state, name) ? (state as Readonly<Record<string, unknown>>)[name] : undefined;
      if (!v.is(text, value)) throw invalid(WHAT, `state ${index} has no text for ${name.slice(0, 100)}`);
      return [name, value];
    }),
  );
}

function stepOf({ '#meta': meta }: State, after: Valuation, index: number): ExpectedStep {
  const { process, alternative: taken, function: fn, step } = meta;
  if (process === undefined || taken === undefined || fn === undefined || step === undefined) {
    throw invalid(WHAT, `state ${index} does not say which step leads to it`);
  }
  return { process, alternative: taken, function: fn, step, after };
}
