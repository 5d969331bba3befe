/** Stored counterexamples, replayed on the design as it is now. */
import { readingOf } from '../explorer/explain.ts';
import { explore } from '../explorer/explore.ts';
import { type Departure, retrace, violationOf } from '../explorer/retrace.ts';
import { parseConfig } from '../model/config.ts';
import type { Design } from '../model/design.ts';
import { readingResult } from './reading.ts';
import { fileOf } from './registry.ts';
import type { PropertyResult, RunResult } from './result.ts';
import type { StoredCounterexample, StoredRun } from './stored/counterexample.ts';
import { type Prepared, prepare } from './verify.ts';

export interface Explained {
  readonly design: string;
  readonly scenario: string;
  readonly property: string;
  /** How many steps were stored. */
  readonly length: number;
  /** Where it no longer replays. */
  readonly departure?: Departure;
  /** It replays to the end, and the property does not object any more. */
  readonly harmless?: true;
}

export interface ExplainedRun {
  /** With a result for each counterexample that replays and still violates its property. */
  readonly run: Omit<RunResult, 'ends'>;
  readonly counterexamples: readonly Explained[];
}

export interface ExplainOptions {
  /** Whether traces say where in the design's files each step was written. */
  readonly sites?: boolean;
  /** Of the exploration that tells where the last good choice was. Default: a million states. */
  readonly maxStates?: number;
}

/**
 * Replays the counterexamples of a stored run on a design as it is now.
 * @param stored what `readStored()` read
 * @returns for each what became of it, and the run with the results of those that replay and still violate
 * @throws FaultlineError for a scenario, config or property that is not known any more
 */
export async function explain(design: Design, stored: StoredRun, options: ExplainOptions = {}): Promise<ExplainedRun> {
  const config = parseConfig(Object.entries(stored.config).map(([name, value]) => `${name}=${value}`));
  const explained: Explained[] = [];
  const results: PropertyResult[] = [];
  const prepared = (properties: readonly string[]): Promise<Prepared> =>
    prepare(design, stored.scenario, { config, properties, sites: options.sites === true });
  for (const c of stored.counterexamples) {
    const about = { design: design.id, scenario: stored.scenario, property: c.property, length: c.steps.length };
    const { departure, result } = replayed(await prepared([c.property]), c, options);
    if (result) results.push(result);
    explained.push({ ...about, ...(departure && { departure }), ...(!departure && !result && { harmless: true }) });
  }
  const { scene } = await prepared([]);
  const file = fileOf(design);
  return {
    counterexamples: explained,
    run: {
      design: design.id,
      ...(file !== undefined && { file }),
      scenario: stored.scenario,
      config: scene.config,
      ...(stored.figures ?? NOTHING_EXPLORED),
      properties: results,
      notApplicable: [],
      bounds: { processes: scene.threads.length, addressSpaces: scene.mms.length, pages: scene.pages.length },
      processes: scene.threads.map((t) => t.id),
      coverage: { taken: new Set(), points: [] },
    },
  };
}

/** Of the exploration that tells where the last good choice was. */
const MOST_STATES = 1_000_000;

const NOTHING_EXPLORED = { states: 0, transitions: 0, depth: 0, seconds: 0, peakBytes: 0, complete: false };

/** A property that does not apply to the design any more is not violated either. */
function replayed(
  { system }: Prepared,
  { property, steps, initial, damage, loopFrom }: StoredCounterexample,
  limits: ExplainOptions,
): { departure?: Departure; result?: PropertyResult } {
  const traced = retrace(system, steps, initial);
  if (traced.departure) return { departure: traced.departure };
  const violated = system.properties.length === 0 ? undefined : violationOf(system, traced, 0, loopFrom);
  if (!violated) return {};
  const { element, blocked } = violated;
  const found = explore(system, { maxStates: MOST_STATES, ...limits });
  const violation = { run: traced.moves, damage: violated.damage };
  const reading = readingResult(system, readingOf(system, found, 0, violation, loopFrom));
  return {
    result: {
      id: property,
      verdict: 'violated',
      trace: traced.steps,
      run: steps.map(({ process, alternative }) => ({ process, alternative })),
      initial: traced.initial,
      // Of a lasso the explorer says more than a replay can.
      damage: loopFrom === undefined ? violated.damage : (damage ?? violated.damage),
      ...(element !== undefined && { element }),
      ...(loopFrom !== undefined && { loopFrom }),
      ...(blocked && { blocked }),
      reading,
    },
  };
}
