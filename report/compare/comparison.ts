/** What `faultline compare` found: the data behind its reports. */
import type { Config } from '../../model/config.ts';
import type { DesignCosts } from '../../verify/costs.ts';
import type { Replayed } from '../../verify/replay-under.ts';
import type { PropertyResult } from '../../verify/result.ts';
import { configBrief, configText, jointBoundsText, varyingConfig } from '../bounds.ts';
import type { FailedRun, LeftOut } from '../report.ts';
import { propertiesOf, type Run } from '../verdicts.ts';

/** A design under one config: a column. */
export interface Variant {
  readonly design: string;
  readonly config: Config;
  /** The design's id, with the settings that differ among the variants. */
  readonly label: string;
}

/** One scenario's costs, by variant; undefined where the design cannot run it. */
export interface ScenarioCosts {
  readonly scenario: string;
  readonly costs: readonly (DesignCosts | undefined)[];
}

export interface CostText {
  readonly id: string;
  readonly title: string;
  readonly what: string;
  readonly leftOut?: string;
}

/** A counterexample of one variant, followed in the others. */
export interface FollowedRun {
  readonly of: Variant;
  readonly run: Run;
  readonly result: PropertyResult;
  readonly under: readonly { readonly variant: Variant; readonly replayed: Replayed }[];
}

export interface Comparison {
  readonly variants: readonly Variant[];
  /** By variant: its runs. */
  readonly runs: readonly (readonly Run[])[];
  /** Ids of all properties, in the order in which they are shown. */
  readonly known: readonly string[];
  /** Whether only properties that were named are judged. */
  readonly asked?: boolean;
  readonly meters: readonly CostText[];
  readonly costs: readonly ScenarioCosts[];
  readonly followed: readonly FollowedRun[];
  /** Properties that are vacuous in the invocation, unless that is allowed. */
  readonly vacuous: readonly string[];
  readonly failed: readonly FailedRun[];
  readonly notRun: readonly LeftOut[];
  readonly seconds: number;
}

/** @param designs ids @param configs at least one */
export function variantsOf(designs: readonly string[], configs: readonly Config[]): Variant[] {
  const all = configs.map((config) => ({ config }));
  return designs.flatMap((design) =>
    configs.map((config) => {
      const varying = varyingConfig(config, all);
      return { design, config, label: varying === '' ? design : `${design} [${varying}]` };
    }),
  );
}

export const allRuns = ({ runs }: Pick<Comparison, 'runs'>): Run[] => runs.flat();

/** The properties that some run mentions, in the order in which they are shown. */
export const shownProperties = (c: Comparison): string[] => propertiesOf(allRuns(c), c.known);

/** What a "holds" was exhausted over; of several configs each column says its own. */
export function comparedBounds(c: Pick<Comparison, 'runs' | 'variants'>): string {
  const runs = allRuns(c);
  const text = jointBoundsText(runs);
  if (new Set(c.variants.map((v) => v.config)).size <= 1) return text;
  const [first] = runs;
  return first
    ? text.replace(`${configBrief(first.config)} (${configText(first.config)})`, 'the config of each column')
    : text;
}
