/** The state graph of one design in one scenario, whole or the part round a counterexample. */
import { FaultlineError } from '../explorer/errors.ts';
import { readings } from '../explorer/explain.ts';
import type { Exploration } from '../explorer/exploration.ts';
import { explore } from '../explorer/explore.ts';
import { edgesOf, sliceRound } from '../explorer/slice.ts';
import { type GraphFacts, type SystemGraph, systemGraph } from '../explorer/system-graph.ts';
import type { Design } from '../model/design.ts';
import { count } from '../report/text.ts';
import type { VerifyOptions } from './index.ts';
import { prepare } from './verify.ts';

/** Larger graphs are no use to any tool that draws, and take a kilobyte per state here. */
export const WHOLE_GRAPH = 50_000;

export interface GraphOptions extends VerifyOptions {
  /** Steps round the counterexample of the one property in `properties`; absent: the whole graph. */
  readonly slice?: number;
}

/**
 * The state graph as a graphology graph: a node per state with the text of every component and process, an edge per step.
 * @param scenario a text
 * @throws FaultlineError E_LIMIT where the graph (or the slice) has more states than are exported, E_USAGE where there is
 * no counterexample to cut round, and what verify() throws
 */
export async function stateGraph(design: Design, scenario: string, options: GraphOptions = {}): Promise<SystemGraph> {
  const { slice, ...rest } = options;
  const { system, scene } = await prepare(design, scenario, rest);
  const limits =
    slice === undefined ? { ...rest, maxStates: Math.min(rest.maxStates ?? WHOLE_GRAPH, WHOLE_GRAPH) } : rest;
  const found = explore(system, limits);
  const facts: GraphFacts = {
    design: design.id,
    scenario,
    config: Object.entries(scene.config)
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
    states: found.states,
    transitions: found.transitions,
  };
  const graph = found.graph();
  const loops = system.properties.flatMap((p, i) => {
    const { run, loopFrom } = found.findings[i]!;
    return run && loopFrom !== undefined ? [{ property: p.id, edges: edgesOf(graph, run).slice(loopFrom) }] : [];
  });
  if (slice === undefined) {
    if (!found.complete) throw tooLarge(`the graph has more than ${limits.maxStates} states`, found);
    const all = Array.from({ length: graph.states }, (_, s) => s);
    return systemGraph(system, graph, all, facts, { loops });
  }
  const property = system.properties[0];
  // The run that verify shows: not the first that was found, but the one that is easiest to follow.
  const run = readings(system, found)[0]?.violation.run;
  if (!property || !run) throw nothingToCut(property?.id, options.properties, found);
  const counterexample = edgesOf(graph, run);
  const keep = sliceRound(graph, counterexample, slice);
  if (keep.length > WHOLE_GRAPH) throw tooLarge(`the slice has ${keep.length} states, more than ${WHOLE_GRAPH}`, found);
  const part = `${count(slice, 'step')} round the counterexample of ${property.id}`;
  return systemGraph(system, graph, keep, { ...facts, slice: part }, { counterexample, loops });
}

const tooLarge = (message: string, found: Exploration): FaultlineError =>
  new FaultlineError(
    'E_LIMIT',
    message,
    `Export the part round a counterexample: --slice K --property ID takes the states within K steps of it (${
      found.complete ? 'with a smaller K' : 'for example --slice 2'
    }). A smaller scenario, or --property none, has fewer states too.`,
  );

function nothingToCut(id: string | undefined, asked: readonly string[] = [], found: Exploration): FaultlineError {
  const why = id === undefined ? `${asked.join(', ')} does not apply` : `${id} is not violated`;
  return new FaultlineError(
    'E_USAGE',
    `there is no counterexample to cut round: ${why}${found.complete ? '' : ' in the states that were explored'}`,
    'Name a violated property with --property (faultline verify shows which), or leave out --slice.',
  );
}
