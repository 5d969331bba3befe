/** Writes reports into one directory, and nowhere else. */
import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { FaultlineError } from '../explorer/errors.ts';

export interface NamedText {
  /** May hold anything: what cannot be part of a file name is replaced. */
  readonly name: string;
  /** Without the first dot. */
  readonly extension: string;
  readonly text: string;
}

/** Room for the extension and a number within the 255 bytes of a file's name. */
const LONGEST = 180;

/** A name of letters, digits and `._+-` that begins with a letter or digit: never a path, a hidden file or an option. */
export function fileName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._+-]+/g, '-').replace(/\.{2,}/g, '.');
  const trimmed = plain.replace(/^[^A-Za-z0-9]+/, '').slice(0, LONGEST);
  return trimmed.replace(/[.-]+$/, '') || 'unnamed';
}

/** File names for all of them, told apart by a number where two would be the same, also where case is ignored. */
export function fileNames(files: readonly NamedText[]): string[] {
  const used = new Set<string>();
  return files.map(({ name, extension }) => {
    const base = fileName(name);
    for (let n = 1; ; n++) {
      const full = `${base}${n === 1 ? '' : `-${n}`}.${extension}`;
      if (used.has(full.toLowerCase())) continue;
      used.add(full.toLowerCase());
      return full;
    }
  });
}

/** Not mkdir's own `recursive`: under /proc, where nothing can be made, that tries for ever. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Somebody else may have made it in between.
    if (!existsSync(path)) throw error;
  }
}

/** Makes the directory, so that a mistake in its name shows before the first exploration. @throws FaultlineError E_OUTPUT */
export function prepareDirectory(directory: string): void {
  attempt(directory, () => {
    makeDirectory(resolve(directory));
    if (!statSync(directory).isDirectory()) throw new Error('it is not a directory');
    accessSync(directory, constants.W_OK);
  });
}

/**
 * Writes all files; one that exists is replaced, and a link of its name is replaced itself, not followed.
 * @returns the paths @throws FaultlineError E_OUTPUT
 */
export function writeFiles(directory: string, files: readonly NamedText[]): string[] {
  return fileNames(files).map((name, i) => {
    const path = join(directory, name);
    // Renamed into place: complete or not there at all.
    const temporary = join(directory, `.${name.slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`);
    attempt(path, () => {
      try {
        writeFileSync(temporary, files[i]!.text, { flag: 'wx' });
        renameSync(temporary, path);
      } catch (error) {
        rmSync(temporary, { force: true });
        throw error;
      }
    });
    return path;
  });
}

function attempt(path: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FaultlineError('E_OUTPUT', `cannot write: ${why}`, 'Give a directory that can be written: --out DIR.', {
      file: path,
    });
  }
}
