/** The closing part of the text output: tables, counterexamples, coverage, what the exit code is due to. */
import { coverageReport } from './coverage.ts';
import { type Difference, differenceText } from './declared.ts';
import { hiddenLines } from './hidden.ts';
import { type MatrixRow, matrix } from './matrix.ts';
import { boundsNote, reasons } from './notes.ts';
import type { Report } from './report.ts';
import { searchNotes } from './search.ts';
import {
  counterexample,
  doneLine,
  exemplary,
  runLabels,
  runsTable,
  shortestViolations,
  type Violation,
} from './summary.ts';
import { WIDTH, wrap } from './text.ts';
import { jointVerdict, propertiesOf, type Run } from './verdicts.ts';

/** Sections of the output: lists of lines, an empty line between two. */
type Section = readonly string[];

/** @param width of the tables, in characters */
export function closingText(report: Report, width: number): string {
  const { runs } = report;
  const sections: Section[] = [
    ...(report.overview ? overviewTables(report, width) : tables(report, width)),
    ...(report.quiet ? [] : counterexamples(report)),
    ...(report.overview ? [] : declaredSections(report)),
    ...(report.coverage ? coverage(runs, report.elsewhere) : []),
    searchNotes(runs),
    reasons(runs, report),
    [doneLine(runs, report.seconds)],
  ];
  const text = sections.filter((s) => s.length > 0).map((s) => `${s.join('\n')}\n`);
  return text.join('\n');
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
function overviewTables({ runs, known, compared }: Report, width: number): Section[] {
  const properties = propertiesOf(runs, known);
  if (properties.length === 0) return [runsTable(runs)];
  const rows = rowsByDesign(runs, compared);
  return [
    matrix(rows, properties, { corner: 'design', width }),
    boundsNote(runs, compared !== undefined && compared.length > 0),
    ...(compared === undefined
      ? [['Not compared with what the designs declare: that is about all properties under the default config.']]
      : [declaredSection(compared, `All verdicts are as the ${rows.length} designs declare them.`)]),
  ];
}

/** Of designs that are named: why violations are no reason to fail. */
function declaredSections({ runs, known, compared }: Report): Section[] {
  if (compared === undefined || runs.length === 0) return [];
  const wanted = byDesign(runs).map(([id, own]) => {
    const violated = propertiesOf(own, known).filter((p) => jointVerdict(own, p)?.verdict === 'violated');
    return `${id} ${violated.length === 0 ? 'no violation' : `violations of ${violated.join(', ')}`}`;
  });
  return [
    declaredSection(compared, `All verdicts are as declared: by ${wanted.join('; by ')}.`),
    compared.length === 0 ? hiddenLines(runs, known) : [],
  ];
}

const declaredSection = (compared: readonly Difference[], fine: string): Section =>
  compared.length === 0 ? wrap(fine, WIDTH, 2) : ['NOT as declared:', ...compared.map((d) => `  ${differenceText(d)}`)];

/** A single run has had its block, unless it was to be quiet. */
function tables({ runs, known, quiet }: Report, width: number): Section[] {
  if (runs.length === 0 || (runs.length === 1 && !quiet)) return [];
  const all = propertiesOf(runs, known);
  const silent = all.filter((p) => jointVerdict(runs, p)?.verdict === 'n/a');
  const properties = all.filter((p) => !silent.includes(p));
  const designs = byDesign(runs);
  const single = designs.length === 1;
  const labels = runLabels(runs);
  const rows = single ? runs.map((run, i) => ({ label: labels[i]!, runs: [run] })) : rowsByDesign(runs);
  const corner = single ? `${designs[0]![0]} in` : 'design';
  return [
    runsTable(runs),
    properties.length === 0 ? [] : matrix(rows, properties, { corner, width }),
    silent.length === 0 ? [] : wrap(`Not applicable to any of them here: ${silent.join(', ')}.`, WIDTH, 2),
  ];
}

function counterexamples({ runs, known, compared, overview }: Report): Section[] {
  const violations = shortestViolations(runs, known);
  if (!overview) return violations.map((v) => counterexample(v.run, v.result));
  const surprising = violations.filter((v) => compared?.some((d) => isAbout(d, v)));
  const one = exemplary(surprising.length > 0 ? surprising : violations);
  if (!one) return [];
  return [['One counterexample in full:', '', ...counterexample(one.run, one.result)]];
}

const isAbout = (d: Difference, { run, result }: Violation): boolean =>
  d.design === run.design && d.property === result.id && d.found === 'violated';
