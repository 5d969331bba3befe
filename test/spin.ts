/** SPIN, run on a model as a user does: what pan prints is read, since it exits with 0 whatever it finds. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PanFigures, parsePan } from '../bench/pan-output.ts';

export interface SpinRun extends PanFigures {
  readonly text: string;
}

export interface SpinOptions {
  /** Of `spin -a`: off are the three that make SPIN leave out variables or states. */
  readonly spin?: readonly string[];
  readonly cc?: readonly string[];
  readonly pan?: readonly string[];
}

/** Errors are counted, not stopped at. */
export function runSpin(model: string, options: SpinOptions = {}): SpinRun {
  const { spin = ['-o1', '-o2', '-o3'], cc = ['-DNOREDUCE'], pan = [] } = options;
  const folder = mkdtempSync(join(tmpdir(), 'faultline-spin-'));
  try {
    writeFileSync(join(folder, 'model.pml'), model);
    ran(folder, 'spin', [...spin, '-a', 'model.pml']);
    ran(folder, 'gcc', ['-O0', '-w', '-DSAFETY', ...cc, '-o', 'pan', 'pan.c']);
    return read(ran(folder, './pan', ['-n', '-c0', '-w20', '-m200000', ...pan]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ran(cwd: string, program: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 1e8 });
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') {
    throw new Error(`this test needs ${program}: apt-get install spin gcc`);
  }
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} exits with ${status}\n${stdout}${stderr}`);
  return stdout;
}

function read(text: string): SpinRun {
  const found = parsePan(text);
  if (!found || found.incomplete !== undefined) throw new Error(`pan did not search everything:\n${text}`);
  return { ...found, text };
}
