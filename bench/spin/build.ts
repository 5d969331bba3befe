/** From a case to SPIN's verifier: export, `spin -a`, `gcc -O3`. What was built once is kept; it is timed when it is built. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchCase } from '../cases.ts';
import { type Ran, runMeasured } from '../child.ts';
import { COMMAND_LINE } from '../contenders/command-line.ts';
import type { Failure } from '../sample.ts';
import type { Mode, Shape } from './modes.ts';

/** Beside dist/, where this runs from. */
const ROOT = new URL('../../../', import.meta.url);
const CACHE = fileURLToPath(new URL('node_modules/.cache/faultline-bench/', ROOT));
const EXPORT_SECONDS = 300;
const COMPILE_SECONDS = 300;

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

const remembered = <T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> => {
  const made = known.get(key) ?? make();
  known.set(key, made);
  return made;
};

export const builtFor = (subject: BenchCase, shape: Shape, mode: Mode): Promise<Built | Failure> =>
  remembered(builds, `${subject.name} ${shape} ${mode.id}`, () =>
    build(subject, shape, mode).catch((e: unknown) => ({ failed: e instanceof Error ? e.message : String(e) })),
  );

/** The states have to fit beside what else runs. */
export const memoryLimitMegabytes = (): number => Math.floor((0.85 * totalmem()) / 2 ** 20);

async function build(subject: BenchCase, shape: Shape, mode: Mode): Promise<Built | Failure> {
  const model = await remembered(models, `${subject.name} ${shape}`, () => modelOf(subject, shape));
  if ('failed' in model) return model;
  const gccFlags = ['-O3', '-w', '-DSAFETY', `-DMEMLIM=${memoryLimitMegabytes()}`, ...mode.gccFlags];
  const key = createHash('sha256')
    .update(JSON.stringify([model.text, mode.spinFlags, gccFlags]))
    .digest('hex');
  const folder = join(CACHE, key.slice(0, 24));
  const pan = join(folder, 'pan');
  const times = join(folder, 'times.json');
  if (!existsSync(times)) {
    const failed = await compile(folder, model.text, mode.spinFlags, gccFlags);
    if (failed) return failed;
  }
  return { pan, exportSeconds: model.seconds, ...JSON.parse(readFileSync(times, 'utf8')) };
}

async function modelOf(subject: BenchCase, shape: Shape): Promise<Model | Failure> {
  if (shape === 'hand-written') {
    if (subject.handWritten === undefined) return { failed: 'there is none' };
    return { text: readFileSync(new URL(`bench/promela/${subject.handWritten}`, ROOT), 'utf8'), seconds: 0 };
  }
  const ran = await runMeasured(
    process.execPath,
    [
      COMMAND_LINE,
      ...['export', subject.design, '--scenario', subject.scenario, '--property', 'none'],
      ...['--to', 'promela', '--shape', shape],
    ],
    { timeoutSeconds: EXPORT_SECONDS, whole: true },
  );
  return ran.code === 0 ? { text: ran.out, seconds: ran.wallSeconds } : { failed: `export: ${reason(ran)}` };
}

async function compile(
  folder: string,
  text: string,
  spinFlags: readonly string[],
  gccFlags: readonly string[],
): Promise<Failure | undefined> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.pml'), text);
  const options = { cwd: folder, timeoutSeconds: COMPILE_SECONDS };
  const spin = await runMeasured('spin', [...spinFlags, '-a', 'model.pml'], options);
  // SPIN exits with 0 after a syntax error.
  if (spin.code !== 0 || !existsSync(join(folder, 'pan.c'))) return { failed: `spin: ${reason(spin)}` };
  const gcc = await runMeasured('gcc', [...gccFlags, '-o', 'pan', 'pan.c'], options);
  if (gcc.code !== 0) return { failed: `gcc: ${reason(gcc)}` };
  const times = JSON.stringify({ spinSeconds: spin.wallSeconds, gccSeconds: gcc.wallSeconds });
  writeFileSync(join(folder, 'times.part'), times);
  renameSync(join(folder, 'times.part'), join(folder, 'times.json'));
  return undefined;
}

function reason({ code, out, err, timedOut }: Ran): string {
  if (timedOut) return 'not done in time';
  const line = `${out}\n${err}`
    .trim()
    .split('\n')
    .find((l) => /error|E_[A-Z]+/i.test(l));
  return (line ?? err.trim().split('\n').at(-1) ?? '').slice(0, 120) || `exit code ${code ?? 'unknown'}`;
}
