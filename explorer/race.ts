/** Every way in which some processes can run side by side from one state, each up to where it is told, while the others stand still. */
import type { GlobalState, Successor } from './interpreter.ts';
import { successors } from './interpreter.ts';
import { canonical } from './json.ts';
import { isDone, type StateFacts, sharedStepper, stateFacts } from './machine.ts';
import type { System } from './system.ts';

export interface Side<O> {
  /** Its number. */
  readonly process: number;
  /** Whether the side is still under way where its process stands now. */
  readonly goesOn: (facts: StateFacts) => boolean;
  /** What has been seen of it, after one more step. JSON data. */
  readonly note: (before: O, step: Successor) => O;
}
export interface RaceEnd<O> {
  readonly state: GlobalState;
  /** By side. */
  readonly seen: readonly O[];
  /** Sides that wait for ever. */
  readonly stuck: readonly number[];
}

/** States with what was seen: more than any two operations have. */
const MOST = 30_000;

/** @throws Error where there are too many */
export function raceEnds<O>(system: System, from: GlobalState, sides: readonly Side<O>[], nothing: O): RaceEnd<O>[] {
  const known = new Set<string>();
  const ends: RaceEnd<O>[] = [];
  const open: { readonly state: GlobalState; readonly seen: readonly O[] }[] = [];
  const add = (state: GlobalState, seen: readonly O[]): void => {
    const key = canonical([state, seen]);
    if (known.has(key)) return;
    known.add(key);
    if (known.size > MOST) throw new Error(`more than ${MOST} states in one race`);
    open.push({ state, seen });
  };
  add(
    from,
    sides.map(() => nothing),
  );
  for (let next = open.pop(); next; next = open.pop()) {
    const { state, seen } = next;
    const waiting: number[] = [];
    let moved = false;
    for (const [n, side] of sides.entries()) {
      if (!isUnderWay(system, state, side)) continue;
      const steps = successors(system, state, side.process, sharedStepper);
      if (steps.length === 0) waiting.push(n);
      for (const s of steps) {
        moved = true;
        add(s.state, seen.with(n, side.note(seen[n]!, s)));
      }
    }
    if (!moved) ends.push({ state, seen, stuck: waiting });
  }
  return ends;
}

function isUnderWay<O>(system: System, state: GlobalState, { process, goesOn }: Side<O>): boolean {
  const { machine } = system.processes[process]!;
  const local = state[system.firstProcess + process]!;
  return !isDone(machine, local) && goesOn(stateFacts(machine, local));
}
