/** `faultline export`: one design in one scenario as a state graph, or as a model for another checker. */
import { FaultlineError, nearNames, quoted, wrongUsage } from '../explorer/errors.ts';
import { parseConfig } from '../model/config.ts';
import { count } from '../report/text.ts';
import { graphFormatIds, loadDesign, modelFormatIds } from '../verify/registry.ts';
import type { ScenarioText } from '../verify/scenario-texts.ts';
import type { Backend } from './backend.ts';
import { EXIT } from './exit.ts';
import { type Exported, type ExportRequest, graphExporter, modelExporter } from './exporters.ts';
import { prepareDirectory, writeFiles } from './files.ts';
import type { Io } from './io.ts';
import { makePlan } from './plan.ts';
import { parseCount, parseSize, propertiesOf } from './request.ts';

/** As commander collects them. */
export interface ExportFlags {
  readonly scenario?: string;
  readonly to?: string;
  readonly shape?: string;
  readonly property?: readonly string[];
  readonly config?: readonly string[];
  readonly slice?: string;
  readonly maxStates?: string;
  readonly maxMemory?: string;
  readonly out?: string;
}

/** Formats of the contract that this version does not have. */
const UNBUILT = ['tla'];

/** @returns the exit code @throws FaultlineError */
export async function exportCommand(design: string, flags: ExportFlags, io: Io, backend: Backend): Promise<number> {
  const exporter = await exporterOf(flags.to);
  const properties = propertiesOf(flags.property ?? []);
  const options = {
    config: parseConfig(flags.config ?? []),
    ...(properties && { properties }),
    ...(flags.maxStates !== undefined && { maxStates: parseCount(flags.maxStates) }),
    ...(flags.maxMemory !== undefined && { maxBytes: parseSize(flags.maxMemory) }),
  };
  const made = await exporter({ ...flags, properties });
  const { scenario, name } = await scenarioOf(design, flags.scenario, backend);
  const loaded = await loadDesign(design);
  if (flags.out !== undefined) prepareDirectory(flags.out);
  const exported = await made({ design, loaded, scenario, options });
  if (exported.warning !== undefined) io.err.write(`${exported.warning}\n`);
  const about = [loaded.id, name ?? scenario, ...(properties ?? []), ...exported.about];
  deliver(exported, about.join('--'), flags.out, io);
  return EXIT.ok;
}

function deliver(exported: Exported, name: string, out: string | undefined, io: Io): void {
  const { text, extension, states, transitions } = exported;
  if (out === undefined) {
    io.out(text);
    return;
  }
  const [path] = writeFiles(out, [{ name, extension, text }]);
  io.err.write(`${path}: ${count(states, 'state')}, ${count(transitions, 'transition')}\n`);
}

async function exporterOf(to: string | undefined) {
  const [graphs, models] = [await graphFormatIds(), await modelFormatIds()];
  const known = [...graphs, ...models];
  if (to === undefined) throw wrongUsage('export without --to', `Say which format: --to ${known.join('|')}.`);
  if (UNBUILT.includes(to)) {
    throw new FaultlineError('E_UNSUPPORTED', `--to ${to} is not built yet`, `Formats: ${known.join(', ')}.`);
  }
  if (!known.includes(to)) {
    throw new FaultlineError('E_UNKNOWN_NAME', `there is no graph format ${quoted(to)}`, nearNames(to, known));
  }
  return (request: ExportRequest) => (models.includes(to) ? modelExporter(to, request) : graphExporter(to, request));
}

/** The one text that is meant. */
async function scenarioOf(design: string, scenario: string | undefined, backend: Backend): Promise<ScenarioText> {
  if (scenario === undefined) {
    throw wrongUsage('export without --scenario', "A graph is of one scenario: --scenario 'a=hole: load a; store a'.");
  }
  const plan = await makePlan({ designs: [design], scenarios: [scenario] }, backend);
  const texts = plan.map((job) => job.scenario);
  if (texts.length > 1) {
    throw wrongUsage(
      `${scenario} stands for ${texts.length} scenarios`,
      `Give one of their texts: '${texts.join("', '")}'.`,
    );
  }
  return plan[0]!;
}
