/** The state graph in each format, read back by a reader of the format, against what verify counts. */
import { type ASTNode, parse as parseDot } from '@ts-graphviz/ast';
import { MultiDirectedGraph } from 'graphology';
import { parse as parseGraphml } from 'graphology-graphml';
import { describe, expect, it } from 'vitest';
import type { SystemGraph } from '../explorer/system-graph.ts';
import { captured } from './cli-fixtures.ts';
import { parseMermaid } from './formats/mermaid-parser.ts';
import { written } from './formats/written.ts';

const SCENARIO = ['v4.0', '--scenario', 'store-punch', '--property', 'no-freed-block-mapped'];
const text = async (to: string, ...argv: readonly string[]): Promise<string> => {
  const { code, out, err } = await captured(['export', ...SCENARIO, '--to', to, ...argv]);
  expect([code, err]).toEqual([0, to === 'mermaid' ? expect.anything() : '']);
  return out;
};
const counted = async (): Promise<{ states: number; transitions: number }> =>
  JSON.parse((await captured(['verify', ...SCENARIO, '--json'])).out).runs[0];

const graphOf = (json: string): SystemGraph => MultiDirectedGraph.from(JSON.parse(json)) as unknown as SystemGraph;

interface DotGraph {
  readonly nodes: readonly { readonly id: string; readonly attributes: Readonly<Record<string, string>> }[];
  readonly edges: readonly { readonly attributes: Readonly<Record<string, string>> }[];
}

function readDot(dot: string): DotGraph {
  const graph = parseDot(dot, { maxASTNodes: 1_000_000 }).children.find((c) => c.type === 'Graph')!;
  const attributesOf = ({ children }: { readonly children: readonly ASTNode[] }): Record<string, string> =>
    Object.fromEntries(children.flatMap((c) => (c.type === 'Attribute' ? [[c.key.value, c.value.value]] : [])));
  return {
    nodes: graph.children.flatMap((c) => (c.type === 'Node' ? [{ id: c.id.value, attributes: attributesOf(c) }] : [])),
    edges: graph.children.flatMap((c) => (c.type === 'Edge' ? [{ attributes: attributesOf(c) }] : [])),
  };
}

