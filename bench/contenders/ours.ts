/** Our own engines, each run in a process of its own. */
import { fileURLToPath } from 'node:url';
import { type Ran, runMeasured } from '../child.ts';
import type { Contender, Task } from '../contender.ts';
import type { ExploreFigures, ExploreTask, Reductions } from '../explore-task.ts';
import type { Figures, Sample } from '../sample.ts';

export const CHILD = fileURLToPath(new URL('../explore-child.js', import.meta.url));

export const ALL: Reductions = { merge: true, symmetry: true, por: true };

interface Settings {
  readonly engine: ExploreTask['engine'];
  readonly workers?: number;
  readonly reduce?: Reductions;
}

export interface OwnContender extends Contender {
  readonly settings: Settings;
}

function ours(id: string, title: string, settings: Settings): OwnContender {
  return {
    id,
    title,
    settings,
    exact: settings.reduce === undefined,
    run: (task, timeoutSeconds) => exploreOnce(settings, task, timeoutSeconds),
  };
}

export const ONE = ours('one-worker', 'faultline, 1 worker', { engine: 'packed' });
export const TWO = ours('two-workers', 'faultline, 2 workers', { engine: 'packed', workers: 2 });
export const MERGE = ours('merge', 'faultline, 1 worker, merging', { engine: 'packed', reduce: { merge: true } });
export const SYMMETRY = ours('symmetry', 'faultline, 1 worker, symmetry', {
  engine: 'packed',
  reduce: { symmetry: true },
});
export const POR = ours('por', 'faultline, 1 worker, partial order', { engine: 'packed', reduce: { por: true } });
export const REDUCED = ours('reduced', 'faultline, 1 worker, all reductions', { engine: 'packed', reduce: ALL });
export const REDUCED_TWO = ours('reduced-two', 'faultline, 2 workers, all reductions', {
  engine: 'packed',
  workers: 2,
  reduce: ALL,
});
export const TYPED_ARRAYS = ours('typed-arrays', 'typed arrays (the reference)', { engine: 'typed-arrays' });
export const INTERPRETER = ours('interpreter', 'interpreter (XState itself)', { engine: 'interpreter' });

/** What two cores give at most: two searches that share nothing but the machine. Rates add up. */
export const SIDE_BY_SIDE: Contender = {
  id: 'side-by-side',
  title: 'two separate searches, 1 worker each',
  exact: false,
  run: async (task, timeoutSeconds) => {
    const both = await Promise.all([1, 2].map(() => exploreOnce({ engine: 'packed' }, task, timeoutSeconds)));
    const failed = both.find((s) => 'failed' in s);
    if (failed) return failed;
    return together(both as Figures[]);
  },
};

function together(all: readonly Figures[]): Figures {
  const sum = (of: (f: Figures) => number): number => all.reduce((n, f) => n + of(f), 0);
  const longest = (of: (f: Figures) => number): number => Math.max(...all.map(of));
  return {
    states: sum((f) => f.states),
    transitions: sum((f) => f.transitions),
    depth: longest((f) => f.depth),
    searchSeconds: longest((f) => f.searchSeconds),
    tableSeconds: longest((f) => f.tableSeconds ?? 0),
    prepareSeconds: longest((f) => f.prepareSeconds),
    wallSeconds: longest((f) => f.wallSeconds),
    cpuSeconds: sum((f) => f.cpuSeconds ?? 0),
    storedBytes: sum((f) => f.storedBytes),
    residentBytes: sum((f) => f.residentBytes ?? 0),
  };
}

/** What the process is told that explores. */
export const toldOf = (settings: Settings, { purpose, subject, judged }: Task): ExploreTask => ({
  design: subject.design,
  scenario: subject.scenario,
  properties: judged ? [judged.property] : [],
  engine: settings.engine,
  workers: settings.workers ?? 1,
  reduce: settings.reduce ?? {},
  stop: purpose === 'counterexample',
});

async function exploreOnce(settings: Settings, task: Task, timeoutSeconds: number): Promise<Sample> {
  const told = toldOf(settings, task);
  const ran = await runMeasured(process.execPath, [CHILD, JSON.stringify(told)], { timeoutSeconds });
  return sampleOf(ran, told.stop);
}

function sampleOf(ran: Ran, stops: boolean): Sample {
  if (ran.timedOut) return { failed: 'not done in time' };
  if (ran.code !== 0) return { failed: reasonOf(ran) };
  const { complete, clock: _, ...figures } = JSON.parse(ran.out) as ExploreFigures;
  if (!complete && !stops) return { failed: 'a limit was hit', wrong: true };
  return {
    ...figures,
    wallSeconds: ran.wallSeconds,
    ...(ran.cpuSeconds !== undefined && { cpuSeconds: ran.cpuSeconds }),
    ...(ran.residentBytes !== undefined && { residentBytes: ran.residentBytes }),
  };
}

/** Node prints the throwing line first, the error after it. */
function reasonOf({ code, err }: Ran): string {
  const line = err.split('\n').find((l) => /^\w*(Error|OutOfMemory)\b/.test(l)) ?? err.trim().split('\n').at(-1);
  return line?.slice(0, 120) || `exit code ${code ?? 'unknown'}`;
}
