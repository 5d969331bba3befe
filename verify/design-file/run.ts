/** A run of a design that came from a file: what goes wrong in it is the file's, not the checker's. */
import { FaultlineError } from '../../explorer/errors.ts';
import { thrownText } from '../../explorer/thrown.ts';
import { failIn } from './check.ts';
import { changedSince, intrinsics } from './intrinsics.ts';
import { isDesignFile } from './is-design-file.ts';

/** @throws FaultlineError whatever `run` throws */
export async function runOf<T>(file: string, run: () => Promise<T>): Promise<T> {
  const fail = failIn(file);
  const before = intrinsics();
  try {
    return await run();
  } catch (e) {
    if (e instanceof FaultlineError) throw e;
    return fail(
      `exploring it failed: ${thrownText(e)}`,
      'Check what the file adds of its own (components, monitors). If it is right, faultline is not: please report it.',
    );
  } finally {
    const changed = changedSince(before);
    if (changed !== undefined) {
      fail(`a run of it changes ${changed}, which the checker runs on as well`, 'Leave the built-in objects alone.');
    }
  }
}

/** The same for a design by its id or its file: a built-in one needs none of it. */
export const runOn = <T>(idOrFile: string, run: () => Promise<T>): Promise<T> =>
  isDesignFile(idOrFile) ? runOf(idOrFile, run) : run();
