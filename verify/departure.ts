/** A counterexample of one design, followed in another: the first step that the other one refuses. */
import { explore } from '../explorer/explore.ts';
import { follow, meaningsOf } from '../explorer/follow.ts';
import { type Blocked, replay, type TraceStep } from '../explorer/trace.ts';
import type { Config } from '../model/config.ts';
import type { Design } from '../model/design.ts';
import { OBSERVED } from '../model/observed.ts';
import type { PropertyResult } from './result.ts';
import { prepare } from './verify.ts';

export interface Departure {
  /** How many steps of the counterexample can be followed; where that is not all, the next one is refused. */
  readonly followed: number;
  /** What the refused process does there instead; where all were followed, how a run that never ends goes on here. */
  readonly instead: readonly TraceStep[];
  /** What it waits for after that, if it has to wait. */
  readonly waits?: Blocked;
  /** Whether the other design violates the property in that scenario, in whatever run; `n/a`: it does not apply to it. */
  readonly own: 'violated' | 'not violated' | 'n/a';
  /** Why it was not followed. */
  readonly open?: 'incomplete' | 'too large';
}

export interface Followable {
  readonly design: Design;
  readonly scenario: string;
  readonly config: Config;
  readonly result: Pick<PropertyResult, 'id' | 'run' | 'loopFrom'>;
}

/** @param limits of exploring the other design @throws FaultlineError for anything wrong with it in that scenario */
export async function departure(
  { design, scenario, config, result }: Followable,
  under: Design,
  limits: { readonly maxStates?: number; readonly maxBytes?: number } = {},
): Promise<Departure> {
  const from = await prepare(design, scenario, { config, properties: [] });
  const ids = from.system.processes.map((p) => p.id);
  const run = result.run!.map(({ process, alternative }) => ({ process: ids.indexOf(process), alternative }));
  const to = await prepare(under, scenario, { config, properties: [result.id] });
  const found = explore(to.system, limits);
  const verdict = found.findings[0]?.verdict;
  const own = verdict === undefined ? 'n/a' : verdict === 'violated' ? 'violated' : 'not violated';
  const none = { followed: 0, instead: [], own } as const;
  if (!found.complete) return { ...none, open: 'incomplete' };
  const followed = follow(meaningsOf(from.system, run, OBSERVED), to.system, found.graph(), OBSERVED);
  if (!followed) return { ...none, open: 'too large' };
  const { steps, moves, next } = followed;
  const whole = steps === run.length;
  // How a run goes on that ends with its violation is of no interest.
  if (whole && result.loopFrom === undefined) return { followed: steps, instead: [], own };
  const trace = replay(to.system, [...moves, ...next]);
  const who = ids[run[Math.min(steps, run.length - 1)]!.process];
  const waits = trace.blocked.find((b) => b.process === who);
  return { followed: steps, instead: trace.steps.slice(moves.length), ...(waits && { waits }), own };
}
