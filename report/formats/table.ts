/** What the terminal shows: a block per run, tables, counterexamples as in kernel changelogs. */
import { closingText } from '../closing.ts';
import { type Format, WHOLE } from '../format.ts';
import type { Report } from '../report.ts';
import { counterexample, runBlock } from '../summary.ts';
import { WIDTH } from '../text.ts';
import { violationsIn } from '../violations.ts';

const format: Format = {
  title: 'what the terminal shows',
  extension: 'txt',
  render: (report) => [{ name: WHOLE, text: report.command === 'explain' ? replayed(report) : explored(report) }],
};
export default format;

const explored = (report: Report): string => `${blocks(report)}${closingText(report, WIDTH)}`;

const blocks = ({ runs, known, overview, quiet }: Report): string =>
  overview || quiet ? '' : runs.map((r) => `${runBlock(r, known).join('\n')}\n\n`).join('');

/** Every counterexample that replays, and what became of the others. */
function replayed(report: Report): string {
  const tables = violationsIn(report).map(({ run, result }) => counterexample(run, result).join('\n'));
  return [...tables, ...report.failed.map((f) => f.error)].map((text) => `${text}\n`).join('\n');
}
