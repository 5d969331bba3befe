/** The options of `equiv`, checked. */
import { FaultlineError } from '../explorer/errors.ts';
import { type Config, parseConfig } from '../model/config.ts';
import { parseCount, parseSize } from './request.ts';

/** As commander collects them. */
export interface EquivFlags {
  readonly scenario?: readonly string[];
  readonly config?: readonly string[];
  readonly observe?: readonly string[];
  readonly maxStates?: string;
  readonly maxMemory?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly progress?: boolean;
}

export interface EquivRequest {
  /** Ids or files; the two may be the same. */
  readonly designs: readonly [string, string];
  /** Names or texts; empty: the default scenarios. */
  readonly scenarios: readonly string[];
  readonly config: Config;
  /** Ids of observables; undefined: what is seen by default. */
  readonly observe?: readonly string[];
  readonly limits: { readonly maxStates?: number; readonly maxBytes?: number };
  readonly json: boolean;
  readonly quiet: boolean;
  readonly progress: boolean;
}

/** @throws FaultlineError E_USAGE, E_UNKNOWN_NAME, E_UNSUPPORTED */
export function equivRequest(designs: readonly [string, string], flags: EquivFlags): EquivRequest {
  const observe = flags.observe && [...new Set(flags.observe.flatMap((list) => list.split(',')).map((o) => o.trim()))];
  if (observe?.includes('')) {
    throw new FaultlineError(
      'E_USAGE',
      '--observe without a name',
      'As in: --observe pte,results; or: --observe user; or: --observe ends.',
    );
  }
  return {
    designs,
    scenarios: [...new Set(flags.scenario ?? [])],
    config: parseConfig(flags.config ?? []),
    ...(observe && { observe }),
    limits: {
      ...(flags.maxStates !== undefined && { maxStates: parseCount(flags.maxStates) }),
      ...(flags.maxMemory !== undefined && { maxBytes: parseSize(flags.maxMemory) }),
    },
    json: flags.json === true,
    quiet: flags.quiet === true,
    progress: flags.progress === true,
  };
}
