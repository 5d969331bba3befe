/** Rows (designs, or runs) by properties: in each cell the joint verdict, for a violation with its shortest length. */
import { table, widest } from './text.ts';
import { jointVerdict, lengthOf, type Run } from './verdicts.ts';

export interface MatrixRow {
  readonly label: string;
  readonly runs: readonly Run[];
  /** Properties whose cell is not as declared. */
  readonly unexpected?: ReadonlySet<string>;
}

export interface MatrixOptions {
  /** Heading of the first column. */
  readonly corner: string;
  /** Columns of the matrix that do not fit this many characters go into a further panel. */
  readonly width: number;
}

const GAP = 2;
/** Longest line of a column's heading: as wide as `violated 17`. */
const HEADING = 11;
/** Stands behind an unexpected cell. */
export const UNEXPECTED = '!';

export function cellText(runs: readonly Run[], property: string): string {
  const joint = jointVerdict(runs, property);
  if (!joint) return '-';
  return joint.shortest ? `violated ${lengthOf(joint.shortest.result)}` : joint.verdict;
}

export function matrix(rows: readonly MatrixRow[], properties: readonly string[], options: MatrixOptions): string[] {
  const columns = properties.map((property): Column => {
    const cells = rows.map((r) => cellText(r.runs, property) + (r.unexpected?.has(property) ? ` ${UNEXPECTED}` : ''));
    return { heading: splitHeading(property), cells };
  });
  return inPanels([options.corner, ...rows.map((r) => r.label)], columns, options.width);
}

/**
 * Columns side by side, those that do not fit the width in further panels below.
 * @param labels the first column of each panel: the corner, then a label per row
 */
export function inPanels(labels: readonly string[], columns: readonly Column[], width: number): string[] {
  const panels: Column[][] = [];
  let room = 0;
  for (const column of columns) {
    const needed = GAP + widest([...column.heading, ...column.cells]);
    const panel = panels.at(-1);
    room -= needed;
    if (panel && room >= 0) panel.push(column);
    else {
      panels.push([column]);
      room = width - widest(labels) - needed;
    }
  }
  return panels.flatMap((panel, i) => [...(i === 0 ? [] : ['']), ...panelLines(labels, panel)]);
}

export interface Column {
  /** Lines. */
  readonly heading: readonly string[];
  readonly cells: readonly string[];
}

function panelLines(labels: readonly string[], columns: readonly Column[]): string[] {
  const height = Math.max(1, ...columns.map((c) => c.heading.length));
  const [corner = '', ...rest] = labels;
  const heads = Array.from({ length: height }, (_, n) => {
    const missing = (c: Column): number => height - c.heading.length;
    return [n === height - 1 ? corner : '', ...columns.map((c) => c.heading[n - missing(c)] ?? '')];
  });
  return table([...heads, ...rest.map((label, row) => [label, ...columns.map((c) => c.cells[row]!)])], { gap: GAP });
}

/** `hole-reads-allocate-nothing` as `hole-reads-`, `allocate-`, `nothing`. */
export function splitHeading(id: string): string[] {
  const lines: string[] = [];
  for (const part of id.split(/(?<=-)/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length <= HEADING) lines[lines.length - 1] = last + part;
    else lines.push(part);
  }
  return lines;
}
