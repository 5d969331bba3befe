/** What a program gives the library, where no compiler has looked: what is ignored would pass for what was asked. */
import { nearNames, quoted, wrongUsage } from '../explorer/errors.ts';
import { CONFIGS, type Config, type ConfigName } from '../model/config.ts';
import type { Design } from '../model/design.ts';
import { SCENARIOS } from '../model/scenarios.ts';
import type { Engine, VerifyOptions } from './index.ts';

export const ENGINES: readonly Engine[] = ['packed', 'interpreter'];

const OPTIONS = {
  config: true,
  properties: true,
  own: true,
  engine: true,
  sites: true,
  stop: true,
  reduce: true,
  maxStates: true,
  maxBytes: true,
  maxDepth: true,
  workers: true,
  compact: true,
  onProgress: true,
} satisfies Record<keyof Required<VerifyOptions>, true>;
/** Names of the options of a run. */
export const VERIFY_OPTIONS: readonly string[] = Object.keys(OPTIONS);

/** @param call as the user wrote it: `verify` @throws FaultlineError E_USAGE */
export function refuseUnknown(call: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) return;
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw wrongUsage(`${call}() has no option ${quoted(name)}`, nearNames(name, known));
  }
}

/** @throws FaultlineError E_USAGE, E_UNKNOWN_NAME */
export function checkArguments(design: Design, scenario: string, options: VerifyOptions): void {
  if (typeof design?.id !== 'string' || typeof design.parts !== 'object') {
    throw wrongUsage(
      `${shown(design)} in the place of a design`,
      "Give what loadDesign() returns: await loadDesign('v4.14').",
    );
  }
  checkScenario(scenario);
  if (options.config !== undefined) checkConfig(options.config);
  const { properties, engine } = options;
  if (properties !== undefined && !Array.isArray(properties)) {
    throw wrongUsage(`${shown(properties)} in the place of a list of properties`, "Write { properties: ['no-warn'] }.");
  }
  if (engine !== undefined && !ENGINES.includes(engine)) {
    throw wrongUsage(`there is no engine ${shown(engine)}`, nearNames(String(engine), ENGINES));
  }
  for (const limit of ['maxStates', 'maxBytes', 'maxDepth', 'workers'] as const) {
    const value: unknown = options[limit];
    if (value === undefined || (typeof value === 'number' && value >= 0)) continue;
    throw wrongUsage(`${limit} cannot be ${shown(value)}`, 'It is a number.');
  }
}

function checkScenario(scenario: unknown): void {
  const mend = "It is one text, as in 'a=hole: load a; store a'; SCENARIOS['store-write'] is a list of texts.";
  if (typeof scenario !== 'string') throw wrongUsage(`${shown(scenario)} in the place of a scenario`, mend);
  if (Object.hasOwn(SCENARIOS, scenario)) throw wrongUsage(`${quoted(scenario)} is a name, not a text`, mend);
}

/** A setting that is missing would be taken for whatever value a path does not ask for. */
function checkConfig(config: Config): void {
  const mend = "Make it with parseConfig(['fs=xfs']), or write { ...DEFAULT_CONFIG, fs: 'xfs' }.";
  if (typeof config !== 'object' || config === null)
    throw wrongUsage(`${shown(config)} in the place of a config`, mend);
  for (const name of Object.keys(config)) {
    if (!Object.hasOwn(CONFIGS, name)) throw wrongUsage(`there is no config ${quoted(name)}`, nearNames(name, NAMES));
  }
  for (const name of NAMES) {
    const values: readonly string[] = CONFIGS[name];
    if (config[name] === undefined) throw wrongUsage(`the config says nothing of ${name}`, mend);
    if (!values.includes(config[name]))
      throw wrongUsage(`${name} is not ${shown(config[name])}`, nearNames('', values));
  }
}
const NAMES = Object.keys(CONFIGS) as ConfigName[];

function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
