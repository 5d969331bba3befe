/** What the terminal shows: a block per run, tables, counterexamples as in kernel changelogs. */
import { closingText } from '../closing.ts';
import { type Format, WHOLE } from '../format.ts';
import type { Report } from '../report.ts';
import { runBlock } from '../summary.ts';

const WIDTH = 100;

const format: Format = {
  title: 'what the terminal shows',
  extension: 'txt',
  render: (report) => [{ name: WHOLE, text: `${blocks(report)}${closingText(report, WIDTH)}` }],
};
export default format;

const blocks = ({ runs, known, overview, quiet, command }: Report): string =>
  overview || quiet || command === 'explain' ? '' : runs.map((r) => `${runBlock(r, known).join('\n')}\n\n`).join('');
