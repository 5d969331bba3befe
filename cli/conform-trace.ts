/** `faultline conform --trace`: raw traces of users against a design. */
import { readFileSync } from 'node:fs';
import { readTrace } from '../conform/trace/read.ts';
import { type ValidateOptions, validate } from '../conform/trace/validate.ts';
import { FaultlineError, nearNames, quoted, wrongUsage } from '../explorer/errors.ts';
import { parseConfig } from '../model/config.ts';
import type { InitialPage } from '../model/scenario.ts';
import { type TraceRun, traceJson, traceOutcome, traceText } from '../report/conform-trace.ts';
import { WIDTH } from '../report/text.ts';
import { runOn } from '../verify/design-file/run.ts';
import { loadDesign } from '../verify/registry.ts';
import type { ConformFlags, TraceFlags } from './conform-request.ts';
import { exitCode } from './exit.ts';
import type { Io } from './io.ts';

/** @returns the exit code @throws FaultlineError for anything wrong with designs, options or traces */
export async function traceCommand(id: string | undefined, flags: ConformFlags & TraceFlags, io: Io): Promise<number> {
  if (id === undefined)
    throw wrongUsage('a raw trace names no design', 'Name one: faultline conform v6.12 --trace FILE.');
  if (flags.table) throw wrongUsage('--table and --trace are given together', 'Take one of them at a time.');
  const config = parseConfig(flags.config ?? []);
  const options = optionsIn(flags);
  const design = await loadDesign(id);
  const runs: TraceRun[] = [];
  for (const file of new Set(flags.trace)) {
    const trace = readTrace(textOf(file), file);
    runs.push({ trace: file, ...(await runOn(id, () => validate(design, trace, file, config, options))) });
  }
  const outcomes = runs.map(traceOutcome);
  const code = exitCode({ broken: false, unwanted: outcomes.includes('differs'), unknown: outcomes.includes('part') });
  const told = { runs, exitCode: code };
  io.out(flags.json ? `${traceJson(told)}\n` : traceText(told, io.columns ?? WIDTH, flags.quiet === true));
  return code;
}

function optionsIn({ file, fd = [], initial = [], before = [], ignore = [] }: TraceFlags): ValidateOptions {
  return {
    inode: file === undefined ? undefined : String(numberIn('file', file)),
    fds: fd.map((n) => numberIn('fd', n)),
    initial: new Map(initial.map(initialIn)),
    before,
    ignore,
  };
}

const STATES: readonly InitialPage[] = ['hole', 'block', 'unwritten'];

/** `0=hole`: a page of the file, and how it begins. */
function initialIn(text: string): readonly [number, InitialPage] {
  const [page = '', state = ''] = text.split('=');
  const found = STATES.find((s) => s === state);
  if (found) return [numberIn('initial', page), found];
  throw wrongUsage(
    `--initial is not ${quoted(text)}`,
    `It is a page of the file and hole, block or unwritten, such as 0=hole. ${nearNames(state, STATES)}`,
  );
}

function numberIn(option: string, text: string): number {
  if (/^(0x[0-9a-f]+|\d+)$/i.test(text)) return Number(text);
  throw wrongUsage(`--${option} is not ${quoted(text)}`, 'It is a number, such as 12 or 0xc.');
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new FaultlineError('E_RESULT_FILE', `${quoted(file)} cannot be read`, 'Give the path of a trace.');
  }
}
