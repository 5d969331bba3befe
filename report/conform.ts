/** What `faultline conform` prints. */
import type { Layer } from '../conform/compare.ts';
import type { Conformance, FoundDifference, ScenarioConformance } from '../conform/conformance.ts';
import { count, grouped, table, WIDTH, wrap } from './text.ts';

export interface ConformRun extends Conformance {
  readonly table: string;
  readonly kernel: string;
  /** The table's filesystem, where the config has another one. */
  readonly tableFs?: string;
}
export interface ConformReport {
  readonly runs: readonly ConformRun[];
  /** Tables that were left out, with the reason. */
  readonly skipped: readonly string[];
  readonly exitCode: number;
}

const LAYER_NAMES: Readonly<Record<Layer, string>> = {
  user: 'what the caller sees',
  state: 'PTEs and entries',
  events: 'faults and tracepoints',
};

/** What the runs come to. */
export function outcomeOf(runs: readonly ConformRun[]): 'agrees' | 'differs' | 'nothing' {
  const scenarios = runs.flatMap((r) => r.scenarios);
  if (scenarios.some((s) => s.differences.length > 0)) return 'differs';
  return scenarios.some((s) => s.compared > 0) ? 'agrees' : 'nothing';
}

/** @param brief totals and differences only */
export function conformText(report: ConformReport, width: number, brief: boolean): string {
  const sections = [
    ...report.runs.map((r) => [
      `${r.design} beside ${r.kernel}, ${r.config.fs}: ${r.table}`,
      ...(r.tableFs === undefined ? [] : [`  --config has fs=${r.config.fs}, and the table is of ${r.tableFs}.`]),
      ...(brief ? [] : ['', ...scenarioRows(r), ...outcomeRows(r)]),
      '',
      ...totals(r, width),
      ...differences(r, width),
    ]),
    report.skipped.flatMap((s) => wrap(`Not compared: ${s}`, width, 2)),
    closing(report),
  ];
  return sections
    .filter((s) => s.length > 0)
    .map((s) => `${s.join('\n')}\n`)
    .join('\n');
}

const scenarioRows = ({ scenarios }: ConformRun): string[] =>
  table([
    ['scenario', 'operations', ''],
    ...scenarios.map((s) => [s.name, `${s.compared} of ${s.operations}`, verdictOf(s)]),
  ]);

function verdictOf({ differences, notModelled, race }: ScenarioConformance): string {
  if (race && notModelled === undefined) {
    const allowed = race.notSeen.length + race.seen.filter((s) => s.allowed).length;
    const strange = race.seen.filter((s) => !s.allowed).length;
    const seen = `${count(race.runs, 'run')}: ${race.seen.length - strange} of ${count(allowed, 'outcome')} that the model allows`;
    return strange > 0 ? `${seen}, and ${strange} that it does not` : seen;
  }
  const [first] = differences;
  const rest = notModelled === undefined ? '' : `not modelled: ${notModelled}`;
  if (!first) return rest === '' ? 'agrees' : rest;
  return [`differs in ${count(differences.length, 'fact')}`, rest].filter((t) => t !== '').join('; ');
}

/** Of every race what was seen, and what the model allows as well. */
const outcomeRows = ({ scenarios }: ConformRun): string[] =>
  scenarios.flatMap(({ name, race }) =>
    race
      ? [
          '',
          `${name}:`,
          ...race.seen.map(
            (s) =>
              `  ${String(s.times).padStart(6)} x ${s.outcome}${s.allowed ? (s.thp ? '  (with thp=on)' : '') : '  *** not allowed'}`,
          ),
          ...race.notSeen.map((o) => `   never  ${o}`),
        ]
      : [],
  );

function totals({ scenarios }: ConformRun, width: number): string[] {
  const sum = (of: (s: ScenarioConformance) => number): number => scenarios.reduce((n, s) => n + of(s), 0);
  const layers = (Object.keys(LAYER_NAMES) as Layer[]).map(
    (layer) => `${LAYER_NAMES[layer]}: ${grouped(sum((s) => s.facts[layer]))}`,
  );
  const reasons = new Map<string, number>();
  for (const { notModelled, operations, compared } of scenarios) {
    if (notModelled !== undefined) reasons.set(notModelled, (reasons.get(notModelled) ?? 0) + operations - compared);
  }
  return [
    ...wrap(
      `Compared: ${grouped(sum((s) => s.compared))} of ${count(
        sum((s) => s.operations),
        'operation',
      )}, in facts of ${layers.join('; ')}.`,
      width,
      2,
    ),
    ...[...reasons].flatMap(([what, n]) =>
      wrap(`Not modelled: ${what} (with what follows, ${count(n, 'operation')})`, width, 2),
    ),
  ];
}

/** Of each scenario that differs, what differs first. */
function differences({ scenarios, table: file }: ConformRun, width: number): string[] {
  const different = scenarios.filter((s) => s.differences.length > 0);
  return different.flatMap((s) => ['', ...firstDifference(s, file, width)]);
}

function firstDifference({ name, scenario, differences }: ScenarioConformance, file: string, width: number): string[] {
  const [first] = differences as readonly [FoundDifference];
  const same = differences.filter((d) => d.line === first.line);
  return [
    ` *** ${name}, after ${first.operation} (${file}:${first.line}) ***`,
    ...table(
      [['', 'kernel', 'model'], ...same.map((d) => [`${d.what} (${LAYER_NAMES[d.layer]})`, d.kernel, d.model])],
      { indent: 5 },
    ),
    ...wrap(`     as a scenario of the model: ${scenario}`, Math.max(width, WIDTH), 7),
  ];
}

function closing({ runs, exitCode }: ConformReport): string[] {
  const compared = runs.flatMap((r) => r.scenarios).reduce((n, s) => n + s.compared, 0);
  const found = runs.flatMap((r) => r.scenarios).reduce((n, s) => n + s.differences.length, 0);
  const say = ['', 'Exit code 1: something differs.', '', 'Exit code 3: nothing could be compared.'][exitCode];
  return [...(say ? [say] : []), `Done. tables=${runs.length} operations=${compared} differences=${found}`];
}

/** Schema `faultline.conform/1`. */
export function conformJson({ runs, skipped, exitCode }: ConformReport): string {
  return JSON.stringify({ schema: 'faultline.conform/1', runs, skipped, exitCode }, undefined, 2);
}
