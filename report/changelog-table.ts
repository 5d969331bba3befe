/**
 * A counterexample as in kernel changelogs: a column per process, time flowing down, calls indented inside the column,
 * below each step what it changed, at last the damage. Text that does not fit its column is wrapped, never cut.
 */
import type { TraceStep } from '../explorer/trace.ts';
import { type Calls, callsIn, sharedCalls } from './calls.ts';
import { caption, type ProcessText, processTexts } from './processes.ts';
import { widest, wrap } from './text.ts';

export interface Counterexample {
  readonly property: string;
  /** Scenario text: captions and operations are taken from it. */
  readonly scenario: string;
  /** Process names in scenario order. */
  readonly processes: readonly string[];
  readonly trace: readonly TraceStep[];
  readonly damage: string;
  /** Which element of a "for all" is false. */
  readonly element?: string;
  /** For a run that never ends: index of the step that follows the last one again. */
  readonly loopFrom?: number;
}

/** One line of the table before it is laid out. */
interface Row {
  /** Index of the process; -1: a process that is not in the list. */
  readonly process: number;
  /** The step's number, on its first line. */
  readonly number?: number;
  readonly indent: number;
  readonly text: string;
}

const INDENT = 2;
/** A space at which no line is broken. */
const GLUE = '\u00a0';
/** Room for the step's number and the gap after it. */
const MARGIN = 5;
const GAP = 2;
/** Width of the whole table by number of processes; beyond three, columns are no use and the table is a list. */
const TABLE_WIDTHS = [100, 100, 100, 130];
/** Width of the list, and of the closing sentence under a narrower table. */
const LIST_WIDTH = 100;

/** A counterexample in the form of kernel changelogs: a column per process, or a list where those would be too narrow; and what is violated. */
export function changelogTable(c: Counterexample): string {
  const body = bodyOf(c);
  const width = Math.max(widest(body), LIST_WIDTH);
  const loop = c.loopFrom === undefined ? [] : [` ... repeats from step ${c.loopFrom + 1}`];
  return [...body, ...loop, '', ...wrap(` *** ${closing(c)}${GLUE}***`, width, 5)].join('\n').replaceAll(GLUE, ' ');
}

/** A run alone: its last step is marked, and nothing is said of it. */
export const runTable = (run: Pick<Counterexample, 'scenario' | 'processes' | 'trace'>): string[] =>
  bodyOf(run).map((line) => line.replaceAll(GLUE, ' '));

function bodyOf({ scenario, processes, trace }: Pick<Counterexample, 'scenario' | 'processes' | 'trace'>): string[] {
  const texts = processTexts(scenario, processes);
  const rows = rowsOf(trace, texts);
  return texts.length < TABLE_WIDTHS.length ? inColumns(rows, texts) : asList(rows, texts);
}

function closing({ property, damage, element, trace }: Counterexample): string {
  const where = element === undefined || damage.includes(element) ? '' : ` at ${element}`;
  const when = trace.length === 0 ? ' in the initial state' : '';
  return `${property} violated${where}${when}: ${damage}`;
}

function rowsOf(trace: readonly TraceStep[], processes: readonly ProcessText[]): Row[] {
  const rows: Row[] = [];
  const before = new Map<string, Calls>();
  const calls = callsIn(trace, processes);
  for (const [i, step] of trace.entries()) {
    const process = processes.findIndex((p) => p.id === step.process);
    const now = calls[i]!;
    rows.push(...headings(now, before.get(step.process)).map((h) => ({ process, ...h })));
    before.set(step.process, now);
    const indent = INDENT * ((now.operation ? 1 : 0) + now.functions.length);
    const said = linesOf(step, now, indent);
    const last = said.at(-1)!;
    if (i === trace.length - 1) said[said.length - 1] = { ...last, text: `${last.text}${GLUE}[*]` };
    const notes = changeNotes(step).map((text) => ({ indent: last.indent, text }));
    rows.push(...[...said, ...notes].map((line, n) => ({ process, ...line, ...(n === 0 && { number: i + 1 }) })));
  }
  return rows;
}

