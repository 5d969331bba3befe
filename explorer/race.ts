/** Every way in which some processes can run side by side from one state, each up to where it is told, while the others stand still. */
import type { GlobalState, Successor } from './interpreter.ts';
import { successors } from './interpreter.ts';
import { canonical } from './json.ts';
import { isDone, type StateFacts, sharedStepper, stateFacts } from './machine.ts';
import type { System } from './system.ts';

/** What one process does, up to where it is told. */
export interface SideTurn<O> {
  /** Its number. */
  readonly process: number;
  /** Whether it is still under way where its process stands now. */
  readonly goesOn: (facts: StateFacts) => boolean;
  /** What has been seen of the side, after one more step. JSON data. */
  readonly note: (before: O, step: Successor) => O;
}
/** Turns, one after the other. */
export interface Side<O> {
  readonly turns: readonly SideTurn<O>[];
  readonly nothing: O;
}
export interface RaceEnd<O> {
  readonly state: GlobalState;
  /** By side. */
  readonly seen: readonly O[];
  /** By side the turn in which it waits for ever, if it does. */
  readonly stuck: readonly (number | undefined)[];
}

/** States with what was seen: more than two sides of a few operations have. */
const MOST = 300_000;

/** @throws Error where there are too many */
export function raceEnds<O>(system: System, from: GlobalState, sides: readonly Side<O>[]): RaceEnd<O>[] {
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
    sides.map((s) => s.nothing),
  );
  for (let next = open.pop(); next; next = open.pop()) {
    const { state, seen } = next;
    const stuck = sides.map((): number | undefined => undefined);
    let moved = false;
    for (const [n, { turns }] of sides.entries()) {
      const at = turns.findIndex((t) => isUnderWay(system, state, t));
      const turn = turns[at];
      if (!turn) continue;
      const steps = successors(system, state, turn.process, sharedStepper);
      if (steps.length === 0) stuck[n] = at;
      for (const s of steps) {
        moved = true;
        add(s.state, seen.with(n, turn.note(seen[n]!, s)));
      }
    }
    if (!moved) ends.push({ state, seen, stuck });
  }
  return ends;
}

function isUnderWay<O>(system: System, state: GlobalState, { process, goesOn }: SideTurn<O>): boolean {
  const { machine } = system.processes[process]!;
  const local = state[system.firstProcess + process]!;
  return !isDone(machine, local) && goesOn(stateFacts(machine, local));
}