describe('export', () => {
  it('--to json is a graph of graphology with as many nodes and edges as verify counts', async () => {
    const graph = graphOf(await text('json'));
    const { states, transitions } = await counted();
    expect([graph.order, graph.size, graph.type, graph.multi]).toEqual([states, transitions, 'directed', true]);
    expect(graph.getAttributes()).toMatchObject({ design: 'v4.0', states, transitions });
    expect(graph.getNodeAttribute('s0', 'values')).toMatchObject({ 'pte[mm1].a': 'none', T0: 'op0_load/access' });
    const bad = graph.filterNodes((_, n) => n.violates.length > 0);
    expect(bad.length).toBeGreaterThan(0);
    for (const key of bad) expect(graph.getNodeAttribute(key, 'violates')).toEqual(['no-freed-block-mapped']);
  });

  it('--to graphml says the same, by the reader of graphology', async () => {
    const [json, xml] = [graphOf(await text('json')), await text('graphml')];
    const read = parseGraphml(MultiDirectedGraph, xml);
    expect([read.order, read.size]).toEqual([json.order, json.size]);
    json.forEachNode((key, { values, violates, initial, final }) => {
      expect(read.getNodeAttributes(key)).toEqual({ ...values, violates: violates.join(' '), initial, final });
    });
    const edges = read.mapEdges((_, attributes, from, to) => [from, to, attributes]);
    expect(edges).toEqual(json.mapEdges((_, a, from, to) => [from, to, { ...a, violates: a.violates.join(' ') }]));
  });

  it('--to dot has the full state on nodes, process and action on edges, and a double circle where it is violated', async () => {
    const json = graphOf(await text('json'));
    const dot = await text('dot');
    const { nodes, edges } = readDot(dot);
    const always = dot.split('\n')[1]!.replaceAll('\\', '');
    expect([nodes.length, edges.length]).toEqual([json.order, json.size]);
    const doubled = nodes.filter((n) => n.attributes.shape === 'doublecircle').map((n) => n.id);
    expect(doubled).toEqual(json.filterNodes((_, n) => n.violates.length > 0));
    for (const { id, attributes } of nodes) {
      for (const [name, value] of Object.entries<string>(json.getNodeAttribute(id, 'values'))) {
        // Readers differ in which backslashes they take away.
        const bare = (label: string): string => label.replaceAll('\\', '');
        const line = `${name}: ${bare(value)}l`;
        // What is the same in all states stands once, with the graph.
        expect(bare(attributes.label!).includes(line) || always.includes(`always ${line}`)).toBe(true);
      }
    }
    const insert = edges.find((e) => e.attributes.label!.includes('insert_pfn'))!;
    expect(insert.attributes.label).toBe('T0 insert_pfn(): set_pte_at(ro)');
    expect(new Set(edges.map((e) => `${e.attributes.label!.slice(0, 2)} ${e.attributes.color}`)).size).toBe(2);
  });

  it('--to mermaid parses, and says where Mermaid would refuse to draw', async () => {
    const slice = await captured(['export', ...SCENARIO, '--to', 'mermaid', '--slice', '0']);
    expect(await parseMermaid(slice.out)).toMatch(/^flowchart/);
    expect(slice.err).toBe('');
    const whole = await captured(['export', ...SCENARIO, '--to', 'mermaid']);
    expect(await parseMermaid(whole.out)).toMatch(/^flowchart/);
    expect(whole.err).toMatch(/^\d+ edges: Mermaid draws 500 unless its maxEdges is set/);
  });

  it('--slice 0 is the counterexample and what lies between its states; a larger one holds the smaller', async () => {
    const of = async (k: string) => graphOf(await text('json', '--slice', k));
    const [none, two] = [await of('0'), await of('2')];
    const [property] = JSON.parse((await captured(['verify', ...SCENARIO, '--json'])).out).runs[0].properties;
    expect(none.order).toBe(property.trace.length + 1);
    const run = none.filterEdges((_, e) => e.counterexample).map((e) => none.getEdgeAttributes(e));
    expect(run.map((e) => [e.process, e.function, e.step])).toEqual(
      property.trace.map((s: { process: string; function: string; step: string }) => [s.process, s.function, s.step]),
    );
    expect(two.order).toBeGreaterThan(none.order);
    for (const key of none.nodes()) expect(two.hasNode(key)).toBe(true);
    expect(two.getAttribute('slice')).toBe('2 steps round the counterexample of no-freed-block-mapped');
    expect((await of('1')).getAttribute('slice')).toBe('1 step round the counterexample of no-freed-block-mapped');
  });

  it('marks the loop of a run that never ends', async () => {
    const argv = ['write-flag-no-replace', '--scenario', 'a=block: load a; store a', '--property', 'store-completes'];
    const { out } = await captured(['export', ...argv, '--to', 'json']);
    const [property] = JSON.parse((await captured(['verify', ...argv, '--json'])).out).runs[0].properties;
    const graph = graphOf(out);
    const loop = graph.filterEdges((_, e) => e.violates.includes('store-completes'));
    expect(loop).toHaveLength(property.trace.length - property.loopFrom);
  });

  it('of the bare model has no monitors and no violations', async () => {
    const argv = ['export', 'v4.0', '--scenario', 'store-punch', '--property', 'none', '--to', 'json'];
    const graph = graphOf((await captured(argv)).out);
    expect(Object.keys(graph.getNodeAttribute('s0', 'values')).filter((n) => n.startsWith('monitor'))).toEqual([]);
    expect(graph.filterNodes((_, n) => n.violates.length > 0)).toEqual([]);
  });

  it('writes to a file in the directory that is named', async () => {
    const { mkdtempSync, rmSync, readdirSync } = await import('node:fs');
    const { tmpdir } = await import('node:os');
    const { join } = await import('node:path');
    const directory = mkdtempSync(join(tmpdir(), 'faultline-export-'));
    const { out, err, code } = await captured([
      'export',
      ...SCENARIO,
      '--to',
      'dot',
      '--slice',
      '1',
      '--out',
      directory,
    ]);
    expect([out, code]).toEqual(['', 0]);
    const names = readdirSync(directory);
    expect(names).toEqual(['v4.0--store-punch--no-freed-block-mapped--slice-1.dot']);
    expect(err).toMatch(/: \d+ states, \d+ transitions\n$/);
    rmSync(directory, { recursive: true });
  });
});

