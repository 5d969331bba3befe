/** Checks of stored values: a file is data, and what is not as described is refused with the place where it is wrong. */
import * as v from 'valibot';
import { FaultlineError } from '../../explorer/errors.ts';
import { LONGEST_SCENARIO } from '../../model/scenario.ts';

/** Longest text and list that a result of ours can have, with much to spare. */
const NAME = 200;
const TEXT = 20_000;
const STEPS = 10_000;
const RUNS = 10_000;

/** No control characters: what is printed of it must not speak to a terminal. */
const upTo = (longest: number) =>
  v.pipe(v.string(), v.maxLength(longest), v.regex(/^[^\p{Cc}]*$/u, 'control characters in a text'));
export const text = upTo(TEXT);
export const name = upTo(NAME);
export const scenario = upTo(LONGEST_SCENARIO);
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));
export const amount = v.pipe(v.number(), v.finite(), v.minValue(0));
/** Keys that JavaScript gives a meaning of its own (`__proto__`) are left out. */
export const texts = v.record(name, text);
export const steps = <S extends v.GenericSchema>(step: S) => v.pipe(v.array(step), v.maxLength(STEPS));
export const runs = <S extends v.GenericSchema>(run: S) => v.pipe(v.array(run), v.maxLength(RUNS));
/** As the explorer numbers them. */
export const alternative = v.pipe(count, v.maxValue(0xffff));

/** @param what the format's name @throws FaultlineError E_RESULT_FILE that names the first place that is wrong */
export function checked<S extends v.GenericSchema>(schema: S, value: unknown, what: string): v.InferOutput<S> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const place = v.getDotPath(issue);
  throw invalid(what, `${place === null ? '' : `at ${place.slice(0, 200)}: `}${issue.message.slice(0, 300)}`);
}

export const invalid = (what: string, why: string): FaultlineError =>
  new FaultlineError('E_RESULT_FILE', `not ${what}: ${why}`, MEND);

export const MEND = "Give a file that 'faultline verify' wrote: --json, or --out DIR with --format json or itf.";
