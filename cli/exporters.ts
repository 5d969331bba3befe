/** What `export` can make: the state graph, or the system itself. Each checks its own options before anything is explored. */
import { FaultlineError, nearNames, quoted, wrongUsage } from '../explorer/errors.ts';
import type { Design } from '../model/design.ts';
import { runOn } from '../verify/design-file/run.ts';
import { stateGraph } from '../verify/graph.ts';
import type { VerifyOptions } from '../verify/index.ts';
import { systemModel } from '../verify/model.ts';
import { loadGraphFormat, loadModelFormat } from '../verify/registry.ts';

/** Options that not every exporter has. */
export interface ExportRequest {
  readonly slice?: string;
  readonly shape?: string;
  readonly properties: readonly string[] | undefined;
}

/** What to make it of. */
export interface ExportedSystem {
  /** As named by the user. */
  readonly design: string;
  readonly loaded: Design;
  readonly scenario: string;
  readonly options: VerifyOptions;
}

export interface Exported {
  readonly text: string;
  readonly extension: string;
  /** Of the whole graph, or of the part that it is. */
  readonly states: number;
  readonly transitions: number;
  /** What a file's name says of it, after design, scenario and properties. */
  readonly about: readonly string[];
  readonly warning?: string;
}

export type Make = (of: ExportedSystem) => Promise<Exported>;

/** What Mermaid draws unless it is configured otherwise (`maxEdges`). */
const MERMAID_EDGES = 500;

/** @throws FaultlineError E_UNKNOWN_NAME, E_USAGE */
export async function graphExporter(id: string, request: ExportRequest): Promise<Make> {
  const format = await loadGraphFormat(id);
  if (request.shape !== undefined) throw wrongUsage(`--shape together with --to ${id}`, 'A state graph has no shapes.');
  const slice = request.slice === undefined ? undefined : sliceOf(request.slice, request.properties);
  return async ({ design, loaded, scenario, options }) => {
    const graph = await runOn(design, () =>
      stateGraph(loaded, scenario, { ...options, ...(slice !== undefined && { slice }) }),
    );
    const many = id === 'mermaid' && graph.size > MERMAID_EDGES;
    return {
      text: format.render(graph),
      extension: format.extension,
      states: graph.order,
      transitions: graph.size,
      about: slice === undefined ? [] : [`slice-${slice}`],
      ...(many && {
        warning: `${graph.size} edges: Mermaid draws ${MERMAID_EDGES} unless its maxEdges is set; --to dot, or --slice K --property ID, suits better`,
      }),
    };
  };
}

/** Without `--property` the model is bare, as with `--property none`. @throws FaultlineError E_UNKNOWN_NAME, E_USAGE */
export async function modelExporter(id: string, request: ExportRequest): Promise<Make> {
  const format = await loadModelFormat(id);
  if (request.slice !== undefined)
    throw wrongUsage(`--slice together with --to ${id}`, 'A model is of the whole system.');
  const shapes = Object.keys(format.shapes);
  const shape = request.shape ?? shapes[0]!;
  if (!shapes.includes(shape)) {
    throw new FaultlineError('E_UNKNOWN_NAME', `there is no shape ${quoted(shape)} of ${id}`, nearNames(shape, shapes));
  }
  return async ({ design, loaded, scenario, options }) => {
    const model = await runOn(design, () => systemModel(loaded, scenario, { properties: [], ...options }));
    const { states, transitions } = model.behaviour;
    return { text: format.render(model, shape), extension: format.extension, states, transitions, about: [shape] };
  };
}

function sliceOf(text: string, properties: readonly string[] | undefined): number {
  if (!/^\d{1,6}$/.test(text)) {
    throw wrongUsage(
      `--slice cannot be ${quoted(text)}`,
      'How many steps to keep round the counterexample, as in --slice 2.',
    );
  }
  if (properties?.length !== 1) {
    throw wrongUsage('--slice without --property', 'Name the one property whose counterexample it is: --property ID.');
  }
  return Number(text);
}