describe('export refuses', () => {
  const one = ['v4.0', '--scenario', 'store-punch'];
  const cases: Readonly<Record<string, [argv: string[], error: RegExp]>> = {
    'a graph that is too large, and names the slice': [
      ['v4.14', '--scenario', 'a=hole: load a; store a || store a; fsync || write a; fsync', '--to', 'dot'],
      /^E_LIMIT: the graph has more than 50000 states\n.*--slice K --property ID/,
    ],
    'a limit of its own': [
      [...one, '--to', 'dot', '--max-states', '50'],
      /^E_LIMIT: the graph has more than 50 states\n.*--slice/,
    ],
    'no format': [one, /^E_USAGE: export without --to\n.*dot\|graphml\|json\|mermaid/],
    'a format that does not exist': [[...one, '--to', 'svg'], /^E_UNKNOWN_NAME: there is no graph format "svg"/],
    'a model format with a letter too many': [
      [...one, '--to', 'promella'],
      /^E_UNKNOWN_NAME: .*\n {2}Did you mean promela\?/,
    ],
    'a format of the contract that is not built': [
      [...one, '--to', 'tla'],
      /^E_UNSUPPORTED: --to tla is not built yet/,
    ],
    'a shape of a graph': [[...one, '--to', 'dot', '--shape', 'table'], /^E_USAGE: --shape together with --to dot/],
    'no scenario': [['v4.0', '--to', 'dot'], /^E_USAGE: export without --scenario/],
    'a name of two scenarios': [
      ['v4.0', '--scenario', 'load-store', '--to', 'dot'],
      /^E_USAGE: load-store stands for 2 scenarios\n {2}Give one of their texts: 'a=hole: load a; store a', 'a=block/,
    ],
    'a design that does not exist': [
      ['v9', ...one.slice(1), '--to', 'dot'],
      /^E_UNKNOWN_NAME: there is no design "v9"/,
    ],
    'a slice without property': [[...one, '--to', 'dot', '--slice', '1'], /^E_USAGE: --slice without --property/],
    'a slice round nothing': [
      [...one, '--to', 'dot', '--slice', '1', '--property', 'no-warn'],
      /^E_USAGE: there is no counterexample to cut round: no-warn is not violated\n/,
    ],
    'a slice round a property that does not apply': [
      [...one, '--to', 'dot', '--slice', '1', '--property', 'writable-implies-dirty'],
      /cut round: writable-implies-dirty does not apply/,
    ],
    'a slice that is no number': [
      [...one, '--to', 'dot', '--slice', '-1', '--property', 'no-warn'],
      /^E_USAGE: --slice cannot be "-1"/,
    ],
  };
  for (const [what, [argv, error]] of Object.entries(cases)) {
    it(what, async () => {
      const { code, out, err } = await captured(['export', ...argv]);
      expect(err).toMatch(error);
      expect([code, out]).toEqual([2, '']);
    });
  }
});

describe('every way to a counterexample', () => {
  it('shows the same one: verify, its slice, and explain', async () => {
    const { files } = await written('json', 'verify', ...SCENARIO);
    const [property] = JSON.parse(files['faultline.json']!).runs[0].properties;
    const slice = graphOf(await text('json', '--slice', '0'));
    const run = slice.filterEdges((_, e) => e.counterexample).map((e) => slice.getEdgeAttributes(e));
    expect(run.map(({ process, alternative }) => ({ process, alternative }))).toEqual(property.run);
  });
});
