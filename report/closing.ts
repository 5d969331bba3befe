/** The closing part of the text output of `verify`: tables, counterexamples, coverage, what the exit code is due to. */
import { coverageReport } from '../report/coverage.ts';
import { type Difference, differenceText } from '../report/declared.ts';
import { type MatrixRow, matrix } from '../report/matrix.ts';
import { boundsNote, reasons } from '../report/notes.ts';
import {
  counterexample,
  doneLine,
  exemplary,
  runLabels,
  runsTable,
  shortestViolations,
  type Violation,
} from '../report/summary.ts';
import { propertiesOf, type Run } from '../report/verdicts.ts';
import type { Io } from './io.ts';
import type { VerifyRequest } from './request.ts';
import type { Results } from './verify.ts';

/** Where results go to a file or pipe. */
const WIDTH = 100;

/** Sections of the output: lists of lines, an empty line between two. */
type Section = readonly string[];

export function printResults(results: Results, request: VerifyRequest, io: Io): void {
  const runs = results.done.map((d) => d.run);
  const width = io.columns ?? WIDTH;
  const overview = request.designs.length === 0 && request.scenarios.length === 0;
  const sections: Section[] = [
    ...(overview ? overviewTables(runs, results, width) : tables(runs, results, width, request.quiet)),
    ...(request.quiet ? [] : counterexamples(runs, results, overview)),
    ...(request.coverage ? coverage(runs, results.elsewhere) : []),
    reasons(runs, results),
    [doneLine(runs, results.seconds)],
  ];
  const text = sections.filter((s) => s.length > 0).map((s) => `${s.join('\n')}\n`);
  io.out(text.join('\n'));
}

const coverage = (runs: readonly Run[], elsewhere: readonly Run[]): Section[] =>
  byDesign(runs).map(([design, own]) =>
    coverageReport(
      design,
      own,
      elsewhere.filter((r) => r.design === design),
    ),
  );

const byDesign = (runs: readonly Run[]): [string, Run[]][] =>
  [...new Set(runs.map((r) => r.design))].map((id) => [id, runs.filter((r) => r.design === id)]);

const rowsByDesign = (runs: readonly Run[], compared: readonly Difference[] = []): MatrixRow[] =>
  byDesign(runs).map(([label, own]) => ({
    label,
    runs: own,
    unexpected: new Set(compared.filter((d) => d.design === label).map((d) => d.property)),
  }));

/** All designs in all default scenarios. */
function overviewTables(runs: readonly Run[], { known, compared }: Results, width: number): Section[] {
  const properties = propertiesOf(runs, known);
  if (properties.length === 0) return [runsTable(runs)];
  const rows = rowsByDesign(runs, compared);
  return [
    matrix(rows, properties, { corner: 'design', width }),
    boundsNote(runs, compared !== undefined && compared.length > 0),
    compared === undefined
      ? ['Not compared with what the designs declare: that is about the default config.']
      : declaredSection(compared, rows.length),
  ];
}

function declaredSection(compared: readonly Difference[], designs: number): Section {
  if (compared.length === 0) return [`All verdicts are as the ${designs} designs declare them.`];
  return ['NOT as declared:', ...compared.map((d) => `  ${differenceText(d)}`)];
}

/** A single run has had its block, unless it was to be quiet. */
function tables(runs: readonly Run[], { known }: Results, width: number, quiet: boolean): Section[] {
  if (runs.length === 0 || (runs.length === 1 && !quiet)) return [];
  const properties = propertiesOf(runs, known);
  const designs = byDesign(runs);
  const single = designs.length === 1;
  const labels = runLabels(runs);
  const rows = single ? runs.map((run, i) => ({ label: labels[i]!, runs: [run] })) : rowsByDesign(runs);
  const corner = single ? `${designs[0]![0]} in` : 'design';
  return [runsTable(runs), properties.length === 0 ? [] : matrix(rows, properties, { corner, width })];
}

function counterexamples(runs: readonly Run[], { known, compared }: Results, overview: boolean): Section[] {
  const violations = shortestViolations(runs, known);
  if (!overview) return violations.map((v) => counterexample(v.run, v.result));
  const surprising = violations.filter((v) => compared?.some((d) => isAbout(d, v)));
  const one = exemplary(surprising.length > 0 ? surprising : violations);
  if (!one) return [];
  return [['One counterexample in full:', '', ...counterexample(one.run, one.result)]];
}

const isAbout = (d: Difference, { run, result }: Violation): boolean =>
  d.design === run.design && d.property === result.id && d.found === 'violated';
