/** From a case to SPIN's verifier: export, `spin -a`, `gcc -O3`, each timed when it is done. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import type { BenchCase } from '../cases.ts';
import { type Ran, runMeasured } from '../child.ts';
import { COMMAND_LINE } from '../contenders/command-line.ts';
import type { Failure } from '../sample.ts';
import { kept, productHash, ROOT } from './cache.ts';
import type { Mode, Shape } from './modes.ts';

const EXPORT_SECONDS = 1200;
/** -O3 takes its time for a function as long as a whole model. */
const COMPILE_SECONDS = 900;

export interface Built {
  readonly pan: string;
  readonly exportSeconds: number;
  readonly spinSeconds: number;
  readonly gccSeconds: number;
}

interface Model {
  readonly text: string;
  readonly seconds: number;
}

const models = new Map<string, Promise<Model | Failure>>();
const builds = new Map<string, Promise<Built | Failure>>();

/** One at a time of each, and what breaks is a failure like others. */
function remembered<T>(known: Map<string, Promise<T | Failure>>, key: string, make: () => Promise<T | Failure>) {
  const made = known.get(key) ?? make().catch((e: unknown) => ({ failed: e instanceof Error ? e.message : String(e) }));
  known.set(key, made);
  return made;
}

export const builtFor = (subject: BenchCase, shape: Shape, mode: Mode): Promise<Built | Failure> =>
  remembered(builds, `${subject.name} ${shape} ${mode.id}`, () => build(subject, shape, mode));

/** The states have to fit beside what else runs. */
const memoryLimitMegabytes = (): number => Math.floor((0.85 * totalmem()) / 2 ** 20);

async function build(subject: BenchCase, shape: Shape, mode: Mode): Promise<Built | Failure> {
  const model = await remembered(models, `${subject.name} ${shape}`, () => modelOf(subject, shape));
  if ('failed' in model) return model;
  const gccFlags = ['-O3', '-w', '-DSAFETY', `-DMEMLIM=${memoryLimitMegabytes()}`, ...mode.gccFlags];
  const folder = await kept([model.text, mode.spinFlags, gccFlags], (part) =>
    compile(part, model.text, mode.spinFlags, gccFlags),
  );
  if (typeof folder !== 'string') return folder;
  const times = JSON.parse(readFileSync(join(folder, 'times.json'), 'utf8')) as Omit<Built, 'pan' | 'exportSeconds'>;
  return { pan: join(folder, 'pan'), exportSeconds: model.seconds, ...times };
}

async function modelOf(subject: BenchCase, shape: Shape): Promise<Model | Failure> {
  if (shape === 'hand-written') {
    if (subject.handWritten === undefined) return { failed: 'there is none' };
    return { text: readFileSync(new URL(`bench/promela/${subject.handWritten}`, ROOT), 'utf8'), seconds: 0 };
  }
  const args = [
    ...['export', subject.design, '--scenario', subject.scenario, '--property', 'none'],
    ...['--to', 'promela', '--shape', shape],
  ];
  const folder = await kept([productHash(), args], async (part) => {
    const options = { timeoutSeconds: EXPORT_SECONDS, whole: true };
    const ran = await runMeasured(process.execPath, [COMMAND_LINE, ...args], options);
    if (ran.code !== 0) return { failed: `export: ${reason(ran)}` };
    writeFileSync(join(part, 'model.json'), JSON.stringify({ text: ran.out, seconds: ran.wallSeconds }));
    return undefined;
  });
  return typeof folder === 'string' ? (JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as Model) : folder;
}

async function compile(
  folder: string,
  text: string,
  spinFlags: readonly string[],
  gccFlags: readonly string[],
): Promise<Failure | undefined> {
  writeFileSync(join(folder, 'model.pml'), text);
  const options = { cwd: folder, timeoutSeconds: COMPILE_SECONDS };
  const spin = await runMeasured('spin', [...spinFlags, '-a', 'model.pml'], options);
  // SPIN exits with 0 after a syntax error.
  if (spin.code !== 0 || !existsSync(join(folder, 'pan.c'))) return { failed: `spin: ${reason(spin)}` };
  const gcc = await runMeasured('gcc', [...gccFlags, '-o', 'pan', 'pan.c'], options);
  if (gcc.code !== 0) return { failed: `gcc: ${reason(gcc)}` };
  // Of the processor, where it is known: several are built at a time, and other work may run.
  const times = {
    spinSeconds: spin.cpuSeconds ?? spin.wallSeconds,
    gccSeconds: gcc.cpuSeconds ?? gcc.wallSeconds,
  };
  writeFileSync(join(folder, 'times.json'), JSON.stringify(times));
  return undefined;
}

function reason({ code, out, err, timedOut }: Ran): string {
  if (timedOut) return 'not done in time';
  const lines = `${out}\n${err}`.trim().split('\n');
  const line = lines.find((l) => /error|E_[A-Z]+/i.test(l)) ?? err.trim().split('\n').at(-1) ?? '';
  return line.slice(0, 120) || `exit code ${code ?? 'unknown'}`;
}
