/** What an engine finds out about properties: the first violation of each, verdicts, and the runs to them. */
import type { Judgement, PropertyInstance, Verdict } from './property.ts';
import type { System } from './system.ts';

/** One step of a run: which process, and which of its alternatives in the fixed order of choices. */
export interface Move {
  readonly process: number;
  readonly alternative: number;
}

export interface Finding {
  readonly verdict: Verdict;
  /** For a violation: the shortest run to it, and the damage in words. */
  readonly run?: readonly Move[];
  readonly damage?: string;
  /** The element of the "for all" that is false. */
  readonly element?: string;
  /** For a run that never ends: the index in `run` of the step that the loop goes back to after the last one. */
  readonly loopFrom?: number;
  /** There may be a shorter run: the search for it hit a limit. */
  readonly notShortest?: true;
}

/** How deep a search goes that sees what the finding's run leads to: that nobody can step is seen by trying to. */
export const depthOfSighting = (property: PropertyInstance, { run = [] }: Finding): number =>
  run.length + (property.deadlock ? 1 : 0);

/** Where a violation was first seen: at a state, on a step out of it, or on the last of several steps. */
export interface Sighting {
  readonly state: number;
  /** From there. */
  readonly moves: readonly Move[];
  readonly damage: string;
  readonly element?: string;
}

/** Collects the first violation of each property and whether its premise was met. */
export class Findings {
  readonly premise: boolean[];
  readonly seen: (Sighting | undefined)[];
  private readonly properties: readonly PropertyInstance[];

  constructor(system: System) {
    this.properties = system.properties;
    this.premise = system.properties.map((p) => p.neverVacuous === true);
    this.seen = system.properties.map(() => undefined);
  }

  note(
    property: number,
    judgement: Judgement,
    state: number,
    moves: Move | readonly Move[] = [],
    element?: string,
  ): void {
    if (judgement === undefined) return;
    this.premise[property] = true;
    if (judgement === true || this.seen[property]) return;
    this.seen[property] = {
      state,
      moves: 'process' in moves ? [moves] : [...moves],
      damage: judgement.violated,
      ...(element !== undefined && { element }),
    };
  }

  /** A state in which some process is unfinished and none can step. */
  deadlock(state: number): void {
    for (const [i, p] of this.properties.entries()) if (p.deadlock) this.note(i, { violated: '' }, state);
  }

  /** How many properties are violated. */
  get count(): number {
    return this.seen.filter(Boolean).length;
  }

  get any(): boolean {
    return this.seen.some(Boolean);
  }

  finish(complete: boolean, runTo: (state: number) => readonly Move[]): Finding[] {
    return this.properties.map((_, i) => {
      const s = this.seen[i];
      if (s) {
        const run = [...runTo(s.state), ...s.moves];
        return { verdict: 'violated', run, damage: s.damage, ...(s.element !== undefined && { element: s.element }) };
      }
      if (!complete) return { verdict: 'unknown' };
      return { verdict: this.premise[i] ? 'holds' : 'vacuous' };
    });
  }
}

export const DEADLOCK = 'no process can step';
