/** What the exporters of state graphs say of nodes, edges and the graph. */
import type { GraphFacts, StateNode, StepEdge, SystemGraph } from '../explorer/system-graph.ts';
import { grouped } from './text.ts';

/** `v4.0: a=hole: store a || store a` and what part of its graph it is, in lines. */
export function titleLines({ design, scenario, config, states, transitions, slice }: GraphFacts): string[] {
  const whole = `${grouped(states)} states, ${grouped(transitions)} transitions`;
  return [`${design}: ${scenario}`, config, slice === undefined ? whole : `${slice}; the whole graph: ${whole}`];
}

/** `T0 insert_pfn(): set_pte_at(ro)` */
export const edgeText = ({ process, function: fn, step }: StepEdge): string =>
  step.startsWith(fn.replace(/^_+/, '')) ? `${process} ${step}` : `${process} ${fn}(): ${step}`;

export const violationText = ({ violates }: StateNode | StepEdge): string =>
  violates.length === 0 ? '' : `violates ${violates.join(', ')}`;

/** What has the same value in all states of the graph: said once, for the graph. */
export function constants(graph: SystemGraph): ReadonlyMap<string, string> {
  const same = new Map(Object.entries(graph.order === 0 ? {} : graph.getNodeAttribute(graph.nodes()[0]!, 'values')));
  graph.forEachNode((_, { values }) => {
    for (const [name, value] of same) if (values[name] !== value) same.delete(name);
  });
  return same;
}

export const processesOf = (graph: SystemGraph): string[] =>
  [...new Set(graph.mapEdges((_, { process }) => process))].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
