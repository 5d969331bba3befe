/** What `faultline equiv` prints: verdicts by scenario, the shortest run that tells the designs apart, what was not looked at. */
import type { DistinguishingRun, EquivResult } from '../verify/equiv.ts';
import { jointBoundsText } from './bounds.ts';
import { runTable } from './changelog-table.ts';
import type { FailedRun } from './report.ts';
import { count, grouped, table, WIDTH, wrap } from './text.ts';

export interface EquivReport {
  readonly designs: readonly [string, string];
  /** `name`: of the default scenario. */
  readonly runs: readonly (EquivResult & { readonly name?: string })[];
  readonly failed: readonly FailedRun[];
  /** Scenarios that one of them does not have with the config. */
  readonly notRun: readonly string[];
  readonly exitCode: number;
}

/** @param brief the table only */
export function equivText(report: EquivReport & { readonly seconds: number }, width: number, brief: boolean): string {
  const sections = [verdicts(report, width), ...(brief ? [] : [shortest(report), unseen(report)]), closing(report)];
  return sections
    .filter((s) => s.length > 0)
    .map((s) => `${s.join('\n')}\n`)
    .join('\n');
}

function verdicts({ designs, runs }: EquivReport, width: number): string[] {
  const [first] = runs;
  if (!first) return [];
  const rows = runs.map((r) => [r.scenario, verdictText(r), `${grouped(r.states[0])}, ${grouped(r.states[1])}`]);
  const seen = first.observed.join(', ');
  return [
    ...wrap(`${designs[0]} and ${designs[1]}, to an observer of: ${seen}`, width, 2),
    '',
    ...table([['scenario', 'verdict', 'states of each'], ...rows]),
    ...(runs.some((r) => r.verdict === 'same')
      ? wrap(
          `same: whatever can be seen of one can be seen of the other, in every interleaving, over ${jointBoundsText(runs)}.`,
          WIDTH,
          2,
        )
      : []),
  ];
}

function verdictText({ verdict, relation, difference }: EquivResult): string {
  if (verdict === 'unknown') return 'unknown: a limit was hit';
  if (difference) return `different: ${difference.design} can, in ${count(difference.trace.length, 'step')}`;
  return relation === 'branching' ? 'same (branching bisimilar)' : 'same (the same traces)';
}

/** The run that says most in the fewest steps. */
function shortest({ runs }: EquivReport): string[] {
  const different = runs.filter((r) => r.difference);
  const [run] = different.sort((a, b) => a.difference!.trace.length - b.difference!.trace.length);
  if (!run) return [];
  const d = run.difference!;
  const head = `The shortest run that tells them apart: ${d.design} in "${run.scenario}", ${count(d.trace.length, 'step')}`;
  return [
    ...wrap(head, WIDTH, 2),
    '',
    ...(d.trace.length === 0 ? [] : runTable({ ...d, scenario: run.scenario })),
    '',
    ...wrap(` *** ${lastText(d)} ***`, WIDTH, 5),
    ...seenText(d),
  ];
}

function lastText({ atEnd, last, instead, other }: DistinguishingRun): string {
  const what = atEnd ? `the run is over (${last})` : `seen at [*]: ${last}`;
  if (instead.length === 0) return `${what}. After the same, ${other} shows nothing any more`;
  return `${what}. After the same, ${other} can show only: ${instead.join(' | ')}`;
}

const seenText = ({ seen, design, other }: DistinguishingRun): string[] =>
  seen.length === 0
    ? []
    : ['', `Seen before that, in ${design} and in ${other}:`, ...seen.flatMap((s) => wrap(`  ${s}`, WIDTH, 6))];

function unseen({ designs, runs }: EquivReport): string[] {
  return ([0, 1] as const).flatMap((i) => {
    const names = [...new Set(runs.flatMap((r) => r.only[i]))];
    if (names.length === 0) return [];
    return wrap(`Not looked at, as only ${designs[i]} has it: ${names.join(', ')}`, WIDTH, 2);
  });
}

function closing({ runs, failed, seconds }: EquivReport & { readonly seconds: number }): string[] {
  const has = (verdict: EquivResult['verdict']): boolean => runs.some((r) => r.verdict === verdict);
  const out: string[] = [];
  if (failed.length > 0) out.push(`Exit code 2: ${count(failed.length, 'run')} did not come about, see the errors.`);
  if (has('different')) out.push('Exit code 1: the designs differ.');
  if (has('unknown')) out.push('Exit code 3: a limit was hit, so that something is unknown.');
  const states = runs.reduce((n, r) => n + r.states[0] + r.states[1], 0);
  return [...out, `Done. runs=${runs.length} states=${states} sec=${seconds.toFixed(2)}`];
}

/** Schema `faultline.equiv/1`. */
export function equivJson({ designs, runs, failed, notRun }: EquivReport): string {
  const result = {
    schema: 'faultline.equiv/1',
    designs,
    runs: runs.map(({ difference, seconds: _seconds, ...r }) => ({
      ...r,
      ...(difference && {
        difference: {
          ...difference,
          length: difference.trace.length,
          trace: difference.trace.map(({ process, function: fn, step, changes, stack }) => ({
            process,
            function: fn,
            step,
            changes,
            stack,
          })),
        },
      }),
    })),
    ...(failed.length > 0 && { errors: failed }),
    ...(notRun.length > 0 && { notRun }),
  };
  return JSON.stringify(result, undefined, 2);
}
