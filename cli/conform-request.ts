/** The options of `conform`, checked. */
import { wrongUsage } from '../explorer/errors.ts';
import { type Config, parseConfig } from '../model/config.ts';

/** As commander collects them. */
export interface ConformFlags {
  readonly table?: readonly string[];
  readonly config?: readonly string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export interface ConformRequest {
  /** Id or file; undefined: the one that a table names. */
  readonly design?: string;
  /** Files; empty: the recorded ones. */
  readonly tables: readonly string[];
  /** Under a table of this filesystem. */
  readonly configOn: (fs: string | undefined) => Config;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** What goes with --trace alone. */
export interface TraceFlags {
  readonly trace?: readonly string[];
  readonly file?: string;
  readonly fd?: readonly string[];
  readonly initial?: readonly string[];
  readonly before?: readonly string[];
  readonly ignore?: readonly string[];
}
const OF_TRACES: readonly (keyof TraceFlags)[] = ['file', 'fd', 'initial', 'before', 'ignore'];

/** @throws FaultlineError E_USAGE, E_UNKNOWN_NAME, E_UNSUPPORTED */
export function conformRequest(design: string | undefined, flags: ConformFlags & TraceFlags): ConformRequest {
  const alone = OF_TRACES.find((name) => flags[name] !== undefined);
  if (alone !== undefined) {
    throw wrongUsage(`--${alone} is about a raw trace`, 'Give one: --trace FILE.');
  }
  const given = flags.config ?? [];
  parseConfig(given);
  const names = new Set(given.map((g) => g.split('=')[0]));
  return {
    ...(design !== undefined && { design }),
    tables: [...new Set(flags.table ?? [])],
    configOn: (fs) => parseConfig(fs === undefined || names.has('fs') ? given : [...given, `fs=${fs}`]),
    json: flags.json === true,
    quiet: flags.quiet === true,
  };
}
