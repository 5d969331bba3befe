/** One process, measured: wall clock, processor time and memory by GNU time where there is one. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Ran {
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
  readonly wallSeconds: number;
  readonly cpuSeconds?: number;
  readonly residentBytes?: number;
  readonly timedOut: boolean;
}

const GNU_TIME = '/usr/bin/time';
let timed: boolean | undefined;
const hasGnuTime = (): boolean => {
  timed ??=
    existsSync(GNU_TIME) && /GNU/i.test(String(spawnSync(GNU_TIME, ['--version'], { encoding: 'utf8' }).output));
  return timed;
};

export interface RunOptions {
  readonly cwd?: string;
  readonly timeoutSeconds?: number;
  /** Keep all output, not only its end. */
  readonly whole?: boolean;
}

export async function runMeasured(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'));
  const figures = join(folder, 'time');
  const line = hasGnuTime() ? [GNU_TIME, '-q', '-o', figures, '-f', '%U %S %M', command, ...args] : [command, ...args];
  const started = performance.now();
  try {
    const ended = await run(line, options);
    const wallSeconds = (performance.now() - started) / 1000;
    return { ...ended, wallSeconds, ...(existsSync(figures) && readFigures(readFileSync(figures, 'utf8'))) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readFigures(text: string): { cpuSeconds: number; residentBytes: number } | undefined {
  const [user, system, kibibytes] = (text.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  if (user === undefined || system === undefined || !kibibytes) return undefined;
  return { cpuSeconds: user + system, residentBytes: kibibytes * 1024 };
}

function run(
  line: readonly string[],
  { cwd, timeoutSeconds, whole }: RunOptions,
): Promise<Pick<Ran, 'code' | 'out' | 'err' | 'timedOut'>> {
  return new Promise((resolve) => {
    // A group of its own, so that what GNU time has started ends with it.
    const child = spawn(line[0]!, line.slice(1), {
      ...(cwd && { cwd }),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const kept = { out: '', err: '' };
    let timedOut = false;
    const kill = (): void => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    };
    const onExit = (): void => kill();
    process.once('exit', onExit);
    const timer =
      timeoutSeconds === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            kill();
          }, timeoutSeconds * 1000);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      kept.out += text;
      if (!whole) kept.out = tail(kept.out);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      kept.err = tail(kept.err + text);
    });
    const done = (code: number | undefined, err = ''): void => {
      clearTimeout(timer);
      process.off('exit', onExit);
      resolve({ code, out: kept.out, err: kept.err + err, timedOut });
    };
    child.on('error', (e) => done(undefined, e.message));
    child.on('close', (code) => done(code ?? undefined));
  });
}

/** A long search reports progress without end; what counts stands last. */
const tail = (text: string): string => (text.length > 200_000 ? text.slice(-100_000) : text);
