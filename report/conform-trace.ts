/** What `faultline conform --trace` prints. */
import type { Allowed, Attempt, TraceConformance } from '../conform/trace/validate.ts';
import { count, grouped, table, WIDTH, wrap } from './text.ts';

export interface TraceRun extends TraceConformance {
  readonly trace: string;
}
export interface TraceReport {
  readonly runs: readonly TraceRun[];
  readonly exitCode: number;
}

/** `part`: as far as it was compared, it matches. */
export function traceOutcome({ mismatch, best, stopped }: TraceConformance): 'matches' | 'differs' | 'part' {
  if (mismatch && !best.cut) return 'differs';
  return best.cut || stopped ? 'part' : 'matches';
}

/** @param brief without what was derived from the trace */
export function traceText({ runs, exitCode }: TraceReport, width: number, brief: boolean): string {
  const sections = [
    ...runs.map((r) => [
      `${r.design} beside a raw trace, ${r.config.fs}: ${r.trace}`,
      ...(brief ? [] : ['', ...derivedRows(r, width)]),
      '',
      ...verdict(r, width),
    ]),
    closing(runs, exitCode),
  ];
  return sections.map((s) => `${s.join('\n')}\n`).join('\n');
}

function derivedRows({ tasks, pages, best, attempts, fits }: TraceRun, width: number): string[] {
  const who = tasks.map((t) => `${t.processes.join(', ') || 'nobody'} is ${t.task}`);
  const where = Object.entries(pages).map(([name, page]) => `${name} is page ${page} of the file`);
  const tried = attempts.filter((a) => !fits.includes(a.initial));
  return [
    ...wrap(`  ${[...who, ...where].join('; ')}`, width, 4),
    ...wrap(`  as a scenario of the model: ${best.scenario}`, Math.max(width, WIDTH), 4),
    ...(attempts.length === 1
      ? []
      : [
          ...(fits.length === 0 ? [] : wrap(`  initial states that fit: ${fits.join(' or ')}`, width, 4)),
          ...(tried.length === 0 ? [] : wrap(`  that do not: ${triedText(tried)}`, width, 4)),
        ]),
  ];
}

/** Where each of them ends, the best first; of many the first few. */
function triedText(tried: readonly Attempt[]): string {
  const sorted = [...tried].sort((a, b) => b.matched - a.matched);
  const shown = sorted.slice(0, 9).map((a) => `${a.initial} (${count(a.matched, 'event')})`);
  return [...shown, ...(sorted.length > 9 ? [`${sorted.length - 9} others`] : [])].join('; ');
}

function verdict(run: TraceRun, width: number): string[] {
  const { best, events, mismatch, stopped, ignored, unknownFunctions, backwards, trace, without } = run;
  const lines = wrap(
    `Matched: ${grouped(best.matched)} of ${count(events, 'event')}, in ${count(best.states, 'state')}. Not compared: ${count(ignored, 'other line')}.`,
    width,
    2,
  );
  if (unknownFunctions.length > 0)
    lines.push(...wrap(`No step of the model: ${unknownFunctions.join(', ')}.`, width, 2));
  if (backwards !== undefined) {
    const what = `Line ${backwards} is older than the one before it: the order of the lines is what was compared.`;
    lines.push(...wrap(what, width, 2));
  }
  if (stopped) lines.push(...wrap(`Not compared from line ${stopped.line} on: ${stopped.what}.`, width, 2));
  if (best.cut) lines.push('There are more states than the limit allows: what follows may match or not.');
  if (mismatch && !best.cut) lines.push('', ...mismatchRows(best, mismatch, trace, width));
  if (without) {
    const names = without.map((f) => `--ignore ${f}`).join(' ');
    const why =
      'the design may call a function without a step of its own in it, or decide before the call that nothing is to do';
    lines.push('', ...wrap(`     All the rest matches (${names}): ${why}.`, width, 5));
  }
  return lines;
}

function mismatchRows(
  best: Attempt,
  { line, text, task, event }: NonNullable<TraceRun['mismatch']>,
  trace: string,
  width: number,
): string[] {
  return [
    ` *** ${trace}:${line} does not match ***`,
    `     ${text}`,
    `     that is: ${event}`,
    ...wrap(`     The model, from ${best.initial} on, allows there:`, width, 7),
    ...table(allowedRows(best.allowed, task), { indent: 7 }),
    ...optionalRows(best.allowed),
    ...best.waits.map((w) => `       ${w.process} (${w.task}) ${w.what}`),
  ];
}

/** What has to come next, of the process whose line it is first. */
function allowedRows(allowed: readonly Allowed[], task: string): string[][] {
  const required = allowed.filter((a) => !a.optional);
  const rows = [...required.filter((a) => a.task === task), ...required.filter((a) => a.task !== task)];
  return rows.map((a) => [`${a.process} (${a.task})`, a.event, `before ${a.step}`]);
}

/** What the function tracer may show. */
function optionalRows(allowed: readonly Allowed[]): string[] {
  const functions = new Map<string, Set<string>>();
  for (const { process, task, event, optional } of allowed) {
    if (!optional) continue;
    const who = `${process} (${task})`;
    functions.set(who, (functions.get(who) ?? new Set()).add(event));
  }
  return [...functions].map(([who, events]) => `       ${who} may call ${[...events].join(', ')}`);
}

function closing(runs: readonly TraceRun[], exitCode: number): string[] {
  const say = ['', 'Exit code 1: a trace does not match.', '', 'Exit code 3: a trace could be compared in part only.'];
  const sum = (of: (r: TraceRun) => number): number => runs.reduce((n, r) => n + of(r), 0);
  return [
    ...(say[exitCode] ? [say[exitCode]] : []),
    `Done. traces=${runs.length} events=${sum((r) => r.events)} matched=${sum((r) => r.best.matched)}`,
  ];
}

/** Schema `faultline.trace/1`. */
export function traceJson({ runs, exitCode }: TraceReport): string {
  return JSON.stringify({ schema: 'faultline.trace/1', runs, exitCode }, undefined, 2);
}
