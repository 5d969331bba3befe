/** Reads a stored result. It is data: nothing in it is executed, and a design is only ever named by it. */
import { readFileSync, statSync } from 'node:fs';
import { FaultlineError } from '../../explorer/errors.ts';
import type { StoredFormat, StoredRun } from './counterexample.ts';
import { itf } from './itf.ts';
import { resultJson } from './result-json.ts';
import { MEND } from './schema.ts';

const FORMATS: readonly StoredFormat[] = [resultJson, itf];
/** All designs in all default scenarios are a few megabytes. */
export const LARGEST = 64 * 2 ** 20;

/**
 * Reads a result of `--json` (of verify or compare) or a counterexample in ITF. It is data only: nothing is loaded or run.
 * @param file its path @throws FaultlineError E_RESULT_FILE
 */
export function readStored(file: string): StoredRun[] {
  const value = parse(textOf(file), file);
  const format = FORMATS.find((f) => f.claims(value));
  if (!format) throw refused(file, 'it is neither a faultline result nor a counterexample of ours in ITF');
  try {
    return format.read(value);
  } catch (error) {
    if (!(error instanceof FaultlineError)) throw error;
    throw new FaultlineError(error.code, error.message, error.mend, { file });
  }
}

function textOf(file: string): string {
  let size: number;
  let bytes: Buffer;
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat) throw new Error('there is no such file');
    // Anything else (a pipe, a device) may never end.
    if (!stat.isFile()) throw new Error('it is not a regular file');
    size = stat.size;
    if (size > LARGEST) throw new Error(`it has ${size} bytes, more than ${LARGEST}`);
    bytes = readFileSync(file);
  } catch (error) {
    throw refused(file, error instanceof Error ? error.message : String(error));
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refused(file, 'it is not UTF-8 text');
  }
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw refused(file, `it is not JSON: ${why.slice(0, 200)}`);
  }
}

const refused = (file: string, why: string): FaultlineError =>
  new FaultlineError('E_RESULT_FILE', `the result cannot be read: ${why.split('\n', 1)[0]}`, MEND, { file });
