/** `faultline verify` on a small case, from nothing to the end of the process. */
import { fileURLToPath } from 'node:url';
import { SMALL } from '../cases.ts';
import { runMeasured } from '../child.ts';

export const COMMAND_LINE = fileURLToPath(new URL('../../cli/main.js', import.meta.url));

/** Wall-clock seconds of each run, and what one of them explores. */
export interface Starts {
  readonly seconds: readonly number[];
  readonly states: number | undefined;
}

export async function startTimes(repetitions: number): Promise<Starts> {
  const args = ['verify', SMALL.design, '--scenario', SMALL.scenario, '--property', 'no-deadlock', '--quiet'];
  const seconds: number[] = [];
  let states: number | undefined;
  for (let i = 0; i < repetitions; i++) {
    const { code, wallSeconds, out } = await runMeasured(process.execPath, [COMMAND_LINE, ...args]);
    const found = /\bstates=(\d+)/.exec(out)?.[1];
    if (code !== 0 || found === undefined) continue;
    seconds.push(wallSeconds);
    states = Number(found);
  }
  return { seconds, states };
}