/** The step's lines; one of a function called within the section stands under its name, one level deeper. */
function linesOf(step: TraceStep, calls: Calls, indent: number): Pick<Row, 'indent' | 'text'>[] {
  if (step.lines.length === 0) return [{ indent, text: calls.state }];
  const out: Pick<Row, 'indent' | 'text'>[] = [];
  let depth = indent;
  let inside = step.lines[0]!.function;
  for (const { text, function: fn } of step.lines) {
    if (fn !== inside && !calls.functions.includes(fn)) {
      out.push({ indent: depth, text: `${fn}()` });
      depth += INDENT;
    }
    inside = fn;
    out.push({ indent: depth, text });
  }
  return out;
}

/** A line for the operation and for each call that this step enters. */
function headings(calls: Calls, before: Calls | undefined): Pick<Row, 'indent' | 'text'>[] {
  const out: Pick<Row, 'indent' | 'text'>[] = [];
  const outer = calls.operation ? 1 : 0;
  if (calls.operation && calls.operation.position !== before?.operation?.position) {
    out.push({ indent: 0, text: calls.operation.text });
  }
  const open = sharedCalls(before, calls);
  for (const [depth, name] of calls.functions.entries()) {
    if (depth >= open) out.push({ indent: INDENT * (outer + depth), text: `${name}()` });
  }
  return out;
}

/** `// pte[mm1].a: none -> ro blk.a` */
const changeNotes = (step: TraceStep): string[] =>
  Object.entries(step.changes)
    .filter(([name, values]) => !isPlainLocking(step, name, values))
    .map(([name, [before, after]]) => `// ${name}: ${before} -> ${after}`);

/** A lock that was or becomes free, in a step that names it: nothing that the step's text does not say. */
const isPlainLocking = (step: TraceStep, name: string, values: readonly string[]): boolean =>
  step.section === 'lock' && step.step.includes(`(${name})`) && values.includes('free');

const lines = (row: Row, width: number): string[] => {
  const note = row.text.startsWith('// ') ? 3 : INDENT;
  return wrap(' '.repeat(row.indent) + row.text, width, row.indent + note);
};

/** The number of a step in the left margin, on the first of its lines. */
const margin = (row: Row, line: number): string =>
  (line === 0 && row.number !== undefined ? String(row.number) : '').padStart(MARGIN - GAP) + ' '.repeat(GAP);

function inColumns(rows: readonly Row[], processes: readonly ProcessText[]): string[] {
  const wanted = processes.map((p, i) => {
    const own = rows.filter((r) => r.process === i).map((r) => r.indent + r.text.length);
    return Math.max(caption(p).length, ...own);
  });
  const limits = share(TABLE_WIDTHS[processes.length]! - MARGIN - GAP * (processes.length - 1), wanted);
  const heads = processes.map((p, i) => wrap(caption(p), limits[i]!));
  const widths = processes.map((_, i) => {
    const own = rows.filter((r) => r.process === i).flatMap((r) => lines(r, limits[i]!));
    return Math.max(widest(own), widest(heads[i]!));
  });
  const line = (cells: readonly string[], left = ' '.repeat(MARGIN)): string =>
    (left + widths.map((w, i) => (cells[i] ?? '').padEnd(w)).join(' '.repeat(GAP))).trimEnd();
  const tallest = Math.max(0, ...heads.map((h) => h.length));
  const out = Array.from({ length: tallest }, (_, n) => line(heads.map((h) => h[n] ?? '')));
  out.push(line(heads.map((h) => '-'.repeat(widest(h)))));
  for (const row of rows) {
    const before = Array.from({ length: row.process }, () => '');
    const own = lines(row, limits[row.process] ?? LIST_WIDTH);
    out.push(...own.map((text, n) => line([...before, text], margin(row, n))));
  }
  return out;
}

/** Shares out a width: nobody gets more than wanted, and what one does not need goes to the others. */
function share(width: number, wanted: readonly number[]): number[] {
  const out = wanted.map(() => 0);
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!);
  let left = width;
  for (const [n, i] of order.entries()) {
    out[i] = Math.min(wanted[i]!, Math.floor(left / (order.length - n)));
    left -= out[i]!;
  }
  return out;
}

function asList(rows: readonly Row[], processes: readonly ProcessText[]): string[] {
  const tag = widest(processes.map((p) => `[${p.id}] `));
  const out = [...processes.map(caption), ''];
  for (const row of rows) {
    const id = `[${processes[row.process]?.id ?? '?'}] `.padEnd(tag);
    const own = lines(row, LIST_WIDTH - MARGIN - tag);
    out.push(...own.map((text, n) => margin(row, n) + (n === 0 ? id : ' '.repeat(tag)) + text));
  }
  return out;
}
