/** A raw trace against a design: is there a run of the model with these operations in which just this is seen? */

import { FaultlineError } from '../../explorer/errors.ts';
import { included } from '../../explorer/inclusion/inclusion.ts';
import type { Expected, Standing } from '../../explorer/inclusion/watch.ts';
import type { Config } from '../../model/config.ts';
import { operationOf } from '../../model/cost.ts';
import type { Design } from '../../model/design.ts';
import type { InitialPage } from '../../model/scenario.ts';
import { prepare } from '../../verify/verify.ts';
import { type Derived, derive, type ObservedLine, type TraceOptions } from './derive.ts';
import { functionsIn } from './functions.ts';
import type { RawTrace } from './read.ts';
import { type Ghost, watchOf } from './watch.ts';

export interface ValidateOptions extends TraceOptions {
  /** By the page's index in the file. */
  readonly initial?: ReadonlyMap<number, InitialPage>;
  /** Processes of the scenario language that run to their end first, one after the other. */
  readonly before?: readonly string[];
  readonly mostStates?: number;
}

/** What the model could show where the trace shows something else. */
export interface Allowed {
  /** Its task, as `T0` of the scenario. */
  readonly process: string;
  readonly task: string;
  readonly event: string;
  /** It need not be shown: a line of the function tracer. */
  readonly optional: boolean;
  /** The step that follows it: `insert_pfn()`, `dax_iomap_pte_fault(): check_size`, `its end`. */
  readonly step: string;
}
/** A process that can do nothing there. */
export interface Waits {
  readonly process: string;
  readonly task: string;
  /** `waits in grab_mapping_entry()`, `has done all that the trace shows of it` */
  readonly what: string;
}
/** One set of initial states. */
export interface Attempt {
  /** In the model's language. */
  readonly scenario: string;
  readonly initial: string;
  readonly matched: number;
  readonly states: number;
  /** There were too many states: more may match. */
  readonly cut: boolean;
  readonly allowed: readonly Allowed[];
  readonly waits: readonly Waits[];
}
export interface TraceConformance {
  readonly design: string;
  readonly config: Config;
  /** By the scenario's names: the file's pages. */
  readonly pages: Readonly<Record<string, number>>;
  readonly tasks: readonly { readonly task: string; readonly processes: readonly string[] }[];
  /** Events of the trace that were compared or would be. */
  readonly events: number;
  readonly ignored: number;
  /** Lines of the function tracer that name no step. */
  readonly unknownFunctions: readonly string[];
  readonly attempts: readonly Attempt[];
  /** The best of them. */
  readonly best: Attempt;
  /** Initial states under which all events match. */
  readonly fits: readonly string[];
  /** Where that is not all: the first line that does not match. */
  readonly mismatch?: { readonly line: number; readonly text: string; readonly task: string; readonly event: string };
  /** Functions without whose lines all of it matches. */
  readonly without?: readonly string[];
  readonly stopped?: { readonly line: number; readonly what: string };
  readonly backwards?: number;
}

/** @throws FaultlineError for anything wrong with the trace, the design or the options */
export async function validate(
  design: Design,
  trace: RawTrace,
  file: string,
  given: Config,
  options: ValidateOptions = {},
): Promise<TraceConformance> {
  // What happens beside a PTE that is none for a moment happens on kernels.
  const config: Config = given.thp === 'on' ? given : { ...given, 'pte-gap': 'on' };
  const derived = derive(trace, file, { ...options, huge: config.thp === 'on' });
  const candidates = candidatesFor(derived, options);
  const attempts: Attempt[] = [];
  let known: ReadonlySet<string> = new Set();
  let observed: readonly ObservedLine[] = [];
  for (const candidate of candidates) {
    const run = await attempt(design, derived, candidate, config, options);
    attempts.push(run.attempt);
    ({ known, observed } = run);
  }
  const best = attempts.reduce((a, b) => (b.matched > a.matched ? b : a));
  const wrong = observed[best.matched];
  const again = (left: Derived) => attempt(design, left, candidates[attempts.indexOf(best)]!, config, options);
  const functions = [...new Set(observed.flatMap((o) => o.fn ?? []))];
  const without = wrong && !best.cut ? await leavingOut(derived, functions, again) : undefined;
  const named = derived.observed.flatMap((o) => (o.fn === undefined || known.has(o.fn) ? [] : [o.fn]));
  return {
    design: design.id,
    config,
    pages: Object.fromEntries(derived.pages),
    tasks: derived.strands.map(({ comm, task, turns }) => ({
      task: `${comm}-${task}`,
      processes: [...new Set(turns.map((t) => `T${t.process}`))],
    })),
    events: observed.length,
    ignored: derived.ignored + derived.observed.length - observed.length,
    unknownFunctions: [...new Set(named)],
    attempts,
    best,
    fits: attempts.filter((a) => a.matched === observed.length).map((a) => a.initial),
    ...(wrong && { mismatch: mismatchAt(wrong) }),
    ...(without && { without }),
    ...(derived.stopped && { stopped: derived.stopped }),
    ...(trace.backwards !== undefined && { backwards: trace.backwards }),
  };
}

