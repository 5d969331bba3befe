/** What a page shows of a command's output, against what is really printed. */

/** A line that stands for any number of lines. */
const GAP = '...';

/** What differs from run to run: times and memory. */
const VARYING: readonly RegExp[] = [
  /\b\d+(\.\d+)?(?= ?(ms|s)\b)/g,
  /(?<=\bsec=)\d+\.\d+/g,
  /\b\d+(\.\d+)? [KMG]iB\b/g,
  /(?<=time=")\d+\.\d+/g,
  /(?<=Start at +)\d\d:\d\d:\d\d/g,
];

const steady = (line: string): string => VARYING.reduce((text, what) => text.replace(what, '0'), line.trimEnd());
/** Alike but for numbers: where a line went when the model changed. */
const shape = (line: string): string => line.replace(/\d+/g, '0').trim();

export function linesOf(text: string): string[] {
  const lines = text.split('\n').map((l) => l.trimEnd());
  while (lines[0] === '') lines.shift();
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Runs of lines between the gaps; an empty one where the text begins or ends with a gap. */
function segmentsOf(shown: readonly string[]): string[][] {
  return shown.reduce<string[][]>(
    (all, line) => {
      if (line.trim() === GAP) all.push([]);
      else all.at(-1)!.push(line);
      return all;
    },
    [[]],
  );
}

function indexOfRun(
  lines: readonly string[],
  run: readonly string[],
  from: number,
  like: (line: string) => string,
): number {
  for (let at = from; at + run.length <= lines.length; at++) {
    if (run.every((line, i) => like(line) === like(lines[at + i]!))) return at;
  }
  return -1;
}

/** @returns undefined if it is what was printed, else the first segment that is not there */
export function missing(shown: string, printed: string): string | undefined {
  const lines = linesOf(printed);
  const segments = segmentsOf(linesOf(shown));
  let from = 0;
  for (const [i, segment] of segments.entries()) {
    if (segment.length === 0) continue;
    const last = i === segments.length - 1;
    const at = last ? Math.max(from, lines.length - segment.length) : indexOfRun(lines, segment, from, steady);
    const fits = at >= 0 && (i > 0 || at === 0) && indexOfRun(lines, segment, at, steady) === at;
    if (!fits) return segment.join('\n');
    from = at + segment.length;
  }
  return undefined;
}

/**
 * The text with what is printed now in the place of what it shows: gaps stay where they are.
 * @returns undefined where a gap's neighbours are not found any more
 */
export function renewed(shown: string, printed: string): string | undefined {
  if (missing(shown, printed) === undefined) return shown;
  const lines = linesOf(printed);
  const segments = segmentsOf(linesOf(shown));
  let from = 0;
  const out: string[][] = [];
  for (const [i, segment] of segments.entries()) {
    if (segment.length === 0) {
      out.push([]);
      continue;
    }
    const start = i === 0 ? 0 : indexOfRun(lines, [segment[0]!], from, shape);
    if (start < 0) return undefined;
    const last = i === segments.length - 1;
    const end = last ? lines.length - 1 : indexOfRun(lines, [segment.at(-1)!], start + segment.length - 1, shape);
    if (end < start) return undefined;
    out.push(lines.slice(start, end + 1));
    from = end + 1;
  }
  return `${out
    .map((s) => s.join('\n'))
    .join(`\n${GAP}\n`)
    .replace(/^\n|\n$/g, '')}\n`;
}
