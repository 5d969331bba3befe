/** Which design is explored in which scenario. */
import { FaultlineError } from '../explorer/errors.ts';
import { type Config, changedSettings } from '../model/config.ts';
import { parseScenario } from '../model/scenario.ts';
import { SCENARIOS } from '../model/scenarios.ts';
import { noProperty } from '../verify/registry.ts';
import { type ScenarioText, textsOf } from '../verify/scenario-texts.ts';
import type { Backend, LoadedDesign, PropertyText } from './backend.ts';
import type { VerifyRequest } from './request.ts';

export interface Job {
  readonly design: LoadedDesign;
  /** Scenario text. */
  readonly scenario: string;
  /** Name of the default scenario whose text this is, where it was found by name. */
  readonly name?: string;
}

/**
 * Every name and every text is checked before the first exploration.
 * @throws FaultlineError E_UNKNOWN_NAME, E_SCENARIO, E_DESIGN_FILE
 */
export async function makePlan(
  request: Pick<VerifyRequest, 'designs' | 'scenarios' | 'properties' | 'added'>,
  backend: Backend,
): Promise<Job[]> {
  const operations = new Map((await backend.operations()).map((o) => [o.name, o] as const));
  const named = request.scenarios.flatMap((s) => textsOf(s, [...operations.keys()]));
  const texts = withAdded(named.length > 0 ? named : DEFAULT_TEXTS, request.added);
  for (const { scenario } of texts) parseScenario(scenario, operations);
  const ids = request.designs.length > 0 ? request.designs : await backend.designIds();
  const designs = new Map<string, LoadedDesign>();
  for (const id of ids) {
    const design = await backend.loadDesign(id);
    if (designs.has(design.id)) {
      throw new FaultlineError('E_DESIGN_FILE', `there are two designs "${design.id}"`, 'Give each an id of its own.', {
        file: id,
      });
    }
    designs.set(design.id, design);
  }
  const known = [...(await backend.propertyIds()), ...ownProperties([...designs.values()]).map((p) => p.id)];
  for (const id of request.properties ?? []) {
    if (!known.includes(id)) throw noProperty(id, [...known, 'none']);
  }
  return [...designs.values()].flatMap((design) => unique(texts).map((text) => ({ design, ...text })));
}

/**
 * Leaves out what nobody named and the config does not have, such as punch on ext2. A design that was named keeps a job,
 * whose error then says what is missing; and so does the first one if nothing else is left.
 */
export async function onlySupported(
  plan: readonly Job[],
  { designs, scenarios, config }: Pick<VerifyRequest, 'designs' | 'scenarios' | 'config'>,
): Promise<{ plan: Job[]; leftOut: Job[] }> {
  if (scenarios.length > 0) return { plan: [...plan], leftOut: [] };
  const supported = await Promise.all(plan.map((job) => job.design.supports(job.scenario, config)));
  const runs = new Set(plan.filter((_, i) => supported[i]).map((job) => job.design));
  const without = [...new Set(plan.map((job) => job.design))].filter((d) => !runs.has(d));
  const refused = designs.length > 0 ? without : runs.size === 0 ? without.slice(0, 1) : [];
  const first = (job: Job): boolean => plan.find((j) => j.design === job.design) === job;
  return {
    plan: plan.filter((job, i) => supported[i] || (refused.includes(job.design) && first(job))),
    leftOut: plan.filter((job, i) => !supported[i] && !refused.includes(job.design)),
  };
}

/** What was left out: a design where that is all of its scenarios, else the scenarios. */
export function leftOutNames(leftOut: readonly Job[], plan: readonly Job[]): string[] {
  const runs = new Set(plan.map((job) => job.design));
  const whole = leftOut.filter((job) => !runs.has(job.design)).map((job) => job.design.id);
  return [...shortNames(leftOut.filter((job) => runs.has(job.design))), ...new Set(whole)];
}

export const shortNames = (texts: readonly ScenarioText[]): string[] => [
  ...new Set(texts.map(({ name, scenario }) => name ?? scenario)),
];

/** One line on what was left out; none if nothing was. */
export function leftOutText(names: readonly string[], configs: readonly Config[]): string {
  if (names.length === 0) return '';
  const settings = [...new Set(configs.flatMap(changedSettings))].join(' ') || 'the default config';
  return `not run, as not supported with ${settings}: ${names.join(', ')}\n`;
}

/** What the designs' files bring beside the built-in properties: two files may bring the same. */
export const ownProperties = (designs: readonly LoadedDesign[]): PropertyText[] => [
  ...new Map(designs.flatMap((d) => d.properties ?? []).map((p) => [p.id, p])).values(),
];

/** A text with further processes is no longer the one that the name stands for. */
const withAdded = (texts: readonly ScenarioText[], added: readonly string[] = []): readonly ScenarioText[] =>
  added.length === 0 ? texts : texts.map(({ scenario }) => ({ scenario: [scenario, ...added].join(' || ') }));

const DEFAULT_TEXTS: readonly ScenarioText[] = Object.entries(SCENARIOS).flatMap(([name, texts]) =>
  texts.map((scenario) => ({ scenario, name })),
);

const unique = (texts: readonly ScenarioText[]): ScenarioText[] => [
  ...new Map(texts.map((t) => [t.scenario, t])).values(),
];
