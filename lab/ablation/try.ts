/** What leaving one thing out changes: verdicts first, then whatever can be seen. */
import { FaultlineError } from '../../explorer/errors.ts';
import type { Design } from '../../model/design.ts';
import { equiv } from '../../verify/equiv.ts';
import type { RunResult } from '../../verify/result.ts';
import { verify } from '../../verify/verify.ts';
import { without } from './ablate.ts';
import type { Site } from './kinds.ts';

/** Scenarios in which the whole design has more states are left out. */
const LARGE = 6_000;
/** With something left out there may be more. */
const MAX_STATES = 300_000;
/** What a difference that no verdict shows is looked for in. */
export const OBSERVED = ['pte', 'page', 'tags', 'times', 'media', 'file', 'results'];

export type Outcome =
  /** A property is violated that was not, or was and is not. */
  | {
      readonly what: 'verdict';
      readonly property: string;
      readonly now: 'violated' | 'not violated';
      readonly scenario: string;
      readonly steps?: number;
      readonly damage?: string;
      /** Further properties of which that is so in the same scenario. */
      readonly also?: readonly string[];
    }
  /** A step is no longer possible: a component is sent what the real object could not be. */
  | { readonly what: 'broken'; readonly scenario: string; readonly error: string }
  /** No verdict changes, but a run shows what the design does not show, or the other way round. */
  | {
      readonly what: 'seen';
      readonly scenario: string;
      readonly steps: number;
      /** The whole design has the run, or the one with something left out. */
      readonly of: 'design' | 'ablation';
      readonly last: string;
      readonly instead: readonly string[];
    }
  | { readonly what: 'redundant'; readonly scenarios: number; readonly bisimilar: number }
  | { readonly what: 'unknown'; readonly scenario: string };

/** Verdicts of the whole design, made once. */
export class Base {
  readonly design: Design;
  private readonly runs = new Map<string, RunResult>();

  constructor(design: Design) {
    this.design = design;
  }

  async run(scenario: string): Promise<RunResult> {
    const known = this.runs.get(scenario) ?? plain(await verify(this.design, scenario, { maxStates: LARGE }));
    this.runs.set(scenario, known);
    return known;
  }
}

/** `ends` holds on to all states. */
const plain = (run: RunResult): RunResult => ({ ...run, ends: () => [], coverage: { taken: new Set(), points: [] } });

export async function outcomeOf(base: Base, site: Site, scenarios: readonly string[]): Promise<Outcome> {
  const ablation = without(base.design, site);
  let vanished: Outcome | undefined;
  let open: string | undefined;
  const tried: string[] = [];
  for (const scenario of scenarios) {
    const before = await base.run(scenario);
    if (!before.complete) continue;
    tried.push(scenario);
    let after: RunResult;
    try {
      after = plain(await verify(ablation, scenario, { maxStates: MAX_STATES }));
    } catch (e) {
      if (!(e instanceof FaultlineError)) throw e;
      return { what: 'broken', scenario, error: e.message };
    }
    const wasViolated = (id: string): boolean => before.properties.some((p) => p.id === id && p.verdict === 'violated');
    const fresh = after.properties
      .filter((p) => p.verdict === 'violated' && !wasViolated(p.id))
      .sort((a, b) => a.trace!.length - b.trace!.length);
    const [first, ...others] = fresh;
    if (first) {
      const { id, trace, damage } = first;
      const also = others.map((p) => p.id);
      return {
        what: 'verdict',
        property: id,
        now: 'violated',
        scenario,
        steps: trace!.length,
        ...(damage && { damage }),
        ...(also.length > 0 && { also }),
      };
    }
    for (const { id, verdict } of after.properties) {
      const was = before.properties.find((p) => p.id === id)?.verdict;
      if (verdict !== 'violated' && verdict !== 'unknown' && was === 'violated') {
        vanished ??= { what: 'verdict', property: id, now: 'not violated', scenario };
      }
    }
    if (!after.complete) open ??= scenario;
  }
  if (vanished) return vanished;
  if (open !== undefined) return { what: 'unknown', scenario: open };
  let bisimilar = 0;
  for (const scenario of tried) {
    const options = { observe: OBSERVED, maxStates: MAX_STATES };
    const { verdict, relation, difference } = await equiv([base.design, ablation], scenario, options);
    if (verdict === 'unknown') return { what: 'unknown', scenario };
    if (relation === 'branching') bisimilar++;
    if (difference) {
      const { design, trace, last, instead } = difference;
      const of = design === ablation.id ? 'ablation' : 'design';
      return { what: 'seen', scenario, steps: trace.length, of, last, instead };
    }
  }
  return { what: 'redundant', scenarios: tried.length, bisimilar };
}
