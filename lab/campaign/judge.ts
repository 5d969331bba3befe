/** What one random case comes to: the kinds of violations, and where two ways to explore disagree. */
import { FaultlineError } from '../../explorer/errors.ts';
import type { TraceStep } from '../../explorer/trace.ts';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import { parseScenario } from '../../model/scenario.ts';
import { type Scene, sceneOf } from '../../model/scene.ts';
import { REDUCTIONS, reductionsOf } from '../../verify/reductions.ts';
import { loadDesign, operationMap } from '../../verify/registry.ts';
import type { PropertyResult, RunResult } from '../../verify/result.ts';
import { verify } from '../../verify/verify.ts';
import type { Case } from './texts.ts';

export const MAX_STATES = 20_000;
/** The interpreter is slow. */
const INTERPRETED = 600;
const REDUCED = 4_000;

/** A violation, or a disagreement. Two of one kind are taken for the same bug where no rule tells them apart. */
export interface Kind {
  readonly design: string;
  /** A property's id; `engines` and `error` for what is no violation. */
  readonly property: string;
  /** The function whose step leaves the last good choice, and the one of the last step. */
  readonly functions: readonly string[];
}

export interface Found {
  readonly kind: Kind;
  readonly steps: number;
  readonly what: string;
  /** The shortest run, a line per step: `T1 punch dax_writeback_one: lock_slot(); clear TOWRITE | entry.a: … -> … | page a`. */
  readonly run: string;
}

export interface Judged {
  /** Undefined: the design has no such scenario or setting. */
  readonly run?: RunResult;
  readonly found: readonly Found[];
}

export const kindText = ({ design, property, functions }: Kind): string =>
  `${design} ${property} [${functions.join(' -> ')}]`;

const UNSUPPORTED = new Set(['E_UNSUPPORTED', 'E_SCENARIO']);

/** By id: to look a design up means to list the folder. */
const designs = new Map<string, Design>();

async function designOf(id: string): Promise<Design> {
  const known = designs.get(id) ?? (await loadDesign(id));
  designs.set(id, known);
  return known;
}

export async function judge({ design, scenario, config }: Case, compare: boolean): Promise<Judged> {
  const options = { config: parseConfig(config), maxStates: MAX_STATES };
  try {
    const loaded = await designOf(design);
    const run = await verify(loaded, scenario, options);
    const scene = sceneOf(parseScenario(scenario, await operationMap()), options.config);
    const found = run.properties.flatMap((p) => (p.verdict === 'violated' ? [foundOf(design, scene, p)] : []));
    if (!compare || !run.complete) return { run, found };
    const disagreeing = (who: string, what: string | undefined): Found[] =>
      what === undefined ? [] : [noViolation({ design, property: 'engines', functions: [who] }, what)];
    const interpreted =
      run.states <= INTERPRETED ? await verify(loaded, scenario, { ...options, engine: 'interpreter' }) : undefined;
    const reduced =
      run.states <= REDUCED
        ? await verify(loaded, scenario, { ...options, reduce: reductionsOf(REDUCTIONS) })
        : undefined;
    return {
      run,
      found: [
        ...found,
        ...disagreeing('interpreter', interpreted && differing(run, interpreted, true)),
        ...disagreeing('reduced', reduced && differing(run, reduced, false)),
      ],
    };
  } catch (e) {
    if (!(e instanceof FaultlineError)) throw e;
    if (UNSUPPORTED.has(e.code)) return { found: [] };
    return { found: [noViolation({ design, property: 'error', functions: [e.code] }, e.message)] };
  }
}

const noViolation = (kind: Kind, what: string): Found => ({ kind, steps: 0, what, run: '' });

function foundOf(design: string, scene: Scene, { id, trace = [], reading, damage = '' }: PropertyResult): Found {
  const last = trace.at(-1)?.function ?? 'initial state';
  const deciding = reading?.goodUntil === undefined ? undefined : trace[reading.goodUntil]?.function;
  const functions = [...new Set([deciding ?? last, last])];
  const run = trace.map((s) => `${lineOf(scene, s)}\n`).join('');
  return { kind: { design, property: id, functions }, steps: trace.length, what: damage, run };
}

/** Last in the line is the page that the operation is called for, if it is for one. */
function lineOf(scene: Scene, { process, stack, function: fn, step, changes }: TraceStep): string {
  const [, index, operation = ''] = /^(?:op(\d+)_)?(\w*)/.exec(stack[0] ?? '') ?? [];
  const changed = Object.entries(changes).map(([id, [before, after]]) => `${id}: ${before} -> ${after}`);
  const thread = scene.threads.find((t) => t.id === process);
  const page = index === undefined ? undefined : thread?.operations[Number(index)]?.page;
  const of = page === undefined ? [] : [`page ${page}`];
  return [`${process} ${operation} ${fn}: ${step}`, ...changed, ...of].join(' | ');
}

/** The first thing that is not the same; a reduced search has the same verdicts and runs, but fewer states. */
function differing(a: RunResult, b: RunResult, figures: boolean): string | undefined {
  if (figures && (a.states !== b.states || a.transitions !== b.transitions)) {
    return `${a.states} and ${b.states} states, ${a.transitions} and ${b.transitions} transitions`;
  }
  for (const [i, p] of a.properties.entries()) {
    const q = b.properties[i];
    if (p.verdict !== q?.verdict) return `${p.id} is ${p.verdict} and ${q?.verdict}`;
    if (p.trace?.length !== q.trace?.length) return `${p.id} in ${p.trace?.length} and ${q.trace?.length} steps`;
  }
  return undefined;
}
