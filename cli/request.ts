/** The options of `verify`, checked. */
import { availableParallelism, cpus } from 'node:os';
import { FaultlineError, nearNames, quoted, wrongUsage } from '../explorer/errors.ts';
import { type Config, parseConfig } from '../model/config.ts';
import { ENGINES } from '../verify/arguments.ts';
import type { Engine } from '../verify/index.ts';
import { REDUCTIONS, type ReductionName } from '../verify/reductions.ts';
import type { OutputFlags } from './output.ts';

/** As commander collects them: texts, and lists of the repeatable ones. */
export interface VerifyFlags extends OutputFlags {
  readonly scenario?: readonly string[];
  readonly property?: readonly string[];
  readonly config?: readonly string[];
  readonly engine: string;
  readonly maxStates?: string;
  readonly maxMemory?: string;
  readonly stop?: boolean;
  readonly coverage?: boolean;
  readonly allowVacuous?: boolean;
  readonly quiet?: boolean;
  readonly progress?: boolean;
  readonly with?: readonly string[];
  readonly workers?: string;
  readonly jobs?: string;
  readonly reduce?: string;
  readonly compact?: boolean;
  readonly watch?: boolean;
}

export interface VerifyRequest {
  /** Ids or files; empty: all built-in designs. */
  readonly designs: readonly string[];
  /** Names or texts; empty: the default scenarios. */
  readonly scenarios: readonly string[];
  /** Operations, each of which is a further process of every scenario. */
  readonly added?: readonly string[];
  /** `[]`: the bare model; undefined: all that apply. */
  readonly properties?: readonly string[];
  readonly config: Config;
  readonly engine: Engine;
  readonly workers: number;
  /** Runs side by side. */
  readonly jobs: number;
  readonly reduce: readonly ReductionName[];
  readonly compact: boolean;
  readonly maxStates?: number;
  readonly maxBytes?: number;
  readonly stop: boolean;
  readonly coverage: boolean;
  readonly allowVacuous: boolean;
  readonly quiet: boolean;
  /** Whether progress was asked for; otherwise it is shown on a terminal only. */
  readonly progress: boolean;
  readonly output: OutputFlags;
}

/** @throws FaultlineError E_USAGE, E_UNSUPPORTED, E_UNKNOWN_NAME */
export function verifyRequest(designs: readonly string[], flags: VerifyFlags): VerifyRequest {
  // Watching is done by a process that has no design in it (main.ts).
  if (flags.watch) throw wrongUsage('--watch without a design file', 'As in: faultline verify ./my-design.ts --watch');
  const engine = ENGINES.find((e) => e === flags.engine);
  if (!engine) throw wrongUsage(`there is no engine ${quoted(flags.engine)}`, nearNames(flags.engine, ENGINES));
  const properties = propertiesOf(flags.property ?? []);
  const reduce = reductionsOf(flags.reduce ?? 'none');
  const workers = coresOf('--workers', flags.workers ?? '1');
  if (flags.compact) refuseWithHashes(reduce, workers, engine);
  if (engine === 'interpreter') refuseWithInterpreter(reduce, workers);
  return {
    designs: [...new Set(designs)],
    scenarios: [...new Set(flags.scenario ?? [])],
    ...(flags.with && { added: addedOf(flags.with) }),
    ...(properties && { properties }),
    config: parseConfig(flags.config ?? []),
    engine,
    workers,
    jobs: jobsOf(flags.jobs, workers),
    reduce,
    compact: flags.compact === true,
    ...(flags.maxStates !== undefined && { maxStates: parseCount(flags.maxStates) }),
    ...(flags.maxMemory !== undefined && { maxBytes: parseSize(flags.maxMemory) }),
    stop: flags.stop === true,
    coverage: flags.coverage === true,
    allowVacuous: flags.allowVacuous === true,
    quiet: flags.quiet === true,
    progress: flags.progress === true,
    output: outputFlags(flags),
  };
}

export const outputFlags = ({ json, out, format }: OutputFlags): OutputFlags => ({
  json: json === true,
  ...(out !== undefined && { out }),
  ...(format && { format }),
});

export function propertiesOf(ids: readonly string[]): readonly string[] | undefined {
  if (ids.length === 0) return undefined;
  if (!ids.includes('none')) return [...new Set(ids)];
  if (ids.length > 1)
    throw wrongUsage('--property none together with others', '"none" is the bare model: leave the others out.');
  return [];
}

