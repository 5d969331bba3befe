/** What a design declares of itself against what exploring found, in both directions. */
import type { Verdict } from '../explorer/property.ts';
import { jointVerdict, propertiesOf, type Run } from './verdicts.ts';

/** The part of a design that is compared. */
export interface Declaring {
  readonly id: string;
  /** By property: the default scenarios in which it is violated. */
  readonly expects: Readonly<Record<string, readonly string[]>>;
}

export interface NamedRun {
  /** The default scenario whose text this is. */
  readonly scenario: string;
  readonly run: Run;
}

export interface Difference {
  readonly design: string;
  readonly scenario: string;
  readonly property: string;
  readonly declared: 'violated' | 'not violated';
  readonly found: Verdict | 'n/a' | 'no such scenario' | 'no such property';
}

export interface Compared {
  /** Names of all default scenarios, those that were not run included. */
  readonly scenarios: readonly string[];
  /** Ids of all properties. */
  readonly properties: readonly string[];
}

/**
 * A scenario name that stands for several texts is violated where one of them is. Scenarios that were not run, and
 * verdicts that a limit left unknown, say nothing.
 */
export function differences(design: Declaring, runs: readonly NamedRun[], names: Compared): Difference[] {
  const { expects } = design;
  const out: Difference[] = [];
  for (const property of Object.keys(expects)) {
    const declared = { design: design.id, property, declared: 'violated' } as const;
    for (const scenario of expects[property]!) {
      if (!names.properties.includes(property)) out.push({ ...declared, scenario, found: 'no such property' });
      else if (!names.scenarios.includes(scenario)) out.push({ ...declared, scenario, found: 'no such scenario' });
    }
  }
  for (const scenario of new Set(runs.map((r) => r.scenario))) {
    const own = runs.filter((r) => r.scenario === scenario).map((r) => r.run);
    for (const property of propertiesOf(own, names.properties)) {
      const found = jointVerdict(own, property)!.verdict;
      const declared = expects[property]?.includes(scenario) ? 'violated' : 'not violated';
      if (found !== 'unknown' && (found === 'violated') !== (declared === 'violated')) {
        out.push({ design: design.id, scenario, property, declared, found });
      }
    }
  }
  return out;
}

/** `v4.0: no-warn in store-store is violated, declared not violated` */
export const differenceText = (d: Difference): string =>
  `${d.design}: ${d.property} in ${d.scenario}: found ${d.found}, declared ${d.declared}`;
