/** `faultline export`: the state graph of one design in one scenario, or the part round a counterexample. */
import { FaultlineError, quoted } from '../explorer/errors.ts';
import type { SystemGraph } from '../explorer/system-graph.ts';
import { parseConfig } from '../model/config.ts';
import type { GraphFormat } from '../report/format.ts';
import { count } from '../report/text.ts';
import { runOn } from '../verify/design-file/run.ts';
import { stateGraph } from '../verify/graph.ts';
import { graphFormatIds, loadDesign, loadGraphFormat } from '../verify/registry.ts';
import type { ScenarioText } from '../verify/scenario-texts.ts';
import type { Backend } from './backend.ts';
import { EXIT } from './exit.ts';
import { prepareDirectory, writeFiles } from './files.ts';
import type { Io } from './io.ts';
import { makePlan } from './plan.ts';
import { parseCount, parseSize, propertiesOf } from './request.ts';

/** As commander collects them. */
export interface ExportFlags {
  readonly scenario?: string;
  readonly to?: string;
  readonly property?: readonly string[];
  readonly config?: readonly string[];
  readonly slice?: string;
  readonly maxStates?: string;
  readonly maxMemory?: string;
  readonly out?: string;
}

/** Formats of the contract that are not of the graph, and that this version does not have. */
const UNBUILT = ['promela', 'tla'];
/** What Mermaid draws unless it is configured otherwise (`maxEdges`). */
const MERMAID_EDGES = 500;

/** @returns the exit code @throws FaultlineError */
export async function exportCommand(design: string, flags: ExportFlags, io: Io, backend: Backend): Promise<number> {
  const { format, id } = await formatOf(flags.to);
  const properties = propertiesOf(flags.property ?? []);
  const slice = flags.slice === undefined ? undefined : sliceOf(flags.slice, properties);
  const config = parseConfig(flags.config ?? []);
  const { scenario, name } = await scenarioOf(design, flags.scenario, backend);
  const loaded = await loadDesign(design);
  if (flags.out !== undefined) prepareDirectory(flags.out);
  const options = {
    config,
    ...(properties && { properties }),
    ...(slice !== undefined && { slice }),
    ...(flags.maxStates !== undefined && { maxStates: parseCount(flags.maxStates) }),
    ...(flags.maxMemory !== undefined && { maxBytes: parseSize(flags.maxMemory) }),
  };
  const graph = await runOn(design, () => stateGraph(loaded, scenario, options));
  if (id === 'mermaid' && graph.size > MERMAID_EDGES) {
    io.err.write(
      `${graph.size} edges: Mermaid draws ${MERMAID_EDGES} unless its maxEdges is set; --to dot, or --slice K --property ID, suits better\n`,
    );
  }
  const about = [
    loaded.id,
    name ?? scenario,
    ...(properties ?? []),
    ...(slice === undefined ? [] : [`slice-${slice}`]),
  ];
  deliver({ graph, name: about.join('--') }, format, flags.out, io);
  return EXIT.ok;
}

function deliver({ graph, name }: NamedGraph, format: GraphFormat, out: string | undefined, io: Io): void {
  const text = format.render(graph);
  if (out === undefined) {
    io.out(text);
    return;
  }
  const [path] = writeFiles(out, [{ name, extension: format.extension, text }]);
  io.err.write(`${path}: ${count(graph.order, 'state')}, ${count(graph.size, 'transition')}\n`);
}

interface NamedGraph {
  readonly graph: SystemGraph;
  /** Design, scenario, what of its properties is in it: as counterexamples are named. */
  readonly name: string;
}

async function formatOf(to: string | undefined): Promise<{ id: string; format: GraphFormat }> {
  const known = await graphFormatIds();
  if (to === undefined) throw usage('export without --to', `Say which format: --to ${known.join('|')}.`);
  if (UNBUILT.includes(to)) {
    throw new FaultlineError('E_UNSUPPORTED', `--to ${to} is not built yet`, `Formats: ${known.join(', ')}.`);
  }
  return { id: to, format: await loadGraphFormat(to) };
}

/** The one text that is meant. */
async function scenarioOf(design: string, scenario: string | undefined, backend: Backend): Promise<ScenarioText> {
  if (scenario === undefined) {
    throw usage('export without --scenario', "A graph is of one scenario: --scenario 'a=hole: load a; store a'.");
  }
  const plan = await makePlan({ designs: [design], scenarios: [scenario] }, backend);
  const texts = plan.map((job) => job.scenario);
  if (texts.length > 1) {
    throw usage(
      `${scenario} stands for ${texts.length} scenarios`,
      `Give one of their texts: '${texts.join("', '")}'.`,
    );
  }
  return plan[0]!;
}

function sliceOf(text: string, properties: readonly string[] | undefined): number {
  if (!/^\d{1,6}$/.test(text)) {
    throw usage(
      `--slice cannot be ${quoted(text)}`,
      'How many steps to keep round the counterexample, as in --slice 2.',
    );
  }
  if (properties?.length !== 1) {
    throw usage('--slice without --property', 'Name the one property whose counterexample it is: --property ID.');
  }
  return Number(text);
}

const usage = (message: string, mend: string): FaultlineError => new FaultlineError('E_USAGE', message, mend);
