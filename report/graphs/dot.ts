/**
 * Graphviz DOT: the full state on each node (what is the same everywhere stands once, under the graph), process and
 * action on each edge, a colour per process, a double circle where a property is violated.
 */
import type { StateNode, StepEdge, SystemGraph } from '../../explorer/system-graph.ts';
import type { GraphFormat } from '../format.ts';
import { constants, edgeText, processesOf, titleLines, violationText } from '../graph-text.ts';

const format: GraphFormat = { title: 'Graphviz DOT', extension: 'dot', render };
export default format;

/** Told apart also by people who do not see red or green as others do (Okabe and Ito). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];

function render(graph: SystemGraph): string {
  const always = constants(graph);
  const processes = processesOf(graph);
  const colour = (process: string): string => COLOURS[processes.indexOf(process) % COLOURS.length]!;
  const facts = [...titleLines(graph.getAttributes()), ...[...always].map(([n, v]) => `always ${n}: ${v}`)];
  return [
    'digraph faultline {',
    `  graph ${list({ label: lines(facts), labelloc: 'b', labeljust: 'l', fontname: 'monospace' })};`,
    `  node ${list({ shape: 'box', fontname: 'monospace', fontsize: '9' })};`,
    `  edge ${list({ fontname: 'monospace', fontsize: '9' })};`,
    ...graph.mapNodes((key, node) => `  ${key} ${list(nodeAttributes(key, node, always))};`),
    ...graph.mapEdges((_, edge, from, to) => `  ${from} -> ${to} ${list(edgeAttributes(edge, colour(edge.process)))};`),
    '}\n',
  ].join('\n');
}

function nodeAttributes(key: string, node: StateNode, always: ReadonlyMap<string, string>): Record<string, string> {
  const values = Object.entries(node.values).filter(([name]) => !always.has(name));
  const wrong = violationText(node);
  const label = lines([key, ...values.map(([n, v]) => `${n}: ${v}`), ...(wrong === '' ? [] : [wrong])]);
  if (wrong !== '') return { label, shape: 'doublecircle', color: 'red' };
  return { label, ...(node.initial && { penwidth: '3' }), ...(node.final && { style: 'rounded' }) };
}

function edgeAttributes(edge: StepEdge, color: string): Record<string, string> {
  const wrong = violationText(edge);
  return {
    label: quoted(wrong === '' ? edgeText(edge) : `${edgeText(edge)} [${wrong}]`),
    color: quoted(color),
    fontcolor: quoted(color),
    ...((edge.counterexample || wrong !== '') && { penwidth: '3' }),
  };
}

const list = (values: Readonly<Record<string, string>>): string =>
  `[${Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')}]`;

/** In a quoted string only the quote ends it, but labels read backslashes as escapes. */
const escaped = (text: string): string => text.replace(/["\\]/g, '\\$&').replace(/[\p{Cc}\s]+/gu, ' ');
const quoted = (text: string): string => `"${escaped(text)}"`;
/** `\l` ends a line and sets it flush left. */
const lines = (texts: readonly string[]): string => `"${texts.map((t) => `${escaped(t)}\\l`).join('')}"`;
