/** What is seen of the steps of a system, and what is said of it when it was held beside the system's runs. */
import type { GlobalState } from '../interpreter.ts';
import type { StateFacts } from '../machine.ts';
import type { StepResult } from '../step.ts';

/** Something that is seen between two steps of a process, before it takes the next one. */
export interface Sight {
  readonly label: string;
  /** It may be seen there, any number of times, and need not be. */
  readonly optional?: true;
}

/** A process goes on for as long as it is told. */
export interface SeenTurn {
  /** Its number. */
  readonly process: number;
  readonly goesOn: (facts: StateFacts) => boolean;
  /** Seen before its first step. */
  readonly first: readonly string[];
  /** Seen when it is over. */
  readonly last: (lastStep: StepResult) => readonly string[];
}

/** A step that was taken. */
export interface Moment {
  readonly process: number;
  readonly from: StateFacts;
  readonly result: StepResult;
  readonly to: StateFacts;
  /** The state before it. What is seen of a step for which this is not asked depends on the step alone. */
  readonly before: () => GlobalState;
}

export interface Watch {
  /** These are taken first, one after the other, and nothing is seen of them. */
  readonly before?: readonly Pick<SeenTurn, 'process' | 'goesOn'>[];
  /** A process is in one of them, or takes no step. */
  readonly strands: readonly (readonly SeenTurn[])[];
  /** What a step lets be seen after it, in order. */
  readonly after: (moment: Moment) => readonly Sight[];
  /** What is seen before the step at `to`. @param from where the process stood last in this turn; undefined: it begins */
  readonly ahead: (process: number, from: StateFacts | undefined, to: StateFacts) => readonly Sight[];
}

export interface Observed {
  readonly strand: number;
  readonly label: string;
}

/** What can be seen next of a strand, by a process that stands somewhere. */
export interface Expected extends Observed {
  readonly optional: boolean;
  readonly process: number;
  readonly facts: StateFacts;
}
/** A strand whose process can neither step nor show anything, in some of the states. */
export interface Standing {
  readonly strand: number;
  readonly process: number;
  readonly facts: StateFacts;
  readonly finished: boolean;
}
export interface Inclusion {
  /** How many of what was observed were seen; all of them: some run shows it. */
  readonly matched: number;
  /** In the states after what was matched. */
  readonly next: readonly Expected[];
  readonly standing: readonly Standing[];
  /** Whether some run that shows all of it has then come to the end of every strand's turns, with nothing left to be seen. */
  readonly ends: boolean;
  /** States that were looked at. */
  readonly states: number;
  /** There were too many: more than `matched` may be seen. */
  readonly cut: boolean;
}
