/** A counterexample of one design, followed in another: the first step that the other one refuses. */
import { wrongUsage } from '../explorer/errors.ts';
import { explore } from '../explorer/explore.ts';
import { type Followed, follow, meaningsOf, violatesAlong } from '../explorer/follow.ts';
import type { Verdict } from '../explorer/property.ts';
import { type Blocked, blocked, replay, type TraceStep } from '../explorer/trace.ts';
import type { Config } from '../model/config.ts';
import type { Design } from '../model/design.ts';
import { OBSERVED } from '../model/observed.ts';
import { propertiesOf } from './design-file/properties.ts';
import { propertyIds } from './registry.ts';
import type { PropertyResult } from './result.ts';
import { prepare } from './verify.ts';

export interface Replayed {
  /** How many steps of the counterexample can be followed; where that is not all, the next one is refused. */
  readonly followed: number;
  /** What the refused process does there instead; where all were followed, how a run that never ends goes on here. */
  readonly instead: readonly TraceStep[];
  /** What that ends with: an effect, a wait, the process's end, or steps that come round again. */
  readonly ends: Followed['ends'];
  /** What it waits for then, if it has to wait. */
  readonly waits?: Blocked;
  /** Whether the other design's run violates the property, too. */
  readonly violates: boolean;
  /** What the other design's verdict is in that scenario, over all its runs; `n/a`: the property does not apply to it. */
  readonly verdict: Verdict | 'n/a';
  /** Why it was not followed. */
  readonly open?: 'incomplete' | 'too large';
}

/** A counterexample and where it was found. */
export interface Followable {
  readonly design: Design;
  readonly scenario: string;
  readonly config: Config;
  readonly result: Pick<PropertyResult, 'id' | 'run' | 'loopFrom'>;
}

/**
 * Follows a counterexample of one design in another one: step by step what both do alike, up to the first step that the
 * other one refuses, and what it does there instead.
 * @param of a violated result of `verify()`, with the design, scenario and config that it was found in
 * @param under the other design
 * @param limits of exploring the other design
 * @throws FaultlineError for anything wrong with it in that scenario, E_USAGE where there is no counterexample
 */
export async function replayUnder(
  { design, scenario, config, result }: Followable,
  under: Design,
  limits: { readonly maxStates?: number; readonly maxBytes?: number } = {},
): Promise<Replayed> {
  if (!result.run) {
    throw wrongUsage(`${result.id} has no counterexample to follow`, 'Give a violated result.');
  }
  const from = await prepare(design, scenario, { config, properties: [] });
  const ids = from.system.processes.map((p) => p.id);
  const run = result.run.map(({ process, alternative }) => ({ process: ids.indexOf(process), alternative }));
  // A property that came with another design's file is not known here.
  const known = [...(await propertyIds()), ...propertiesOf(under).map((p) => p.id)].includes(result.id);
  const to = await prepare(under, scenario, { config, properties: known ? [result.id] : [] });
  const found = explore(to.system, limits);
  const verdict = found.findings[0]?.verdict ?? 'n/a';
  const none = { followed: 0, instead: [], ends: 'waits', violates: false, verdict } as const;
  if (!found.complete) return { ...none, open: 'incomplete' };
  const followed = follow(meaningsOf(from.system, run, OBSERVED), to.system, found.graph(), OBSERVED);
  if (!followed) return { ...none, open: 'too large' };
  const { steps, moves, next, ends } = followed;
  const violates = verdict !== 'n/a' && violatesAlong(found.graph(), moves, 0);
  const whole = steps === run.length;
  // How a run goes on that ends with its violation is of no interest.
  if (whole && result.loopFrom === undefined) return { followed: steps, instead: [], ends, violates, verdict };
  const trace = replay(to.system, [...moves, ...next]);
  const who = ids[run[Math.min(steps, run.length - 1)]!.process];
  const waits = blocked(to.system, trace.end).find((b) => b.process === who);
  const instead = trace.steps.slice(moves.length);
  return { followed: steps, instead, ends, ...(waits && { waits }), violates, verdict };
}
