/** What was exhausted for a verdict: of the runs that were explored to their end, the largest of each bound. */
import type { Explored } from '../../casebook/ask.ts';
import type { Decided } from '../../casebook/decide.ts';
import { changedSettings } from '../../model/config.ts';
import { parseScenario } from '../../model/scenario.ts';
import { operationMap } from '../../verify/registry.ts';
import { count } from '../text.ts';

export interface Scope {
  readonly processes: number;
  readonly addressSpaces: number;
  readonly pages: number;
  /** Operations of all processes together. */
  readonly operations: number;
  /** `default`, or the settings that differ from it. */
  readonly configs: readonly string[];
  /** How many explorations; the largest of them. */
  readonly explorations: number;
  readonly largest: Pick<Explored, 'design' | 'scenario' | 'states' | 'transitions'>;
}

const settings = (e: Explored): string => changedSettings(e.config).join(' ') || 'default';

export async function scopeOf({ parts }: Pick<Decided, 'parts'>): Promise<Scope | undefined> {
  const all = parts.flatMap((p) => p.answers.flatMap((a) => a.explored));
  const explored = all.filter((e) => e.complete);
  if (explored.length === 0) return undefined;
  const known = await operationMap();
  const operations = (e: Explored): number =>
    parseScenario(e.scenario, known).processes.reduce((n, p) => n + p.operations.length, 0);
  const most = (of: (e: Explored) => number): number => Math.max(...explored.map(of));
  const { design, scenario, states, transitions } = explored.reduce((a, b) => (b.states > a.states ? b : a));
  return {
    processes: most((e) => e.bounds.processes),
    addressSpaces: most((e) => e.bounds.addressSpaces),
    pages: most((e) => e.bounds.pages),
    operations: most(operations),
    configs: [...new Set(explored.map(settings))],
    explorations: explored.length,
    largest: { design, scenario, states, transitions },
  };
}

/** In one clause. */
export const scopeText = (s: Scope): string =>
  [
    `up to ${count(s.processes, 'process', 'processes')}`,
    count(s.addressSpaces, 'address space'),
    count(s.pages, 'page'),
    count(s.operations, 'operation'),
    s.configs.length === 1 && s.configs[0] === 'default' ? 'default config' : `config ${s.configs.join('; ')}`,
    `largest: ${s.largest.design} in "${s.largest.scenario}"`,
  ].join(', ');
