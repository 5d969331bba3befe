/** Runs the command line with --out into a directory of its own, and reads what is there. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captured, type Ran } from '../cli-fixtures.ts';

export interface Written extends Ran {
  /** Texts by file name. */
  readonly files: Readonly<Record<string, string>>;
}

/** @param format several are separated by commas */
export async function written(format: string, ...argv: readonly string[]): Promise<Written> {
  const directory = mkdtempSync(join(tmpdir(), 'faultline-out-'));
  try {
    const ran = await captured([...argv, '--out', directory, '--format', format]);
    return { ...ran, files: textsIn(directory) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

export const textsIn = (directory: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(directory)
      .sort()
      .map((name) => [name, readFileSync(join(directory, name), 'utf8')]),
  );

/** Puts a text into a file of its own for the time of `use`. */
export async function inFile<T>(text: string | Uint8Array, use: (file: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'faultline-in-'));
  try {
    const file = join(directory, 'result.json');
    writeFileSync(file, text);
    return await use(file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** One thread, one violation of 18 steps. */
export const ONE_THREAD = ['verify', 'v4.0', '--scenario', 'a=block: load a; store a', '--property', 'mtime-on-write'];
/** Two threads, one violation. */
export const TWO_THREADS = ['verify', 'v4.0', '--scenario', 'store-punch', '--property', 'no-freed-block-mapped'];
/** A run that never ends. */
export const LASSO = [
  'verify',
  'write-flag-no-replace',
  '--scenario',
  'a=block: load a; store a',
  '--property',
  'store-completes',
];
/** Nothing is violated. */
export const HOLDS = [
  'verify',
  'v4.14',
  '--scenario',
  'a=block: load a; store a',
  '--property',
  'mtime-on-write',
  '--property',
  'no-warn',
];