/** @param given `dropcaches,dontneed a`, several times perhaps */
function addedOf(given: readonly string[]): string[] {
  const operations = given.flatMap((list) => list.split(',')).map((text) => text.trim().replace(/\s+/g, ' '));
  for (const text of operations) {
    if (!/^[\w-]+(?: [\w-]+)?$/.test(text)) {
      throw wrongUsage(
        `--with cannot be ${quoted(text)}`,
        "Operations, separated by commas: --with 'dropcaches,dontneed a'.",
      );
    }
  }
  return operations;
}

/** @param text `none`, `all`, or names separated by commas */
function reductionsOf(text: string): readonly ReductionName[] {
  if (text === 'none') return [];
  if (text === 'all') return REDUCTIONS;
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) {
    if (name === 'none' || name === 'all')
      throw wrongUsage(`--reduce cannot be "${name}" beside others`, `"${name}" goes alone.`);
    if (!REDUCTIONS.some((r) => r === name)) {
      throw wrongUsage(`--reduce cannot be ${quoted(name)}`, nearNames(name, ['none', 'all', ...REDUCTIONS]));
    }
  }
  return REDUCTIONS.filter((r) => names.includes(r));
}

/** Runs side by side: by default as many as the machine has cores, unless each run takes several. */
export function jobsOf(text: string | undefined, workers = 1): number {
  if (text === undefined) return workers > 1 ? 1 : availableParallelism();
  const jobs = coresOf('--jobs', text);
  if (jobs > 1 && workers > 1)
    throw wrongUsage(
      '--jobs goes without --workers',
      'Several runs side by side, or several threads in each: not both.',
    );
  return jobs;
}

/** As many as a machine can run at once. */
function coresOf(option: string, text: string): number {
  const most = Math.max(1, cpus().length);
  const wanted = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (wanted >= 1 && wanted <= most) return wanted;
  throw wrongUsage(
    `${option} cannot be ${quoted(text)}`,
    most === 1 ? `This machine has one core: ${option} 1.` : `From 1 to ${most}, the number of cores here.`,
  );
}

/** It is what the others are compared with: it does one thing after the other, and leaves out nothing. */
function refuseWithInterpreter(reduce: readonly ReductionName[], workers: number): void {
  if (reduce.length === 0 && workers === 1) return;
  throw new FaultlineError(
    'E_REDUCE',
    `--engine interpreter goes without ${reduce.length > 0 ? `--reduce ${reduce.join(',')}` : `--workers ${workers}`}`,
    'Leave out one of the two: the interpreter is the plain reference, which the other engine is compared with.',
  );
}

/** The same is refused by the search itself; here before anything is explored, and in the command line's words. */
function refuseWithHashes(reduce: readonly ReductionName[], workers: number, engine: Engine): void {
  const other =
    engine === 'interpreter'
      ? '--engine interpreter'
      : reduce.length > 0
        ? `--reduce ${reduce.join(',')}`
        : workers > 1
          ? `--workers ${workers}`
          : undefined;
  if (other === undefined) return;
  throw new FaultlineError('E_COMPACT', `--compact goes without ${other}`, 'Leave out one of the two.');
}

/** @param text `500000`, `500k` or `2M` */
export function parseCount(text: string): number {
  return scaled(
    '--max-states',
    text,
    { k: 1e3, m: 1e6, g: 1e9 },
    'A positive number, as in --max-states 500000 or 2M.',
  );
}

/** @param text bytes, or with a unit: `512M`, `2G` @returns bytes */
export function parseSize(text: string): number {
  const units = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };
  return scaled('--max-memory', text.replace(/i?B$/i, ''), units, 'A size, as in --max-memory 512M or 2G.');
}

function scaled(option: string, text: string, units: Readonly<Record<string, number>>, mend: string): number {
  const match = /^(\d+(?:\.\d+)?)([a-z]?)$/i.exec(text);
  const unit = match?.[2] ? units[match[2].toLowerCase()] : 1;
  const value = match && unit ? Math.floor(Number(match[1]) * unit) : 0;
  if (value < 1) throw wrongUsage(`${option} cannot be ${quoted(text)}`, mend);
  return value;
}
