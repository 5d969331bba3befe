/** What a test says of a design: a property holds, or is violated, in a scenario; its verdicts are those it declares. */
import { wrongUsage } from '../explorer/errors.ts';
import { type Config, DEFAULT_CONFIG } from '../model/config.ts';
import type { Design } from '../model/design.ts';
import { SCENARIOS } from '../model/scenarios.ts';
import type { PropertyDefinition } from '../properties/define.ts';
import { differences, differenceText } from '../report/declared.ts';
import { counterexample } from '../report/summary.ts';
import { count } from '../report/text.ts';
import { jointVerdict, lengthOf, type Run } from '../report/verdicts.ts';
import { refuseUnknown, VERIFY_OPTIONS } from './arguments.ts';
import { isDesignFile } from './design-file/is-design-file.ts';
import { ownProperties } from './design-file/properties.ts';
import type { VerifyOptions } from './index.ts';
import { loadDesign, operationMap, propertyIds } from './registry.ts';
import { textsOf } from './scenario-texts.ts';
import { verify } from './verify.ts';

export interface ScenarioOptions extends Omit<VerifyOptions, 'config' | 'properties'> {
  /** A default scenario's name (it may stand for several texts) or a text. */
  readonly scenario: string;
  /** Where it differs from the default config. */
  readonly config?: Partial<Config>;
}

export interface ViolationOptions extends ScenarioOptions {
  /** How many steps the shortest run has, exactly. */
  readonly steps?: number;
}

export interface Expectation {
  readonly pass: boolean;
  /** Why not; or what was found all the same, for a test that fails the other way round. */
  readonly message: string;
}

type Property = string | PropertyDefinition;

/** A design, or the id of a built-in one. */
export type Subject = Design | string;

/** Passes if the property holds: not if its premise never happened, and not if a limit was hit. */
export async function holds(subject: Subject, property: Property, options: ScenarioOptions): Promise<Expectation> {
  refuseUnknown('toHold', options, SCENARIO_OPTIONS);
  const { design, id, runs } = await explored(subject, property, options);
  const joint = jointVerdict(runs, id);
  if (joint?.shortest) {
    return { pass: false, message: counterexample(joint.shortest.run, joint.shortest.result).join('\n') };
  }
  return { pass: joint?.verdict === 'holds', message: said(design, id, options, joint?.verdict) };
}

/** Passes if the property is violated, with a scenario name in one of its texts, and by a run of so many steps. */
export async function violates(subject: Subject, property: Property, options: ViolationOptions): Promise<Expectation> {
  refuseUnknown('toViolate', options, [...SCENARIO_OPTIONS, 'steps']);
  const { steps, ...rest } = options;
  if (steps !== undefined && !(Number.isInteger(steps) && steps >= 0)) {
    throw wrongUsage(`steps cannot be ${steps}`, 'Write how many steps the shortest run has.');
  }
  const { design, id, runs } = await explored(subject, property, rest);
  const joint = jointVerdict(runs, id);
  const message = said(design, id, options, joint?.verdict);
  if (!joint?.shortest || steps === undefined) return { pass: joint?.verdict === 'violated', message };
  const found = lengthOf(joint.shortest.result);
  const many = (n: number): string => count(n, 'step');
  return { pass: found === steps, message: `${message} in ${many(found)}, expected in ${many(steps)}` };
}

/** Passes if the default scenarios have the verdicts of the design's `expects`, in both directions. */
export async function asDeclared(
  subject: Subject,
  options: Omit<ScenarioOptions, 'scenario'> = {},
): Promise<Expectation> {
  refuseUnknown('toBehaveAsDeclared', options, COMMON_OPTIONS);
  const design = await designOf(subject);
  const runs: { scenario: string; run: Run }[] = [];
  for (const scenario of Object.keys(SCENARIOS)) {
    for (const run of await runsOf(design, { ...options, scenario })) runs.push({ scenario, run });
  }
  const own = ownProperties(design, options.own, await propertyIds());
  const properties = [...(await propertyIds()), ...own.map((p) => p.id)];
  const found = differences(design, runs, { scenarios: Object.keys(SCENARIOS), properties });
  const unfinished = runs.filter(({ run }) => !run.complete).map(({ run }) => `${run.scenario}: a limit was hit`);
  const message = [...found.map(differenceText), ...unfinished].join('\n');
  return { pass: message === '', message: message || `${design.id} has the verdicts that it declares` };
}

/** Which property is named by the matcher itself. */
const COMMON_OPTIONS = VERIFY_OPTIONS.filter((name) => name !== 'properties');
const SCENARIO_OPTIONS = [...COMMON_OPTIONS, 'scenario'];

async function designOf(subject: Subject): Promise<Design> {
  if (typeof subject === 'string' && !isDesignFile(subject)) return loadDesign(subject);
  if (typeof subject === 'string' || typeof subject?.id !== 'string' || typeof subject.parts !== 'object') {
    throw wrongUsage(
      'what is expected of is not a design',
      "Write expect(design), where the design is a file's default export, or the id of a built-in one.",
    );
  }
  return subject;
}

async function explored(
  subject: Subject,
  property: Property,
  options: ScenarioOptions,
): Promise<{ readonly design: Design; readonly id: string; readonly runs: readonly Run[] }> {
  const design = await designOf(subject);
  const id = typeof property === 'string' ? property : property.id;
  const brought = options?.own ?? [];
  const own = typeof property === 'string' ? brought : [...brought, property];
  return { design, id, runs: await runsOf(design, { ...options, own, properties: [id] }) };
}

async function runsOf(design: Design, options: ScenarioOptions & Pick<VerifyOptions, 'properties'>): Promise<Run[]> {
  const { scenario: given, config, ...rest } = options ?? {};
  if (typeof given !== 'string') {
    throw wrongUsage('no scenario is named', "Write { scenario: 'a=hole: load a; store a' }.");
  }
  const operations = [...(await operationMap()).keys()];
  const runs: Run[] = [];
  for (const { scenario } of textsOf(given, operations)) {
    const { ends, ...run } = await verify(design, scenario, { ...rest, config: { ...DEFAULT_CONFIG, ...config } });
    runs.push(run);
  }
  return runs;
}

const MEANING: Readonly<Record<string, string>> = {
  holds: 'holds',
  violated: 'is violated',
  vacuous: 'is vacuous: its premise never happens there, so that says nothing',
  unknown: 'is unknown: a limit was hit before every state was explored',
  'n/a': 'is not applicable: the design, the config or the scenario lacks what it needs',
};

const said = (design: Design, id: string, { scenario }: ScenarioOptions, verdict = 'unknown'): string =>
  `${design.id}, ${scenario}: ${id} ${MEANING[verdict] ?? verdict}`;
