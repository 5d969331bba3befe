/** Markdown for a mail or a merge request: tables of runs and verdicts, counterexamples in fences. */

import type { PropertyResult } from '../../verify/result.ts';
import { boundsText, jointBoundsText } from '../bounds.ts';
import { differenceText } from '../declared.ts';
import { type Format, WHOLE } from '../format.ts';
import { hiddenLines } from '../hidden.ts';
import { code, escaped, fenced, table } from '../markdown-text.ts';
import { cellText } from '../matrix.ts';
import type { Report } from '../report.ts';
import { counterexample, runLabels } from '../summary.ts';
import { grouped } from '../text.ts';
import { propertiesOf, type Run } from '../verdicts.ts';
import { damageText, type NamedViolation, violationsIn } from '../violations.ts';

const format: Format = {
  title: 'Markdown: tables, and counterexamples in fences',
  extension: 'md',
  render: (report) => [{ name: WHOLE, text: `${sections(report).filter(Boolean).join('\n\n')}\n` }],
};
export default format;

/** Beyond so many counterexamples of one property, the text says only how long the others are. */
const IN_FULL = 1;

function sections(report: Report): string[] {
  const { runs, failed, notRun, compared, vacuous } = report;
  return [
    '# faultline',
    runs.length > 0 ? `Bounds: ${runs.length === 1 ? boundsText(runs[0]!) : jointBoundsText(runs)}.` : '',
    report.command === 'explain' ? '' : figures(runs),
    verdicts(report),
    ...(compared ? ['## Declared', declared(report)] : []),
    vacuous.length > 0 ? `Vacuous in all of it: ${vacuous.map(code).join(', ')}: the premise never happened.` : '',
    ...(failed.length > 0
      ? [
          report.command === 'explain' ? '## Not as stored' : '## Broken',
          ...failed.map((f) => fenced(`${f.design}: ${f.scenario}\n${f.error}`)),
        ]
      : []),
    ...leftOut(notRun),
    ...counterexamples(violationsIn(report)),
  ];
}

/** What the config does not have, by design. */
function leftOut(notRun: Report['notRun']): string[] {
  const designs = [...new Set(notRun.map((l) => l.design))];
  const scenarios = (design: string): string[] =>
    notRun.filter((l) => l.design === design).map((l) => code(l.scenario));
  const lines = designs.map((design) => `- ${code(design)}: ${scenarios(design).join(', ')}`);
  return lines.length === 0 ? [] : ['## Not run', `The config does not have it:\n\n${lines.join('\n')}`];
}

function figures(runs: readonly Run[]): string {
  if (runs.length === 0) return '';
  const rows = runs.map((r) => [
    code(r.design),
    code(r.scenario),
    ...[r.states, r.transitions, r.depth].map(grouped),
    r.complete ? 'yes' : '**no**',
    r.seconds.toFixed(2),
  ]);
  return table(
    [['design', 'scenario', 'states', 'transitions', 'depth', 'complete', 'seconds'], ...rows],
    [2, 3, 4, 6],
  );
}

/** A row per property, a column per design; of one design a column per run. */
function verdicts({ runs, known }: Report): string {
  const properties = propertiesOf(runs, known);
  if (properties.length === 0) return '';
  const designs = [...new Set(runs.map((r) => r.design))];
  const labels = runLabels(runs);
  const columns =
    designs.length === 1
      ? runs.map((run, i) => ({ head: labels[i]!, runs: [run] }))
      : designs.map((id) => ({ head: id, runs: runs.filter((r) => r.design === id) }));
  const rows = properties.map((id) => [code(id), ...columns.map((c) => bold(cellText(c.runs, id)))]);
  return table([['property', ...columns.map((c) => code(c.head))], ...rows]);
}

const bold = (cell: string): string => (cell.startsWith('violated') ? `**${cell}**` : cell);

const declared = ({ runs, known, overview, compared = [] }: Report): string =>
  compared.length === 0
    ? ['All verdicts are as the designs declare them.', ...(overview ? [] : hiddenIn(runs, known))].join('\n')
    : ['Not as declared:', '', ...compared.map((d) => `- ${escaped(differenceText(d))}`)].join('\n');

function hiddenIn(runs: readonly Run[], known: readonly string[]): string[] {
  const lines = hiddenLines(runs, known);
  return lines.length === 0 ? [] : ['', fenced(lines.join('\n'))];
}

/** The shortest of each design and property in full, the others by their length. */
function counterexamples(violations: readonly NamedViolation[]): string[] {
  const keys = [...new Set(violations.map(key))];
  return keys.flatMap((k) => {
    const own = violations.filter((v) => key(v) === k).sort((a, b) => lengthOf(a) - lengthOf(b));
    const others = own.slice(IN_FULL).map((v) => `- ${code(v.run.scenario)}: ${lengthOf(v)} steps`);
    const { run, result } = own[0]!;
    return [
      `## ${escaped(`${run.design} violates ${result.id}`)}`,
      `${escaped(damageText(result))} (${code(run.scenario)}, ${lengthOf(own[0]!)} steps)`,
      fenced(tableOf(run, result)),
      others.length > 0 ? `Also violated in:\n\n${others.join('\n')}` : '',
    ];
  });
}

/** Without its heading, which Markdown has of its own. */
function tableOf(run: Run, result: PropertyResult): string {
  const lines = counterexample(run, result);
  return lines.slice(lines.indexOf('') + 1).join('\n');
}

const key = ({ run, result }: NamedViolation): string => `${run.design} ${result.id}`;
const lengthOf = ({ result }: NamedViolation): number => result.trace?.length ?? 0;
