/** Plain text: wrapping, aligned columns, counts. Widths are in characters; nothing is ever cut off. */

/** Of sentences; of tables, too, where results go to a file or a pipe. */
export const WIDTH = 100;

/** `1 page`, `2 pages`; `many` for irregular plurals. */
export const count = (n: number, one: string, many = `${one}s`): string => `${grouped(n)} ${n === 1 ? one : many}`;

/** `1234567` as `1,234,567`. */
export const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

/** Bytes as `12.3 MiB`. */
export function bytes(n: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = n;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** Seconds as `0.04 s`, `12.3 s`. */
export const duration = (s: number): string => `${s < 10 ? s.toFixed(2) : s.toFixed(1)} s`;

/**
 * Breaks a text at spaces into lines of at most `width`; lines after the first begin with `hang` spaces. A word longer
 * than the width stands on a line of its own, whole.
 */
export function wrap(text: string, width: number, hang = 0): string[] {
  const lead = /^ */.exec(text)![0];
  const lines: string[] = [];
  let line = lead;
  let empty = true;
  for (const word of text.split(' ').filter((w) => w !== '')) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = ' '.repeat(hang) + word;
    } else {
      line += empty ? word : ` ${word}`;
    }
    empty = false;
  }
  return [...lines, line];
}

/** The longest line of a text, or of several. */
export const widest = (lines: readonly string[]): number => lines.reduce((w, l) => Math.max(w, l.length), 0);

export interface TableOptions {
  /** Spaces before each row. */
  readonly indent?: number;
  /** Spaces between columns. */
  readonly gap?: number;
  /** Indices of right-aligned columns. */
  readonly right?: readonly number[];
}

/** Aligned columns; rows may have fewer cells than the widest row. No space at the end of a line. */
export function table(rows: readonly (readonly string[])[], options: TableOptions = {}): string[] {
  const { indent = 0, gap = 2, right = [] } = options;
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  return rows.map((row) => {
    const cells = row.map((cell, i) => (right.includes(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)));
    return (' '.repeat(indent) + cells.join(' '.repeat(gap))).trimEnd();
  });
}
