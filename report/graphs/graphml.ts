/** GraphML for yEd, Gephi and NetworkX: an attribute per component and process, as graphology's own reader takes it. */
import type { SystemGraph } from '../../explorer/system-graph.ts';
import type { GraphFormat } from '../format.ts';
import { attributes, xmlText } from '../xml.ts';

const format: GraphFormat = { title: 'GraphML (yEd, Gephi, NetworkX)', extension: 'graphml', render };
export default format;

type Type = 'string' | 'int' | 'boolean';
type Values = Readonly<Record<string, string | number | boolean>>;

/** An attribute's declaration; its data elements name it by `id`. */
interface Key {
  readonly id: string;
  readonly domain: 'graph' | 'node' | 'edge';
  readonly name: string;
  readonly type: Type;
}

/** Of a node, besides its components. */
const NODE: Readonly<Record<string, Type>> = { initial: 'boolean', final: 'boolean', violates: 'string' };
const EDGE: Readonly<Record<string, Type>> = {
  process: 'string',
  alternative: 'int',
  function: 'string',
  step: 'string',
  violates: 'string',
  counterexample: 'boolean',
};

function render(graph: SystemGraph): string {
  const facts = graph.getAttributes();
  const first = graph.nodes()[0];
  const names = first === undefined ? [] : Object.keys(graph.getNodeAttribute(first, 'values'));
  const typeOf = (value: unknown): Type => (typeof value === 'number' ? 'int' : 'string');
  const graphKeys = keys('graph', Object.fromEntries(Object.entries(facts).map(([n, v]) => [n, typeOf(v)])));
  const nodeKeys = keys('node', { ...NODE, ...Object.fromEntries(names.map((n) => [n, 'string' as const])) });
  const edgeKeys = keys('edge', EDGE);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"' +
      ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"' +
      ' xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">',
    ...[...graphKeys, ...nodeKeys, ...edgeKeys].map(
      (k) => `  <key${attributes({ id: k.id, for: k.domain, 'attr.name': k.name, 'attr.type': k.type })}/>`,
    ),
    '  <graph id="G" edgedefault="directed">',
    ...data(graphKeys, facts as unknown as Values, 4),
    ...graph.mapNodes((key, { values, violates, ...node }) =>
      element('node', { id: key }, nodeKeys, { ...node, violates: violates.join(' '), ...values }),
    ),
    ...graph.mapEdges((key, { violates, ...edge }, source, target) =>
      element('edge', { id: key, source, target }, edgeKeys, { ...edge, violates: violates.join(' ') }),
    ),
    '  </graph>',
    '</graphml>\n',
  ].join('\n');
}

const keys = (domain: Key['domain'], types: Readonly<Record<string, Type>>): Key[] =>
  Object.entries(types).map(([name, type], i) => ({ id: `${domain[0]}${i}`, domain, name, type }));

const element = (name: string, own: Readonly<Record<string, string>>, of: readonly Key[], values: Values): string =>
  [`    <${name}${attributes(own)}>`, ...data(of, values, 6), `    </${name}>`].join('\n');

const data = (of: readonly Key[], values: Values, indent: number): string[] =>
  of.flatMap(({ id, name }) => {
    const value = values[name];
    return value === undefined ? [] : [`${' '.repeat(indent)}<data key="${id}">${xmlText(String(value))}</data>`];
  });
