/**
 * Mermaid flowchart, for small graphs in a page: a full state does not fit there, so that a node says what differs from
 * the initial state, and of a process only the innermost call's state.
 */
import type { StateNode, SystemGraph } from '../../explorer/system-graph.ts';
import type { GraphFormat } from '../format.ts';
import { edgeText, titleLines, violationText } from '../graph-text.ts';
import { mermaidText } from '../mermaid-text.ts';

const format: GraphFormat = { title: 'Mermaid flowchart, for small graphs', extension: 'mmd', render };
export default format;

function render(graph: SystemGraph): string {
  const initial = graph.filterNodes((_, n) => n.initial)[0];
  const start = initial === undefined ? {} : graph.getNodeAttribute(initial, 'values');
  const wrong = graph.filterNodes((_, n) => n.violates.length > 0);
  return [
    '---',
    `title: ${JSON.stringify(titleLines(graph.getAttributes())[0])}`,
    '---',
    'flowchart TD',
    ...graph.mapNodes((key, node) => `  ${key}${shape(key, node, start)}`),
    ...graph.mapEdges(
      (_, edge, from, to) => `  ${from} ${edge.counterexample ? '==>' : '-->'}|"${mermaidText(edgeText(edge))}"| ${to}`,
    ),
    ...(wrong.length > 0
      ? ['  classDef violated stroke:#d00,stroke-width:4px', `  class ${wrong.join(',')} violated`]
      : []),
    '',
  ].join('\n');
}

/** Three round brackets: Mermaid's double circle. */
function shape(key: string, node: StateNode, start: Readonly<Record<string, string>>): string {
  const changed = Object.entries(node.values).filter(([name, value]) => start[name] !== value);
  const said = [key, ...changed.map(([name, value]) => `${name}: ${innermost(value)}`), violationText(node)];
  const label = `"${said
    .filter((text) => text !== '')
    .map(mermaidText)
    .join('<br/>')}"`;
  if (node.violates.length > 0) return `(((${label})))`;
  return node.initial ? `([${label}])` : `[${label}]`;
}

/** Of `op0_load/do_page_fault/mmap_sem orig_pte=…` the innermost name. */
const innermost = (value: string): string =>
  /^[\w-]+(?:\/[\w-]+)*\/(?<name>[\w-]+)(?: |$)/.exec(value)?.groups?.name ?? value;
