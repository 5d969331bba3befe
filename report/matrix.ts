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
  const labels = [options.corner, ...rows.map((r) => r.label)];
  const columns = properties.map((property) => {
    const cells = rows.map((r) => cellText(r.runs, property) + (r.unexpected?.has(property) ? ` ${UNEXPECTED}` : ''));
    const heading = splitHeading(property);
    return { heading, cells, width: widest([...heading, ...cells]) };
  });
  const panels: (typeof columns)[] = [];
  let room = 0;
  for (const column of columns) {
    const panel = panels.at(-1);
    room -= GAP + column.width;
    if (panel && room >= 0) panel.push(column);
    else {
      panels.push([column]);
      room = options.width - widest(labels) - GAP - column.width;
    }
  }
  return panels.flatMap((panel, i) => [...(i === 0 ? [] : ['']), ...panelLines(labels, panel)]);
}

interface Column {
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
function splitHeading(id: string): string[] {
  const lines: string[] = [];
  for (const part of id.split(/(?<=-)/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length <= HEADING) lines[lines.length - 1] = last + part;
    else lines.push(part);
  }
  return lines;
}
