/** Markdown: tables, code and plain text in which nothing is markup. */

/** @param right columns of numbers */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = rows[0]!.map((_, i) => (right.includes(i) ? '--:' : '---'));
  return [line(rows[0]!), line(rule), ...rows.slice(1).map(line)].join('\n');
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Plain text: nothing in it is markup. */
export const escaped = (text: string): string => oneLine(text).replace(/[\\`*_{}[\]<>#|~&]/g, '\\$&');

/** A code span: as many backticks round it as none inside has; in a table a bar has to be escaped even there. */
export function code(text: string): string {
  const ticks = '`'.repeat(1 + longestRun(text));
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${ticks}${pad}${oneLine(text).replaceAll('|', '\\|')}${pad}${ticks}`;
}

export function fenced(text: string): string {
  const ticks = '`'.repeat(Math.max(3, 1 + longestRun(text)));
  return `${ticks}text\n${text}\n${ticks}`;
}

const longestRun = (text: string): number =>
  (text.match(/`+/g) ?? []).reduce((longest, ticks) => Math.max(longest, ticks.length), 0);
