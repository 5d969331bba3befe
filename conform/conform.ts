/** A design beside a table of what a running kernel did: every scenario of the table, operation by operation. */
import { type Config, DEFAULT_CONFIG } from '../model/config.ts';
import type { Design } from '../model/design.ts';
import { compareOperation, LAYERS, watchedIn } from './compare.ts';
import { type Conformance, type FoundDifference, noFacts, type ScenarioConformance } from './conformance.ts';
import { ModelRun } from './model-run.ts';
import { conformRace, isRace } from './race.ts';
import type { Table, TableScenario } from './table.ts';
import { translate } from './translate.ts';
import type { Translated } from './translated.ts';

/**
 * Compares a design's runs with a table.
 * @throws FaultlineError for anything wrong with design or config
 */
export async function conform(design: Design, table: Table, config: Config = DEFAULT_CONFIG): Promise<Conformance> {
  const scenarios: ScenarioConformance[] = [];
  const races = new Map<string, TableScenario[]>();
  for (const s of table.scenarios) {
    if (isRace(s)) races.set(s.name, [...(races.get(s.name) ?? []), s]);
    else scenarios.push(await conformScenario(design, s, config));
  }
  for (const same of races.values()) scenarios.push(await conformRace(design, same, config));
  return { design: design.id, config, scenarios };
}

async function conformScenario(design: Design, recorded: TableScenario, config: Config): Promise<ScenarioConformance> {
  const translated = translate(recorded);
  const operations = translated.operations.filter((o) => !o.setUp).length;
  const facts = { name: recorded.name, scenario: translated.scenario, operations };
  const run = await ModelRun.of(design, translated, config);
  if (typeof run === 'string') return { ...facts, compared: 0, facts: noFacts(), notModelled: run, differences: [] };
  return { ...facts, ...compareAll(run, translated, translated.whole ? undefined : watchedIn(recorded)) };
}

type Outcome = Pick<ScenarioConformance, 'compared' | 'facts' | 'differences' | 'notModelled'>;

function compareAll(run: ModelRun, translated: Translated, watched: ReadonlySet<string> | undefined): Outcome {
  const facts = noFacts();
  const differences: FoundDifference[] = [];
  let compared = 0;
  for (const o of translated.operations) {
    const notModelled = run.refuses(o);
    if (notModelled !== undefined) return { compared, facts, differences, notModelled };
    const found = compareOperation(o, run.perform(o), watched);
    if (o.setUp) continue;
    compared++;
    for (const layer of LAYERS) facts[layer] += found.facts[layer];
    const { text: operation, line } = o.recorded;
    differences.push(...found.differences.map((d) => ({ ...d, operation, line })));
  }
  return { compared, facts, differences };
}
