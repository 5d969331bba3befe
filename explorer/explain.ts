/** How to read a counterexample: the run that is easiest to follow, and where in it the last good choice was. */

import { type Exploration, isOutOfMemory, once } from './exploration.ts';
import { depthOfSighting, type Finding, type Move } from './findings.ts';
import { edgesInto, GoodRuns } from './good-runs.ts';
import { type ExploredGraph, edgeOf } from './state-graph.ts';
import { fewestSwitches, switchesOf, type Violation } from './switches.ts';
import type { System } from './system.ts';

/** Larger graphs are not built for reading a counterexample. */
const READABLE = 300_000;

export interface Reading {
  /** As short as the finding's own run. */
  readonly violation: Violation;
  /** How often another process than before steps; the fewest of all shortest runs unless `switchesOpen` says otherwise. */
  readonly switches: number;
  /** Why others of the shortest runs were not looked at, or not all of them. */
  readonly switchesOpen?: 'incomplete' | 'too large';
  /** Where good runs part from this one; undefined: not computed, see `open`. */
  readonly good?: GoodUntil;
  /** Why it was not computed: it takes the graph of all states. */
  readonly open?: 'incomplete' | 'too large' | 'reduced';
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
  try {
    return allReadings(system, found);
  } catch (e) {
    // The graph takes more memory than its states did.
    if (!isOutOfMemory(e)) throw e;
    return found.findings.map((f) => f.run && unread(f));
  }
}

const unread = (finding: Finding): Reading => ({
  violation: own(finding),
  switches: switchesOf(own(finding).run),
  switchesOpen: 'too large',
  open: 'too large',
});

function allReadings(system: System, found: Exploration): (Reading | undefined)[] {
  const open = found.reduced
    ? 'reduced'
    : !found.complete
      ? 'incomplete'
      : found.states > READABLE
        ? 'too large'
        : undefined;
  const into = once(() => edgesInto(found.graph()));
  // One graph for all of them, where that is not too large.
  const ends = found.findings.map((f, i) => (f.loopFrom === undefined ? depthOfSighting(system.properties[i]!, f) : 0));
  if (open && found.findings.some((f) => f.run)) (found.ordered ?? found).near(Math.max(...ends), READABLE);
  return found.findings.map((finding, property) => {
    if (!finding.run) return undefined;
    const { violation, switchesOpen } = easiest(system, found, property, finding, open === undefined);
    const reading = { violation, switches: switchesOf(violation.run), ...(switchesOpen && { switchesOpen }) };
    if (open) return { ...reading, open };
    const graph = found.graph();
    const runs = new GoodRuns(graph, into(), property);
    return { ...reading, good: goodUntil(graph, runs, violation.run, finding.loopFrom !== undefined) };
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
  const { violation: best, switchesOpen } = easiest(system, found, property, finding, true);
  const fewer = best.run.length === run.length && loopFrom === undefined && switchesOf(best.run) < switches;
  const easier: Reading['easier'] = best.run.length < run.length ? 'shorter' : fewer ? 'fewer switches' : undefined;
  const reading = { violation, switches, ...(switchesOpen && { switchesOpen }), ...(easier && { easier }) };
  if (!found.complete) return { ...reading, open: 'incomplete' };
  const graph = found.graph();
  const runs = new GoodRuns(graph, edgesInto(graph), property);
  return { ...reading, good: goodUntil(graph, runs, run, loopFrom !== undefined) };
}

const own = ({ run = [], damage = '', element }: Finding): Violation => ({
  run,
  damage,
  ...(element !== undefined && { element }),
});

/**
 * The run as long as the finding's that is easiest to follow. One that never ends stays as it is: what counts there is its
 * loop.
 * @param whole whether the whole graph is built anyway
 */
function easiest(
  system: System,
  found: Exploration,
  property: number,
  finding: Finding,
  whole: boolean,
): Pick<Reading, 'violation' | 'switchesOpen'> {
  const violation = own(finding);
  const { run } = violation;
  if (finding.loopFrom !== undefined || switchesOf(run) === 0) return { violation };
  const ordered = found.ordered ?? found;
  // All runs of this length were looked at if every state nearer than its end was expanded.
  const incomplete = finding.notShortest || (!ordered.complete && ordered.depth < run.length);
  const depth = depthOfSighting(system.properties[property]!, finding);
  const graph = whole && ordered === found ? found.graph() : ordered.near(depth, READABLE);
  if (!graph) return { violation, switchesOpen: 'too large' };
  const best = fewestSwitches(graph, system.processes.length, property, run.length);
  return {
    violation: best && switchesOf(best.run) < switchesOf(run) ? best : violation,
    ...(incomplete && { switchesOpen: 'incomplete' }),
  };
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
