/** What leaving one thing out changes: verdicts first, then whatever can be seen. */
import { FaultlineError } from '../../explorer/errors.ts';
import type { Design } from '../../model/design.ts';
import { equiv } from '../../verify/equiv.ts';
import type { RunResult } from '../../verify/result.ts';
import { verify } from '../../verify/verify.ts';
import { without } from './ablate.ts';
import { type Site, siteText } from './kinds.ts';
import { asked, soughtFor } from './scenarios.ts';

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
      /** Nothing else can be seen: the two are the same if this is not looked at. */
      readonly but?: {
        readonly observables: readonly string[];
        readonly scenarios: number;
        readonly bisimilar: number;
      };
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
    const known = this.runs.get(scenario) ?? plain(await tried(this.design, scenario, LARGE));
    this.runs.set(scenario, known);
    return known;
  }
}

/** `ends` holds on to all states. */
const plain = (run: RunResult): RunResult => ({ ...run, ends: () => [], coverage: { taken: new Set(), points: [] } });

const tried = (design: Design, text: string, maxStates: number): Promise<RunResult> => {
  const { scenario, config } = asked(text);
  return verify(design, scenario, { config, maxStates });
};

/** Scenarios of whatever size are tried for what nothing else shows. */
const SOUGHT_STATES = 1_000_000;

export async function outcomeOf(base: Base, site: Site, scenarios: readonly string[]): Promise<Outcome> {
  const ablation = without(base.design, site);
  let vanished: Outcome | undefined;
  let open: string | undefined;
  const seen: string[] = [];
  for (const scenario of scenarios) {
    const before = await base.run(scenario);
    if (!before.complete) continue;
    seen.push(scenario);
    const after = await violatedBy(ablation, scenario, before, MAX_STATES);
    if ('what' in after) return after;
    for (const { id, verdict } of after.properties) {
      const was = before.properties.find((p) => p.id === id)?.verdict;
      if (verdict !== 'violated' && verdict !== 'unknown' && was === 'violated') {
        vanished ??= { what: 'verdict', property: id, now: 'not violated', scenario };
      }
    }
    if (!after.complete) open ??= scenario;
  }
  for (const scenario of soughtFor(siteText(site))) {
    const before = await tried(base.design, scenario, SOUGHT_STATES);
    const after = await violatedBy(ablation, scenario, plain(before), SOUGHT_STATES);
    if ('what' in after) return after;
  }
  if (vanished) return vanished;
  if (open !== undefined) return { what: 'unknown', scenario: open };
  return sameAs(base.design, ablation, seen);
}

/** What the ablation violates or breaks that the design does not; else its run. */
async function violatedBy(
  ablation: Design,
  scenario: string,
  before: RunResult,
  maxStates: number,
): Promise<Outcome | RunResult> {
  let after: RunResult;
  try {
    after = plain(await tried(ablation, scenario, maxStates));
  } catch (e) {
    if (!(e instanceof FaultlineError)) throw e;
    return { what: 'broken', scenario, error: e.message };
  }
  const held = (id: string): boolean => before.properties.some((p) => p.id === id && !OPEN.has(p.verdict));
  const [first, ...others] = after.properties
    .filter((p) => p.verdict === 'violated' && held(p.id))
    .sort((a, b) => a.trace!.length - b.trace!.length);
  if (!first) return after;
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
const OPEN: ReadonlySet<string> = new Set(['violated', 'unknown']);

/** Whether what can be seen is the same in all scenarios; else the shortest run that tells, and what tells. */
async function sameAs(design: Design, ablation: Design, scenarios: readonly string[]): Promise<Outcome> {
  const outcome = await compared(design, ablation, scenarios, OBSERVED);
  if (outcome.what !== 'seen') return outcome;
  for (const observables of fewOf(OBSERVED)) {
    const rest = OBSERVED.filter((o) => !observables.includes(o));
    const without = await compared(design, ablation, scenarios, rest);
    if (without.what !== 'redundant') continue;
    const { scenarios: number, bisimilar } = without;
    return { ...outcome, but: { observables, scenarios: number, bisimilar } };
  }
  return outcome;
}

/** One of them; then two. */
const fewOf = (all: readonly string[]): string[][] => [
  ...all.map((a) => [a]),
  ...all.flatMap((a, i) => all.slice(i + 1).map((b) => [a, b])),
];

async function compared(
  design: Design,
  ablation: Design,
  scenarios: readonly string[],
  observe: readonly string[],
): Promise<Outcome> {
  let bisimilar = 0;
  for (const text of scenarios) {
    const { scenario, config } = asked(text);
    const options = { observe, config, maxStates: MAX_STATES };
    const { verdict, relation, difference } = await equiv([design, ablation], scenario, options);
    if (verdict === 'unknown') return { what: 'unknown', scenario: text };
    if (relation === 'branching') bisimilar++;
    if (difference) {
      const { design: which, trace, last, instead } = difference;
      const of = which === ablation.id ? 'ablation' : 'design';
      return { what: 'seen', scenario: text, steps: trace.length, of, last, instead };
    }
  }
  return { what: 'redundant', scenarios: scenarios.length, bisimilar };
}
