/** What runs on what, how often, and in which order. */
import { type BenchCase, COUNTEREXAMPLE, RAW, sizeOf, VERDICT } from './cases.ts';
import type { Contender, Task } from './contender.ts';
import * as ours from './contenders/ours.ts';
import { inEachShape, type SpinContender, spin } from './contenders/spin.ts';
import { BFS, COLLAPSE, PLAIN, POR } from './spin/modes.ts';

export interface Entry {
  readonly task: Task;
  readonly contender: Contender;
  readonly repetitions: number;
  /** After that a run is ended, and reported as not done. */
  readonly timeoutSeconds: number;
}

export interface PlanOptions {
  /** Up to 10^6 states, each once. */
  readonly quick: boolean;
  /** Powers of ten; undefined: all. */
  readonly sizes?: readonly number[];
  /** Contenders, cases or purposes whose name contains one of these; undefined: all. */
  readonly only?: readonly string[];
}

const TIMEOUT = 300;
/** What is not done by then is of no use as a reduction. */
const REDUCED_TIMEOUT = 90;

const OURS_RAW: readonly Contender[] = [ours.ONE, ours.TWO];
const OURS_REDUCED: readonly Contender[] = [ours.MERGE, ours.SYMMETRY, ours.POR, ours.REDUCED, ours.REDUCED_TWO];

export function plan(options: PlanOptions): Entry[] {
  return [...RAW.flatMap(rawEntries), ...VERDICT.flatMap(verdictEntries), ...COUNTEREXAMPLE.flatMap(shortestEntries)]
    .filter(({ task, contender }) => wanted(task, contender, options))
    .map((entry) => (options.quick ? { ...entry, repetitions: 1 } : entry));
}

const entries = (
  task: Task,
  repetitions: number,
  contenders: readonly Contender[],
  timeoutSeconds = TIMEOUT,
): Entry[] => contenders.map((contender) => ({ task, contender, repetitions, timeoutSeconds }));

/** Fewer repetitions of what takes long; of 10^8 states only what the ratios need. */
function rawEntries(subject: BenchCase): Entry[] {
  const task: Task = { purpose: 'raw', subject };
  const plain = inEachShape(PLAIN, subject);
  const otherModes = [POR, COLLAPSE, BFS].flatMap((mode) => inEachShape(mode, subject));
  const size = sizeOf(subject);
  if (size >= 8) {
    return [...entries(task, 2, OURS_RAW), ...entries(task, 1, [spin('processes', PLAIN)], 400)];
  }
  if (size >= 7) {
    return [
      ...entries(task, 5, OURS_RAW),
      ...entries(task, 3, [ours.SIDE_BY_SIDE]),
      ...entries(task, 1, [ours.TYPED_ARRAYS]),
      ...entries(task, 3, plain.filter(notTable)),
      ...entries(task, 1, otherModes.filter(notTable)),
    ];
  }
  const repetitions = size >= 6 ? 5 : 7;
  return [
    ...entries(task, repetitions, OURS_RAW),
    ...entries(task, repetitions, OURS_REDUCED, REDUCED_TIMEOUT),
    ...entries(task, repetitions, [ours.SIDE_BY_SIDE, ours.TYPED_ARRAYS]),
    ...(size < 6 ? entries(task, 3, [ours.INTERPRETER]) : []),
    ...entries(task, repetitions, plain.filter(notTable)),
    ...entries(task, 2, otherModes.filter(notTable)),
    ...entries(
      task,
      1,
      [...plain, ...otherModes].filter((c) => !notTable(c)),
    ),
  ];
}

/** The table is the slowest shape: it scans its rows. */
const notTable = ({ shape }: SpinContender): boolean => shape !== 'table';

function verdictEntries(judged: (typeof VERDICT)[number]): Entry[] {
  const subject = judged.judged;
  const task: Task = { purpose: 'verdict', subject, judged };
  const size = sizeOf(subject);
  const large = size >= 7;
  const measuredRaw = RAW.includes(subject);
  const apart = judged.symmetric ? [ours.MERGE, ours.SYMMETRY, ours.POR] : [ours.MERGE, ours.POR];
  return [
    ...entries(task, large ? 3 : 5, [ours.REDUCED, ours.REDUCED_TWO], REDUCED_TIMEOUT),
    // What takes minutes once: factors.ts takes what was measured raw, where there is that.
    ...(size < 8 || !measuredRaw ? entries(task, large ? 1 : 5, [ours.ONE]) : []),
    ...entries(task, large ? 1 : 3, inEachShape(POR, subject).filter(notTable)),
    // The factors apart: what speed alone gives is measured against SPIN without reduction.
    ...entries(task, large ? 1 : 3, apart, REDUCED_TIMEOUT),
    ...(size < 8 ? entries(task, large ? 1 : 3, [spin('processes', PLAIN)]) : []),
  ];
}

function shortestEntries(judged: (typeof COUNTEREXAMPLE)[number]): Entry[] {
  const task: Task = { purpose: 'counterexample', subject: judged.judged, judged };
  const others = [POR, BFS].map((mode) => spin('processes', mode));
  return entries(task, 5, [ours.ONE, ours.TWO, ours.REDUCED_TWO, ...others]);
}

function wanted({ purpose, subject }: Task, contender: Contender, { quick, sizes, only }: PlanOptions): boolean {
  if (quick && sizeOf(subject) > 6) return false;
  if (sizes && !sizes.includes(sizeOf(subject))) return false;
  return !only || only.some((o) => [purpose, subject.name, contender.id].some((name) => name.includes(o)));
}

/**
 * One round after the other, so that a disturbance of the machine hits all alike, and what takes longest has at least its
 * first run before time is over. Within a case the first place goes round.
 */
export function* rounds<E extends Pick<Entry, 'repetitions'>>(groups: readonly (readonly E[])[]): Generator<E> {
  const most = Math.max(0, ...groups.flat().map((e) => e.repetitions));
  for (let round = 0; round < most; round++) {
    for (const group of groups) {
      const due = group.filter((e) => e.repetitions > round);
      for (let i = 0; i < due.length; i++) yield due[(i + round) % due.length]!;
    }
  }
}
