/** The options of `compare`, checked. */
import { FaultlineError, nearNames } from '../explorer/errors.ts';
import { type Config, parseConfig } from '../model/config.ts';
import type { OutputFlags } from './output.ts';
import { parseCount, parseSize, propertiesOf } from './request.ts';

/** As commander collects them. */
export interface CompareFlags extends OutputFlags {
  readonly scenario?: readonly string[];
  readonly property?: readonly string[];
  readonly config?: readonly string[];
  readonly maxStates?: string;
  readonly maxMemory?: string;
  readonly quiet?: boolean;
  readonly progress?: boolean;
  readonly allowVacuous?: boolean;
}

export interface CompareRequest {
  /** Ids or files. */
  readonly designs: readonly string[];
  /** Names or texts; empty: the default scenarios. */
  readonly scenarios: readonly string[];
  /** `[]`: costs alone; undefined: all that apply. */
  readonly properties?: readonly string[];
  /** Every combination of the settings given. */
  readonly configs: readonly Config[];
  readonly limits: { readonly maxStates?: number; readonly maxBytes?: number };
  /** What goes to stdout. */
  readonly stdout: CompareFormat;
  readonly files?: { readonly directory: string; readonly formats: readonly CompareFormat[] };
  readonly quiet: boolean;
  readonly progress: boolean;
  readonly allowVacuous: boolean;
}

export const COMPARE_FORMATS = ['table', 'markdown', 'json'] as const;
export type CompareFormat = (typeof COMPARE_FORMATS)[number];

/** @throws FaultlineError E_USAGE, E_UNKNOWN_NAME, E_UNSUPPORTED */
export function compareRequest(designs: readonly string[], flags: CompareFlags): CompareRequest {
  const properties = propertiesOf(flags.property ?? []);
  const request = {
    designs: [...new Set(designs)],
    scenarios: [...new Set(flags.scenario ?? [])],
    ...(properties && { properties }),
    configs: configsOf(flags.config ?? []),
    limits: {
      ...(flags.maxStates !== undefined && { maxStates: parseCount(flags.maxStates) }),
      ...(flags.maxMemory !== undefined && { maxBytes: parseSize(flags.maxMemory) }),
    },
    ...outputOf(flags),
    quiet: flags.quiet === true,
    progress: flags.progress === true,
    allowVacuous: flags.allowVacuous === true,
  };
  if (request.designs.length * request.configs.length < 2) {
    throw usage(
      'one design under one config has nothing to be compared with',
      'Name two designs, or two values: fs=ext4,ext2.',
    );
  }
  return request;
}

/** `fs=ext4,ext2` stands for two configs, `tlb=on` beside it sets both. */
function configsOf(settings: readonly string[]): Config[] {
  const names = new Set(settings.map((s) => s.split('=', 1)[0]));
  if (names.size < settings.length) throw usage('a config is given twice', 'Write its values in one: fs=ext4,ext2.');
  const combinations = settings.reduce<readonly (readonly string[])[]>(
    (before, setting) => {
      const at = setting.indexOf('=');
      if (at < 0) return before.map((chosen) => [...chosen, setting]);
      const values = [...new Set(setting.slice(at + 1).split(','))];
      return before.flatMap((chosen) => values.map((v) => [...chosen, `${setting.slice(0, at)}=${v}`]));
    },
    [[]],
  );
  return combinations.map(parseConfig);
}

function outputOf({ json = false, out, format = [] }: OutputFlags): Pick<CompareRequest, 'stdout' | 'files'> {
  const formats = [...new Set(format.flatMap((f) => f.split(',')).map((f) => formatOf(f.trim())))];
  if (out === undefined) {
    if (formats.length > 1) {
      throw usage(
        `--format ${formats.join(', ')} without --out`,
        'One format goes to stdout; give --out DIR for several.',
      );
    }
    if (json && formats.length > 0 && formats[0] !== 'json') {
      throw usage(`--json and --format ${formats[0]} both go to stdout`, 'Give --out DIR for the files of --format.');
    }
    return { stdout: json ? 'json' : (formats[0] ?? 'table') };
  }
  if (out === '') throw usage('--out without a directory', 'Give a directory: --out reports.');
  if (formats.length === 0) throw usage('--out without --format', `Say which: --format ${COMPARE_FORMATS.join(', ')}.`);
  return { stdout: json ? 'json' : 'table', files: { directory: out, formats } };
}

function formatOf(id: string): CompareFormat {
  const known = COMPARE_FORMATS.find((f) => f === id);
  if (known) return known;
  const what = `a comparison has no format "${id}"`;
  throw new FaultlineError('E_UNKNOWN_NAME', what, nearNames(id, COMPARE_FORMATS));
}

const usage = (message: string, mend: string): FaultlineError => new FaultlineError('E_USAGE', message, mend);
