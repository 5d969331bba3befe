/** One more run of a search of ours, under V8's sampling profiler: it takes some time, so no figure is taken from it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RAW, sizeOf, VERDICT } from '../cases.ts';
import { runMeasured } from '../child.ts';
import type { Task } from '../contender.ts';
import { CHILD, ONE, type OwnContender, REDUCED_TWO, TWO, toldOf } from '../contenders/ours.ts';
import type { ExploreFigures } from '../explore-task.ts';
import { readProfiles, type Shares, sharesOf } from './read.ts';

export interface Profile {
  readonly task: Task;
  readonly contender: OwnContender;
  /** Of the profiled run. */
  readonly seconds: number;
  readonly shares: Shares;
}

export interface Profiled {
  readonly task: Task;
  readonly contender: OwnContender;
}

const INTERVAL_MICROS = 250;
const TIMEOUT = 120;

/** What the ratios are asked of. */
export const PROFILED: readonly Profiled[] = [
  ...RAW.filter((c) => sizeOf(c) >= 6).flatMap((subject) =>
    [ONE, TWO].map((contender) => ({ task: { purpose: 'raw', subject } as const, contender })),
  ),
  ...VERDICT.map((judged) => ({
    task: { purpose: 'verdict', subject: judged.judged, judged } as const,
    contender: REDUCED_TWO,
  })),
];

/** @returns undefined: it gave none */
export async function profileOf({ task, contender }: Profiled): Promise<Profile | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-profile-'));
  const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${INTERVAL_MICROS}`];
  const told = toldOf(contender.settings, task);
  try {
    const { code, out } = await runMeasured(process.execPath, [...flags, CHILD, JSON.stringify(told)], {
      timeoutSeconds: TIMEOUT,
    });
    if (code !== 0) return undefined;
    const { clock } = JSON.parse(out) as ExploreFigures;
    // As the figures have it: what is before the search counts for a verdict only.
    const window = { from: task.purpose === 'raw' ? clock.ready : clock.started, to: clock.ended };
    const shares = sharesOf(readProfiles(folder), window, told.workers);
    return { task, contender, seconds: (window.to - window.from) / 1e6, shares };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
