/** A run of the model as turns: who goes on, up to where, and where he is then held. */
import type { TraceStep } from '../../explorer/trace.ts';
import type { Calls } from '../../report/calls.ts';
import { calledIn, keyOf, type Point, pointsAfter, pointsBefore, pointsWithin } from './points.ts';

/** Where a process stands in the end of the run: at a step that it could do next, at its end, or waiting for another. */
export type Next = { readonly step: TraceStep; readonly calls: Calls } | 'over' | 'waits';

export type Until =
  /** Before one of its operations. */
  | { readonly kind: 'operation'; readonly position: number }
  | { readonly kind: 'end' }
  | {
      readonly kind: 'point';
      /** Whichever of them it comes to first. */
      readonly points: readonly Point[];
      /** At which time that it comes by, counted from the operation's begin, or from where it was held last: by keyOf(). */
      readonly times: ReadonlyMap<string, number>;
      /** What it would do next. */
      readonly before: string;
      /** In which operation. */
      readonly position: number;
    }
  | { readonly kind: 'waits' }
  /** No function begins between two steps. */
  | { readonly kind: 'nowhere'; readonly after: string; readonly before: string };

export interface Turn {
  readonly process: string;
  /** Its steps in the run: the first, and the last. */
  readonly first: number;
  readonly last: number;
  readonly until: Until;
}

/** A process of the run at one of its steps. */
interface Stand {
  readonly step: TraceStep;
  readonly calls: Calls;
}

/** Before its first operation: a forked process that begins. */
const BIRTH = -1;
const positionOf = ({ step, calls }: Stand): number => calls.operation?.position ?? (isBirth(step) ? BIRTH : 0);
const isBirth = ({ function: fn }: TraceStep): boolean => fn === 'ret_from_fork';

/**
 * @param steps of the run @param calls of each @param next of each process, what it could do when the run is over
 */
export function turnsOf(
  steps: readonly TraceStep[],
  calls: readonly Calls[],
  next: ReadonlyMap<string, Next>,
): readonly Turn[] {
  const turns: Turn[] = [];
  const heldBefore = new Map<string, number>();
  for (let first = 0; first < steps.length; ) {
    const { process } = steps[first]!;
    let last = first;
    while (steps[last + 1]?.process === process) last++;
    const own = ownSteps(steps, calls, process);
    const later = own.find(({ at }) => at > last);
    const goal: Next = later ?? next.get(process) ?? 'over';
    const until = untilOf(
      own.filter(({ at }) => at <= last),
      goal,
      heldBefore.get(process) ?? -1,
    );
    if (until.kind === 'point') heldBefore.set(process, own.filter(({ at }) => at <= last).length);
    turns.push({ process, first, last, until });
    first = last + 1;
  }
  return turns;
}

const ownSteps = (steps: readonly TraceStep[], calls: readonly Calls[], process: string): (Stand & { at: number })[] =>
  steps.flatMap((step, at) => (step.process === process ? [{ step, calls: calls[at]!, at }] : []));

/** @param own what the process has done @param held number of the step before which it was held last; -1: it was not */
function untilOf(own: readonly Stand[], goal: Next, held: number): Until {
  if (goal === 'over') return { kind: 'end' };
  if (goal === 'waits') return { kind: 'waits' };
  // Its last system call, in the model a step of its own.
  if (goal.step.function === 'do_exit') return { kind: 'end' };
  const done = own.at(-1)!;
  const position = positionOf(goal);
  if (position !== positionOf(done)) return { kind: 'operation', position };
  // The step that it was held before has come by its place already.
  const since = own.flatMap((stand, n) =>
    n >= held && positionOf(stand) === position ? [{ stand, before: own[n - 1], isHeld: n === held }] : [],
  );
  const passed = since.flatMap(({ stand, before, isHeld }) => {
    const inside = before && positionOf(before) === position ? before.calls : undefined;
    const come = isHeld ? [] : pointsBefore(stand.step, stand.calls, inside);
    return [...come, ...pointsWithin(stand.step)].map(keyOf);
  });
  const count = (point: Point): number => passed.filter((k) => k === keyOf(point)).length;
  const times = new Map<string, number>();
  for (const p of pointsBefore(goal.step, goal.calls, done.calls)) times.set(keyOf(p), 1 + count(p));
  const points = pointsBefore(goal.step, goal.calls, done.calls).concat(
    // Whoever was held inside of it has passed its begin, which tells where it returns to.
    pointsAfter(done.calls, goal.calls).filter((p) => !p.returns || count({ symbol: p.symbol }) > 0),
  );
  for (const p of points) {
    if (p.returns) times.set(keyOf(p), calledIn(p.symbol, count({ symbol: p.symbol })));
    else if (!times.has(keyOf(p))) times.set(keyOf(p), 1);
  }
  if (points.length === 0) return { kind: 'nowhere', after: textOf(done.step), before: textOf(goal.step) };
  return { kind: 'point', points, times, before: textOf(goal.step), position };
}

const textOf = ({ process, function: fn, step }: TraceStep): string => `${process}: ${fn}: ${step}`;
