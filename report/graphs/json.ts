/** graphology's own serialisation: `Graph.from(JSON.parse(text))` in JavaScript, or nodes and edges for anything else. */
import type { GraphFormat } from '../format.ts';

const format: GraphFormat = {
  title: "graphology's JSON: Graph.from() reads it",
  extension: 'graph.json',
  render: (graph) => `${JSON.stringify(graph.export())}\n`,
};
export default format;
