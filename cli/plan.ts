/** Which design is explored in which scenario. */
import { FaultlineError, nearNames, quoted } from '../explorer/errors.ts';
import { parseScenario } from '../model/scenario.ts';
import { SCENARIOS } from '../model/scenarios.ts';
import type { Backend, LoadedDesign, PropertyText } from './backend.ts';
import type { VerifyRequest } from './request.ts';

export interface Job {
  readonly design: LoadedDesign;
  /** Scenario text. */
  readonly scenario: string;
  /** Name of the default scenario whose text this is, where it was found by name. */
  readonly name?: string;
}

type Text = Pick<Job, 'scenario' | 'name'>;

/**
 * Every name and every text is checked before the first exploration.
 * @throws FaultlineError E_UNKNOWN_NAME, E_SCENARIO, E_DESIGN_FILE
 */
export async function makePlan(
  request: Pick<VerifyRequest, 'designs' | 'scenarios' | 'properties'>,
  backend: Backend,
): Promise<Job[]> {
  const operations = new Map((await backend.operations()).map((o) => [o.name, o] as const));
  const texts = request.scenarios.flatMap((s) => textsOf(s, [...operations.keys()]));
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
    if (!known.includes(id)) {
      throw new FaultlineError(
        'E_UNKNOWN_NAME',
        `there is no property ${quoted(id)}`,
        nearNames(id, [...known, 'none']),
      );
    }
  }
  return [...designs.values()].flatMap((design) =>
    unique(texts.length > 0 ? texts : DEFAULT_TEXTS).map((text) => ({ design, ...text })),
  );
}

/** What the designs' files bring beside the built-in properties: two files may bring the same. */
export const ownProperties = (designs: readonly LoadedDesign[]): PropertyText[] => [
  ...new Map(designs.flatMap((d) => d.properties ?? []).map((p) => [p.id, p])).values(),
];

/** @param given a default scenario's name, or a text */
function textsOf(given: string, operations: readonly string[]): Text[] {
  // A text may stand in several lines; tables and file names want one.
  const scenario = given.trim().replace(/\s+/g, ' ');
  const named = Object.hasOwn(SCENARIOS, scenario) ? SCENARIOS[scenario]! : undefined;
  if (named) return named.map((text) => ({ scenario: text, name: scenario }));
  // A lone word is a name, unless it is an operation that takes no page.
  if (/^[\w-]+$/.test(scenario) && !operations.includes(scenario)) {
    throw new FaultlineError(
      'E_UNKNOWN_NAME',
      `there is no scenario ${quoted(scenario)}`,
      `${nearNames(scenario, Object.keys(SCENARIOS))} Or give a text, as in 'a=hole: load a; store a || write a'.`,
    );
  }
  return [{ scenario }];
}

const DEFAULT_TEXTS: readonly Text[] = Object.entries(SCENARIOS).flatMap(([name, texts]) =>
  texts.map((scenario) => ({ scenario, name })),
);

const unique = (texts: readonly Text[]): Text[] => [...new Map(texts.map((t) => [t.scenario, t])).values()];
