/** What a "holds" was exhausted over. No report prints the word without it. */
import { type Config, changedSettings } from '../model/config.ts';
import { ERRORS_PER_RUN } from '../model/entries/errors.ts';
import type { RunResult } from '../verify/result.ts';
import { count } from './text.ts';

/** `name=value` of every setting, in the order of the contract. */
export const configText = (config: Config): string =>
  Object.entries(config)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

/** `default config`, or the settings that differ from it. */
export function configBrief(config: Config): string {
  const changed = changedSettings(config);
  return changed.length === 0 ? 'default config' : `config ${changed.join(' ')}, else default`;
}

/** The settings of a run that are not those of all the others: `block-reuse=foreign`, several separated by spaces. */
export function varyingConfig(config: Config, runs: readonly Pick<RunResult, 'config'>[]): string {
  const others = [...new Set(runs.map((r) => configText(r.config)))].map((text) => text.split(' '));
  return configText(config)
    .split(' ')
    .filter((setting) => others.some((o) => !o.includes(setting)))
    .join(' ');
}

const errorsText = (config: Config): string =>
  config.errors === 'on' ? `errors injected: at most ${ERRORS_PER_RUN} per run` : 'no errors injected';
const MEMORY = 'sequentially consistent';

/** The bounds of one run, as a clause. */
export function boundsText(run: Pick<RunResult, 'bounds' | 'config'>): string {
  const { processes, addressSpaces, pages } = run.bounds;
  return [
    count(processes, 'process', 'processes'),
    count(addressSpaces, 'address space'),
    count(pages, 'page'),
    configBrief(run.config),
    MEMORY,
    errorsText(run.config),
  ].join(', ');
}

/** The bounds of several runs under one config: the largest of each. */
export function jointBoundsText(runs: readonly Pick<RunResult, 'bounds' | 'config'>[]): string {
  const first = runs[0];
  if (!first) return 'nothing';
  const most = (of: (r: Pick<RunResult, 'bounds'>) => number): number => Math.max(...runs.map(of));
  return [
    `up to ${count(
      most((r) => r.bounds.processes),
      'process',
      'processes',
    )}`,
    count(
      most((r) => r.bounds.addressSpaces),
      'address space',
    ),
    count(
      most((r) => r.bounds.pages),
      'page',
    ),
    `${configBrief(first.config)} (${configText(first.config)})`,
    MEMORY,
    errorsText(first.config),
  ].join(', ');
}
