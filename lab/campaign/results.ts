/** The figures of a campaign, one file per campaign, and the page made of them. */
import { store, stored } from '../stored.ts';
import type { Campaign, Met } from './campaign.ts';
import type { Cause } from './causes.ts';

/** All that was met of one cause, or of one kind that no rule explains. */
export interface MetResult {
  readonly violations: number;
  readonly kinds: number;
  /** Which they were, and the properties; not of seed 1122, whose figures are what it printed. */
  readonly designs?: readonly string[];
  readonly properties?: readonly string[];
  readonly design: string;
  readonly scenario: string;
  readonly config: readonly string[];
  readonly property: string;
  readonly steps: number;
}

export interface CampaignResults {
  readonly seed: number;
  readonly minutes: number;
  readonly designs: number;
  readonly runs: number;
  readonly complete: number;
  readonly compared: number;
  readonly causes: Readonly<Partial<Record<Cause, MetResult>>>;
  readonly unexplained: Readonly<Record<string, MetResult>>;
}

export const resultsOf = (
  { runs, complete, compared, causes, fresh }: Campaign,
  asked: { readonly seed: number; readonly minutes: number; readonly designs: number },
): CampaignResults => ({
  ...asked,
  runs,
  complete,
  compared,
  causes: Object.fromEntries([...causes].sort(byKey).map(([cause, met]) => [cause, metResult(met)])),
  unexplained: Object.fromEntries([...fresh].sort(byKey).map(([kind, met]) => [kind, metResult(met)])),
});

const byKey = ([a]: [string, unknown], [b]: [string, unknown]): number => a.localeCompare(b, 'en', { numeric: true });

function metResult({ violations, kinds, designs, properties, shortest }: Met): MetResult {
  const { found, one } = shortest!;
  return {
    violations,
    kinds: kinds.size,
    designs: [...designs].sort(),
    properties: [...properties].sort(),
    design: one.design,
    scenario: one.scenario,
    config: one.config,
    property: found.kind.property,
    steps: found.steps,
  };
}

/** @param folder of lab/campaign/results/ */
export const storeResults = (folder: URL, results: CampaignResults): void =>
  store(folder, `seed-${results.seed}`, results);

export const storedResults = (folder: URL): CampaignResults[] => stored(folder);
