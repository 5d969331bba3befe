/** The options of `compare`, checked. */
import { wrongUsage } from '../explorer/errors.ts';
import { type Config, parseConfig } from '../model/config.ts';
import type { OutputFlags } from './output.ts';
import { outputFlags, parseCount, parseSize, propertiesOf } from './request.ts';

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
  readonly output: OutputFlags;
  readonly quiet: boolean;
  readonly progress: boolean;
  readonly allowVacuous: boolean;
}

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
    output: outputFlags(flags),
    quiet: flags.quiet === true,
    progress: flags.progress === true,
    allowVacuous: flags.allowVacuous === true,
  };
  if (request.designs.length * request.configs.length < 2) {
    throw wrongUsage(
      'one design under one config has nothing to be compared with',
      'Name two designs, or two values of a config: --config block-reuse=same,foreign.',
    );
  }
  return request;
}

/** `fs=ext4,ext2`, or the two one by one, stands for two configs; `tlb=on` beside it sets both. */
function configsOf(settings: readonly string[]): Config[] {
  const values = new Map<string, readonly string[]>();
  for (const setting of settings) {
    const at = setting.indexOf('=');
    // parseConfig says what is wrong with it.
    if (at < 0) return [parseConfig([setting])];
    const name = setting.slice(0, at);
    values.set(name, [...new Set([...(values.get(name) ?? []), ...setting.slice(at + 1).split(',')])]);
  }
  const combinations = [...values].reduce<readonly (readonly string[])[]>(
    (before, [name, own]) => before.flatMap((chosen) => own.map((v) => [...chosen, `${name}=${v}`])),
    [[]],
  );
  return combinations.map(parseConfig);
}
