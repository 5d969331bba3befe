/** How to read a counterexample: the run that is easiest to follow, and where in it the last good choice was. */
import type { Exploration, Finding, Move } from './exploration.ts';
import { edgesInto, GoodRuns } from './good-runs.ts';
import { type ExploredGraph, edgeOf } from './state-graph.ts';
import { fewestSwitches, switchesOf, type Violation } from './switches.ts';
import type { System } from './system.ts';

/** Graphs with more states are not built for reading. */
export const READABLE = 1_000_000;

export interface Reading {
  /** As short as the finding's own run. */
  readonly violation: Violation;
  /** How often another process than before steps; the fewest of all shortest runs unless `open` says otherwise. */
  readonly switches: number;
  /** Where good runs part from this one; undefined: not computed, see `open`. */
  readonly good?: GoodUntil;
  /** Why something was not computed. */
  readonly open?: 'incomplete' | 'too large';
  /** Of a run that was given: whether there is one that is easier to follow; absent: there is none. */
  readonly easier?: 'shorter' | 'fewer switches' | 'unknown';
}

/** A run is good if it never violates the property and all processes finish. */
export interface GoodUntil {
  /** After so many steps of the run a good one is still possible, and after none later; undefined: not even at first. */
  readonly steps?: number;
  /** The rest of a shortest good run from there. */
  readonly rest?: readonly Move[];
}

/** By property index: how to read its counterexample; undefined where it has none. */
export function readings(system: System, found: Exploration): (Reading | undefined)[] {
  const violated = found.findings.map((f) => (f.run ? f : undefined));
  if (violated.every((f) => !f)) return violated.map(() => undefined);
  if (found.states > READABLE) return violated.map((f) => f && unread(f, 'too large'));
  const graph = found.graph();
  const into = found.complete ? edgesInto(graph) : undefined;
  return violated.map((finding, property) => {
    if (!finding) return undefined;
    const violation = easiest(system, graph, property, finding);
    const switches = switchesOf(violation.run);
    if (!into) return { violation, switches, open: 'incomplete' };
    const good = goodUntil(graph, new GoodRuns(graph, into, property), violation.run, finding.loopFrom !== undefined);
    return { violation, switches, good };
  });
}

/**
 * How to read a run that was found earlier and violates the property.
 * @param found the exploration of the same system, possibly not complete @param loopFrom of a run that never ends
 */
export function readingOf(
  system: System,
  found: Exploration,
  property: number,
  violation: Violation,
  loopFrom: number | undefined,
): Reading {
  const { run } = violation;
  const finding = found.findings[property]!;
  const switches = switchesOf(run);
  if (!finding.run) return { violation, switches, open: 'incomplete', easier: 'unknown' };
  const graph = found.graph();
  const best = easiest(system, graph, property, finding).run;
  const fewer = best.length === run.length && loopFrom === undefined && switchesOf(best) < switches;
  const easier: Reading['easier'] = best.length < run.length ? 'shorter' : fewer ? 'fewer switches' : undefined;
  const reading = { violation, switches, ...(easier && { easier }) };
  if (!found.complete) return { ...reading, open: 'incomplete' };
  const runs = new GoodRuns(graph, edgesInto(graph), property);
  return { ...reading, good: goodUntil(graph, runs, run, loopFrom !== undefined) };
}

const own = ({ run = [], damage = '', element }: Finding): Violation => ({
  run,
  damage,
  ...(element !== undefined && { element }),
});

const unread = (finding: Finding, open: NonNullable<Reading['open']>): Reading => ({
  violation: own(finding),
  switches: switchesOf(own(finding).run),
  open,
});

/** A run that never ends stays as it is: what counts there is its loop. */
function easiest(system: System, graph: ExploredGraph, property: number, finding: Finding): Violation {
  const first = own(finding);
  if (finding.loopFrom !== undefined || switchesOf(first.run) === 0) return first;
  const best = fewestSwitches(graph, system.processes.length, property, first.run.length);
  return best && switchesOf(best.run) < switchesOf(first.run) ? best : first;
}

function goodUntil(graph: ExploredGraph, good: GoodRuns, run: readonly Move[], endless: boolean): GoodUntil {
  // The last step of a run that ends is the violation, wherever it leads.
  const last = endless ? run.length : run.length - 1;
  let state = 0;
  let steps: number | undefined;
  let at = 0;
  for (let n = 0; n <= last && good.from(state); n++) {
    [steps, at] = [n, state];
    const edge = n < run.length ? edgeOf(graph, state, run[n]!) : undefined;
    if (edge !== undefined) state = graph.target[edge]!;
  }
  return steps === undefined ? {} : { steps, rest: good.rest(at, run[steps - 1]?.process) };
}
