/** The text reports of `verify`: a block per run, counterexamples, and what the exit code is due to. */

import type { PropertyResult } from '../verify/result.ts';
import { boundsText } from './bounds.ts';
import { changelogTable } from './changelog-table.ts';
import { readingLines } from './reading.ts';
import { unknownText } from './search.ts';
import { bytes, count, duration, grouped, table, WIDTH, wrap } from './text.ts';
import { jointVerdict, lengthOf, propertiesOf, type Run } from './verdicts.ts';
import { lackText } from './violations.ts';

/** Figures and verdicts of one run. */
export function runBlock(run: Run, known: readonly string[] = []): string[] {
  const ids = propertiesOf([run], known);
  const rows = ids.map((id) => [id, verdictText(run, id)]);
  return [
    `${run.design}: ${run.scenario}${run.name === undefined ? '' : `  (${run.name})`}`,
    `  ${figures(run)}`,
    ...(ids.length === 0 ? ['  no property: the bare model'] : table(rows, { indent: 2 })),
  ];
}

function figures(run: Run): string {
  return [
    count(run.states, 'state'),
    count(run.transitions, 'transition'),
    `depth ${run.depth}`,
    run.complete ? 'complete' : 'NOT complete',
    duration(run.seconds),
    `${bytes(run.peakBytes)} at most`,
  ].join(', ');
}

function verdictText(run: Run, id: string): string {
  const result = run.properties.find((p) => p.id === id);
  if (!result) return `n/a: ${lackText(run, id)}`;
  if (result.verdict === 'holds') return `holds: ${boundsText(run)}`;
  if (result.verdict === 'vacuous') return 'vacuous: its premise never happened';
  if (result.verdict === 'unknown') return unknownText(run);
  const length = `${count(lengthOf(result), 'step')}${result.notShortest ? ' (not shortest)' : ''}`;
  return `violated in ${length}: ${damageText(result)}`;
}

const damageText = ({ damage = 'no damage given', element }: PropertyResult): string =>
  element === undefined || damage.includes(element) ? damage : `${damage} (${element})`;

/** One line per run: how many of its properties have which verdict. */
export function runsTable(runs: readonly Run[]): string[] {
  const verdicts = ['violated', 'holds', 'vacuous', 'unknown'] as const;
  const rows = runs.map((run) => [
    run.design,
    run.name ?? '-',
    ...[run.states, run.transitions].map(grouped),
    String(run.depth),
    run.seconds.toFixed(2),
    ...verdicts.map((v) => String(run.properties.filter((p) => p.verdict === v).length)),
    String(run.notApplicable.length),
    run.scenario,
  ]);
  const head = ['design', 'name', 'states', 'transitions', 'depth', 'sec', ...verdicts, 'n/a', 'scenario'];
  return table([head, ...rows], { right: head.map((_, i) => i).slice(2, -1) });
}

/** A short label for each run of one design: the scenario's name, with what is in the file where the name has several texts. */
export function runLabels(runs: readonly Run[]): string[] {
  return runs.map(({ name, scenario }) => {
    if (name === undefined) return scenario;
    const single = runs.every((r) => r.name !== name || r.scenario === scenario);
    return single ? name : `${name}, ${scenario.split(':', 1)[0]}`;
  });
}

/** A counterexample with its heading. */
export function counterexample(run: Run, result: PropertyResult): string[] {
  const { trace = [], damage = 'no damage given', element, loopFrom } = result;
  return [
    ...wrap(`${run.design} violates ${result.id} in "${run.scenario}", ${lengthText(result)}`, WIDTH, 2),
    '',
    changelogTable({
      property: result.id,
      scenario: run.scenario,
      processes: run.processes,
      trace,
      damage,
      ...(element !== undefined && { element }),
      ...(loopFrom !== undefined && { loopFrom }),
    }),
    ...readingLines(result, run.processes.length).flatMap((line, i) => (i === 0 ? ['', line] : [line])),
  ];
}

/** `shortest run: 34 steps`; of a stored run that is not known to be that, its length. */
export function lengthText(result: PropertyResult): string {
  const steps = count(lengthOf(result), 'step');
  const { easier } = result.reading ?? {};
  if (result.notShortest) return `a run of ${steps}, not shortest: the search for a shorter one hit a limit`;
  if (easier === 'shorter') return `a run of ${steps}; there are shorter ones`;
  return easier === 'unknown' ? `a run of ${steps}` : `shortest run: ${steps}`;
}

/** A counterexample as the terminal shows it: heading, table, how to read it. */
export const counterexampleText = (run: Run, result: PropertyResult): string =>
  `${counterexample(run, result).join('\n')}\n`;

export interface Violation {
  readonly run: Run;
  readonly result: PropertyResult;
}

/** For each design and property that is violated, the shortest of the counterexamples. */
export function shortestViolations(runs: readonly Run[], known: readonly string[] = []): Violation[] {
  const designs = [...new Set(runs.map((r) => r.design))];
  return designs.flatMap((design) => {
    const own = runs.filter((r) => r.design === design);
    return propertiesOf(own, known).flatMap((id) => jointVerdict(own, id)?.shortest ?? []);
  });
}

/** The one to show where one is shown: the shortest in which two processes take part, else the shortest. */
export function exemplary(violations: readonly Violation[]): Violation | undefined {
  const interleaved = violations.filter((v) => new Set(v.result.trace?.map((s) => s.process)).size > 1);
  const candidates = interleaved.length > 0 ? interleaved : violations;
  return candidates.reduce<Violation | undefined>(
    (best, v) => (best && lengthOf(best.result) <= lengthOf(v.result) ? best : v),
    undefined,
  );
}

/** The last line, for scripts: `Done. runs=2 states=30 transitions=41 sec=0.12` */
export function doneLine(runs: readonly Run[], seconds: number): string {
  const sum = (of: (r: Run) => number): number => runs.reduce((n, r) => n + of(r), 0);
  const totals = `runs=${runs.length} states=${sum((r) => r.states)} transitions=${sum((r) => r.transitions)}`;
  return `Done. ${totals} sec=${seconds.toFixed(2)}`;
}
