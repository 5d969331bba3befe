/** A comparison as Markdown, for a mail or a merge request. */
import { code, escaped, table } from '../markdown-text.ts';
import { cellText } from '../matrix.ts';
import { jointVerdict, lengthOf } from '../verdicts.ts';
import { answersOf } from './answers.ts';
import { allRuns, type Comparison, comparedBounds, type ScenarioCosts, shownProperties } from './comparison.ts';
import { costRows, costTexts, endless } from './cost-rows.ts';
import { alikeText, BEHIND, differingRows, isOneScenario, SHARED, sharedTexts } from './differing.ts';
import { replayedGroups, stepText } from './replayed-text.ts';

export function comparisonMarkdown(c: Comparison): string {
  const labels = c.variants.map((v) => code(v.label));
  const runs = allRuns(c);
  const sections = [
    '# faultline: designs compared',
    table([['', ...labels], ...answersOf(c).map(({ text, answers }) => [escaped(text), ...answers.map(escaped)])]),
    '## Verdicts',
    runs.length > 0 ? `Bounds: ${comparedBounds(c)}.` : '',
    table([
      ['property', ...labels],
      ...shownProperties(c).map((id) => [code(id), ...c.runs.map((own) => bold(cellText(own, id)))]),
    ]),
    differing(c, labels),
    unsafe(c),
    shared(c),
    '## Costs',
    'Best to worst run over all interleavings, each cost by itself; what is 0 everywhere is left out.',
    ...c.costs.flatMap((row) => costTable(c, row, labels)),
    ...endless(c).map(escaped),
    costTexts(c)
      .map((t) => `- ${escaped(t)}`)
      .join('\n'),
    ...(c.followed.length > 0 ? ['## Counterexamples under the other designs'] : []),
    ...c.followed.map(followed),
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

const bold = (cell: string): string => (cell.startsWith('violated') ? `**${cell}**` : cell);

function differing(c: Comparison, labels: readonly string[]): string {
  const alike = alikeText(c);
  if (alike !== undefined) return alike;
  const rows = isOneScenario(c) ? [] : differingRows(c);
  if (rows.length === 0) return '';
  return table([
    ['where they differ', ...labels],
    ...rows.map(([label, cells]) => [escaped(label), ...cells.map(bold)]),
  ]);
}

function shared(c: Comparison): string {
  const texts = sharedTexts(c).map((t) => `- ${escaped(t)}`);
  return texts.length === 0 ? '' : [SHARED, '', ...texts, '', escaped(BEHIND)].join('\n');
}

function unsafe(c: Comparison): string {
  const lines = c.variants.flatMap((v, i) =>
    shownProperties(c).flatMap((id) => {
      const found = jointVerdict(c.runs[i]!, id)?.shortest;
      if (!found) return [];
      return [`- ${code(v.label)}: ${code(id)} in ${code(found.run.scenario)} (${lengthOf(found.result)} steps)`];
    }),
  );
  return lines.length === 0 ? 'Unsafe: none of them.' : ['Unsafe, shortest first of each:', '', ...lines].join('\n');
}

function costTable(c: Comparison, row: ScenarioCosts, labels: readonly string[]): string[] {
  const rows = costRows(c, row).map(({ label, cells }) =>
    cells.length === 0 ? [`**${escaped(label)}**`, ...labels.map(() => '')] : [escaped(label), ...cells],
  );
  if (rows.length === 0) return [];
  return [table([[code(row.scenario), ...labels], ...rows])];
}

function followed({ of, run, result, under }: Comparison['followed'][number]): string {
  const trace = result.trace ?? [];
  const lines = replayedGroups({ under, result }).map(({ variants, does, refused }) => {
    const who = variants.map(code).join(', ');
    if (refused === undefined) return `- ${who}: ${escaped(does)}`;
    return `- ${who} refuses step ${refused + 1}, ${code(stepText(trace[refused]!))}: instead ${code(does)}`;
  });
  const head = `${code(of.label)} violates ${code(result.id)} in ${code(run.scenario)} (${trace.length} steps):`;
  return [head, '', ...lines].join('\n');
}
