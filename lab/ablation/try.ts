/** What leaving one thing out changes: verdicts first, then whatever can be seen. */
import { FaultlineError } from '../../explorer/errors.ts';
import { violated } from '../../explorer/property.ts';
import type { Design } from '../../model/design.ts';
import { kernelMarks } from '../../model/marks.ts';
import { AT_END, CHOICES } from '../../model/observable.ts';
import { defineProperty, type PropertyDefinition } from '../../properties/define.ts';
import { type EquivResult, type ExploredPair, explorePair } from '../../verify/equiv.ts';
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
      /** Of `no-warn`, where the whole design warns, too: of this site, which it reaches in none of the scenarios. */
      readonly site?: string;
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
      /** Who sees no more than this, as `--observe` names it, sees no difference. */
      readonly same: {
        readonly observe: readonly string[];
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

/** Whether what can be seen is the same in all scenarios; else the first run that tells, and who sees no difference. */
async function sameAs(design: Design, ablation: Design, scenarios: readonly string[]): Promise<Outcome> {
  const results: EquivResult[] = [];
  const different = new Map<EquivResult, ExploredPair>();
  for (const text of scenarios) {
    const { scenario, config } = asked(text);
    const pair = await explorePair([design, ablation], scenario, { config, maxStates: MAX_STATES });
    const result = await pair.seenBy(OBSERVED);
    if (result.verdict === 'unknown') return { what: 'unknown', scenario: text };
    results.push(result);
    if (result.difference) different.set({ ...result, scenario: text }, pair);
  }
  const bisimilar = results.filter((r) => r.relation === 'branching').length;
  const [first] = different.keys();
  if (!first) return { what: 'redundant', scenarios: scenarios.length, bisimilar };
  const { design: which, trace, last, instead } = first.difference!;
  const warning = /^warning (.+)$/.exec(last)?.[1];
  if (warning !== undefined) {
    const warns = await newWarning(design, ablation, { warning, scenario: first.scenario, scenarios });
    if (warns) return warns;
  }
  const { observe, bisimilar: more } = await mostThatIsSame([...different.values()]);
  return {
    what: 'seen',
    scenario: first.scenario,
    steps: trace.length,
    of: which === ablation.id ? 'ablation' : 'design',
    last,
    instead,
    same: { observe, scenarios: scenarios.length, bisimilar: bisimilar + more },
  };
}

/** A warning that the whole design, whatever else it warns of, reaches in none of the scenarios. */
async function newWarning(
  design: Design,
  ablation: Design,
  { warning, scenario, scenarios }: { warning: string; scenario: string; scenarios: readonly string[] },
): Promise<Outcome | undefined> {
  const judged = async (d: Design, text: string) => {
    const { scenario: one, config } = asked(text);
    const own = [noWarnAt(warning)];
    const run = await verify(d, one, { config, maxStates: MAX_STATES, own, properties: own.map((p) => p.id) });
    return run.properties[0]!;
  };
  for (const text of scenarios) if ((await judged(design, text)).verdict !== 'holds') return undefined;
  const { verdict, trace, damage } = await judged(ablation, scenario);
  if (verdict !== 'violated') return undefined;
  const told = { steps: trace!.length, ...(damage !== undefined && { damage }) };
  return { what: 'verdict', property: 'no-warn', now: 'violated', scenario, ...told, site: warning };
}

const noWarnAt = (site: string): PropertyDefinition =>
  defineProperty({
    id: 'no-warn-at-that-site',
    sentence: `No step reaches the WARN in ${site}.`,
    promisedBy: 'the source itself',
    premise: 'none',
    instance: () => ({
      neverVacuous: true,
      step: (step) => {
        const reached = kernelMarks(step.marks).some((m) => m.type === 'warn' && m.site === site);
        return reached ? violated(`${step.process} hits the WARN in ${site}`) : undefined;
      },
    }),
  });

/**
 * A largest choice of observables under which all pairs are the same: one after the other, each on the way if that can be,
 * else at the end if that can be. What callers see comes first. (Who sees less sees no more differences, so the scenarios
 * that are the same to who sees everything need not be asked again.)
 */
async function mostThatIsSame(pairs: readonly ExploredPair[]): Promise<{ observe: string[]; bisimilar: number }> {
  let observe: string[] = [];
  let bisimilar = 0;
  for (const one of BY_IMPORTANCE) {
    for (const named of [one, `${one}${AT_END}`]) {
      const relations = await relationsOf(pairs, [...observe, named]);
      if (!relations) continue;
      observe = [...observe, named];
      bisimilar = relations.filter((r) => r === 'branching').length;
      break;
    }
  }
  return { observe, bisimilar };
}

/** Undefined: some pair is not the same. */
async function relationsOf(pairs: readonly ExploredPair[], observe: readonly string[]) {
  const relations: EquivResult['relation'][] = [];
  for (const pair of pairs) {
    const { verdict, relation } = await pair.seenBy(observe);
    if (verdict !== 'same') return undefined;
    relations.push(relation);
  }
  return relations;
}

/** What callers see, then what only the kernel knows. */
const BY_IMPORTANCE = ['results', 'times', 'file', 'media', 'page', 'tags', 'pte'];

/** Whether who sees that sees all that a program can come to see. */
export function isUser(observe: readonly string[]): boolean {
  const { of } = CHOICES.find((c) => c.id === 'user')!;
  return of.every((o) => observe.includes(o) || (o.endsWith(AT_END) && observe.includes(o.slice(0, -AT_END.length))));
}