const mismatchAt = ({ line, label }: ObservedLine): TraceConformance['mismatch'] & {} => ({
  line: line.number,
  text: line.text.trim(),
  task: `${line.comm}-${line.task}`,
  event: label,
});

/** @returns the functions without whose lines all matches, one of them if one is enough; undefined: the events themselves do not */
async function leavingOut(
  derived: Derived,
  functions: readonly string[],
  again: (left: Derived) => Promise<Attempted>,
): Promise<readonly string[] | undefined> {
  const matches = async (without: readonly string[]): Promise<boolean> => {
    const left = derived.observed.filter((o) => o.fn === undefined || !without.includes(o.fn));
    const { attempt: found, observed } = await again({ ...derived, observed: left });
    return found.matched === observed.length;
  };
  if (functions.length === 0 || !(await matches(functions))) return undefined;
  for (const fn of functions) if (await matches([fn])) return [fn];
  return functions;
}

interface Candidate {
  readonly initial: string;
  readonly scenario: string;
  readonly ghosts: readonly Ghost[];
}

const STATES: readonly InitialPage[] = ['hole', 'block', 'unwritten'];
/** So many initial states are tried. */
const MOST_TRIED = 243;

function candidatesFor({ pages, processes, mappedBefore }: Derived, options: ValidateOptions): Candidate[] {
  const { initial = new Map<number, InitialPage>(), before = [] } = options;
  const ghosts = [...before, ...mappedBefore.map(({ attributes, page }) => `${attributes}load ${page}`)];
  const text = [...processes.map((p) => `${p.attributes}${p.operations.join('; ')}`), ...ghosts].join(' || ');
  const places = ghosts.map((g, n) => ({ process: processes.length + n, operations: g.split(';').length }));
  const choices = [...pages].map(([name, page]) => {
    const given = initial.get(page);
    return (given ? [given] : STATES).map((state) => `${name}=${state}`);
  });
  const all = choices.reduce<string[][]>((some, more) => some.flatMap((s) => more.map((m) => [...s, m])), [[]]);
  if (all.length > MOST_TRIED) {
    throw new FaultlineError(
      'E_USAGE',
      `the file's pages may begin in ${all.length} ways, and ${MOST_TRIED} is the most that are tried`,
      `Say how some of them begin, as in --initial ${[...pages.values()][0]}=hole.`,
    );
  }
  return all.map((pagesBegin) => {
    const begin = pagesBegin.join(', ');
    const known = ghosts.length === 0 ? begin : `${begin} after ${ghosts.join(', ')}`;
    return { initial: known, scenario: `${begin}: ${text}`, ghosts: places };
  });
}

interface Attempted {
  readonly attempt: Attempt;
  /** Functions that the model's steps name. */
  readonly known: ReadonlySet<string>;
  /** What was looked for. */
  readonly observed: readonly ObservedLine[];
}

async function attempt(
  design: Design,
  derived: Derived,
  { initial, scenario, ghosts }: Candidate,
  config: Config,
  { mostStates }: ValidateOptions,
): Promise<Attempted> {
  const prepared = await prepare(design, scenario, { config, properties: [] });
  const known = functionsIn(prepared.system.processes.map((p) => p.machine));
  const observed = derived.observed.filter((o) => o.fn === undefined || known.has(o.fn));
  const functions = new Set(observed.flatMap((o) => o.fn ?? []));
  const watch = watchOf(prepared, derived, functions, ghosts);
  const found = included(prepared.system, watch, observed, mostStates);
  const task = (strand: number): string => {
    const { comm, task } = derived.strands[strand]!;
    return `${comm}-${task}`;
  };
  const who = (e: Expected | Standing) => ({ process: `T${e.process}`, task: task(e.strand) });
  return {
    known,
    observed,
    attempt: {
      scenario,
      initial,
      matched: found.matched,
      states: found.states,
      cut: found.cut,
      allowed: found.next.map((e) => ({
        ...who(e),
        event: e.label,
        optional: e.optional,
        step: stepText(e.facts),
      })),
      waits: found.standing.map((s) => ({
        ...who(s),
        what: s.finished ? 'has done all that the trace shows of it' : `waits in ${s.facts.fn}()`,
      })),
    },
  };
}

/** Where a process stands: its function, with the state of the path. */
function stepText({ fn, stack }: Expected['facts']): string {
  if (operationOf(stack) < 0 && stack.length === 1) return 'its end';
  const name = stack.at(-1) ?? '';
  return name === fn || name === '' ? `${fn}()` : `${fn}(): ${name}`;
}
