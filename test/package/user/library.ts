/** The library as a program uses it: compiled against the packed declarations, then run on the packed code. */
import {
  type Config,
  costsOf,
  counterexampleText,
  type DesignCosts,
  type Explained,
  explain,
  FaultlineError,
  loadDesign,
  parseConfig,
  type Replayed,
  type RunResult,
  readingTexts,
  readStored,
  replayUnder,
  SCENARIOS,
  type StateNode,
  type StepEdge,
  type SystemGraph,
  stateGraph,
  verify,
} from 'faultline';

declare const process: { readonly argv: readonly string[] };

const scenario: string = SCENARIOS['store-write']![0]!;
const config: Config = parseConfig(['block-reuse=same']);
const design = await loadDesign('v4.14');

const run: RunResult = await verify(design, scenario, { properties: ['no-warn'], config });
const result = run.properties[0]!;
const switches: number = result.reading!.switches;
console.log('verdict', result.verdict, result.trace!.length, switches, result.reading!.goodUntil);
console.log(
  'says',
  readingTexts(result, run.processes.length).length,
  counterexampleText(run, result).includes('*** no-warn violated'),
);

const costs: DesignCosts = await costsOf(design, 'a=hole: store a');
const traps = costs.operations![0]!.costs.find((c) => c.id === 'traps')!;
console.log('costs', costs.operations![0]!.operation, traps.best, traps.worst);

const replayed: Replayed = await replayUnder({ design, scenario, config, result }, await loadDesign('zero-page-v2'));
console.log('replayed', replayed.followed, replayed.instead[0]!.function, replayed.violates, replayed.verdict);
const none = replayUnder({ design, scenario, config, result: { id: 'no-warn' } }, design);
console.log('nothing', await none.catch((e: unknown) => (e instanceof FaultlineError ? e.code : e)));

const graph: SystemGraph = await stateGraph(design, scenario, { properties: ['no-warn'] });
const first: StateNode = graph.getNodeAttributes('s0');
const edge: StepEdge = graph.getEdgeAttributes(graph.outEdges('s0')[0]!);
console.log('graph', graph.order === run.states, graph.size === run.transitions, first.initial, edge.process);

const explained: Explained[] = [];
for (const stored of readStored(process.argv[2]!)) explained.push(...(await explain(design, stored)).counterexamples);
console.log('explained', explained.length, explained[0]!.property, explained[0]!.departure);

export async function misspelt(): Promise<void> {
  // @ts-expect-error a misspelt option
  await verify(design, scenario, { propertys: [] });
  // @ts-expect-error a config is made of texts
  parseConfig({ fs: 'ext4' });
  // @ts-expect-error a cost has no average
  console.log(traps.average);
  // @ts-expect-error a result is no design
  await costsOf(run, scenario);
}
