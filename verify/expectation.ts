/** What a test says of a design: a property holds, or is violated, in a scenario; its verdicts are those it declares. */
import { FaultlineError } from '../explorer/errors.ts';
import { type Config, DEFAULT_CONFIG } from '../model/config.ts';
import type { Design } from '../model/design.ts';
import { SCENARIOS } from '../model/scenarios.ts';
import type { PropertyDefinition } from '../properties/define.ts';
import { differences, differenceText } from '../report/declared.ts';
import { counterexample } from '../report/summary.ts';
import { jointVerdict, type Run } from '../report/verdicts.ts';
import { ownProperties } from './design-file/properties.ts';
import type { VerifyOptions } from './index.ts';
import { propertyIds } from './registry.ts';
import { verify } from './verify.ts';

export interface ScenarioOptions extends Omit<VerifyOptions, 'config' | 'properties'> {
  /** A default scenario's name (it may stand for several texts) or a text. */
  readonly scenario: string;
  /** Where it differs from the default config. */
  readonly config?: Partial<Config>;
}

export interface Expectation {
  readonly pass: boolean;
  /** Why not; or what was found all the same, for a test that fails the other way round. */
  readonly message: string;
}

type Property = string | PropertyDefinition;

/** Passes if the property holds: not if its premise never happened, and not if a limit was hit. */
export async function holds(design: Design, property: Property, options: ScenarioOptions): Promise<Expectation> {
  const { id, runs } = await explored(design, property, options);
  const joint = jointVerdict(runs, id);
  if (joint?.shortest) {
    return { pass: false, message: counterexample(joint.shortest.run, joint.shortest.result).join('\n') };
  }
  return { pass: joint?.verdict === 'holds', message: said(design, id, options, joint?.verdict) };
}

/** Passes if the property is violated, with a scenario name in one of its texts. */
export async function violates(design: Design, property: Property, options: ScenarioOptions): Promise<Expectation> {
  const { id, runs } = await explored(design, property, options);
  const verdict = jointVerdict(runs, id)?.verdict;
  return { pass: verdict === 'violated', message: said(design, id, options, verdict) };
}

/** Passes if the default scenarios have the verdicts of the design's `expects`, in both directions. */
export async function asDeclared(
  design: Design,
  options: Omit<ScenarioOptions, 'scenario'> = {},
): Promise<Expectation> {
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

async function explored(
  design: Design,
  property: Property,
  options: ScenarioOptions,
): Promise<{ readonly id: string; readonly runs: readonly Run[] }> {
  const id = typeof property === 'string' ? property : property.id;
  const own = typeof property === 'string' ? (options.own ?? []) : [...(options.own ?? []), property];
  return { id, runs: await runsOf(design, { ...options, own, properties: [id] }) };
}

async function runsOf(design: Design, options: ScenarioOptions & Pick<VerifyOptions, 'properties'>): Promise<Run[]> {
  const { scenario, config, ...rest } = options;
  if (typeof design?.id !== 'string' || typeof design.parts !== 'object') {
    throw new FaultlineError(
      'E_USAGE',
      'what is expected of is not a design',
      "Write expect(design), where the design is a file's default export.",
    );
  }
  if (typeof scenario !== 'string') {
    throw new FaultlineError('E_USAGE', 'no scenario is named', "Write { scenario: 'a=hole: load a; store a' }.");
  }
  const texts = Object.hasOwn(SCENARIOS, scenario) ? SCENARIOS[scenario]! : [scenario];
  const runs: Run[] = [];
  for (const text of texts) {
    const { ends, ...run } = await verify(design, text, { ...rest, config: { ...DEFAULT_CONFIG, ...config } });
    runs.push(run);
  }
  return runs;
}

const MEANING: Readonly<Record<string, string>> = {
  vacuous: 'vacuous: its premise never happens there, so that says nothing',
  unknown: 'unknown: a limit was hit before every state was explored',
  'n/a': 'not applicable: the design or the config lacks what it needs',
};

const said = (design: Design, id: string, { scenario }: ScenarioOptions, verdict = 'unknown'): string =>
  `${design.id}, ${scenario}: ${id} is ${MEANING[verdict] ?? verdict}`;
