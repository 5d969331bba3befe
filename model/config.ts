/** What the build or machine decides. The default comes first. */
import { FaultlineError, nearNames, quoted, wrongUsage } from '../explorer/errors.ts';

export const CONFIGS = {
  'pte-special': ['on', 'off'],
  thp: ['off', 'on'],
  fs: ['ext4', 'ext2', 'xfs'],
  tlb: ['off', 'on'],
  'pte-gap': ['off', 'on'],
  'page-mkwrite': ['on', 'off'],
  errors: ['off', 'on'],
  journal: ['off', 'on'],
  'es-cache': ['off', 'on'],
  'user-buffer': ['present', 'anonymous', 'file', 'short'],
  'block-reuse': ['same', 'none', 'foreign'],
} as const;

export type ConfigName = keyof typeof CONFIGS;
export type Config = { readonly [N in ConfigName]: (typeof CONFIGS)[N][number] };

export const DEFAULT_CONFIG: Config = Object.fromEntries(
  Object.entries(CONFIGS).map(([name, values]) => [name, values[0]]),
) as Config;

/** The settings that are not the default ones, `name=value` each, in the order of the contract. */
export const changedSettings = (config: Config): string[] =>
  Object.entries(config).flatMap(([name, value]) =>
    DEFAULT_CONFIG[name as ConfigName] === value ? [] : [`${name}=${value}`],
  );

/** A config: the default with these settings. @param settings texts `name=value` @throws FaultlineError E_UNKNOWN_NAME, E_USAGE */
export function parseConfig(settings: readonly string[]): Config {
  const config: Record<string, string> = { ...DEFAULT_CONFIG };
  const given = new Set<string>();
  for (const setting of settings) {
    const at = setting.indexOf('=');
    const [name, value] = [setting.slice(0, Math.max(at, 0)), setting.slice(at + 1)];
    if (at < 0) {
      throw wrongUsage(`--config ${quoted(setting)}`, 'Write it as name=value, for example fs=ext4.');
    }
    const values: readonly string[] = Object.hasOwn(CONFIGS, name) ? CONFIGS[name as ConfigName] : [];
    if (values.length === 0) {
      throw new FaultlineError(
        'E_UNKNOWN_NAME',
        `there is no config ${quoted(name)}`,
        nearNames(name, Object.keys(CONFIGS)),
      );
    }
    if (!values.includes(value)) {
      throw new FaultlineError('E_UNKNOWN_NAME', `${name} is not ${quoted(value)}`, nearNames(value, values));
    }
    if (given.has(name) && config[name] !== value) {
      const message = `${name} is given twice: ${config[name]} and ${value}`;
      throw wrongUsage(message, `One run has one config; compare takes several: ${name}=a,b.`);
    }
    given.add(name);
    config[name] = value;
  }
  return config as Config;
}
