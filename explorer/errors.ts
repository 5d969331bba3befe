/**
 * Every error that a user can cause is a FaultlineError: a stable code, the place, and what to do about it.
 * The command line prints it in one paragraph and exits with 2, never with a stack trace.
 */
import { closest, distance } from 'fastest-levenshtein';

export type ErrorCode =
  | 'E_USAGE' // the command line is wrong
  | 'E_SCENARIO' // a scenario text does not parse
  | 'E_UNKNOWN_NAME' // a design, property, scenario, operation or config that does not exist
  | 'E_UNSUPPORTED' // known, but this design or version cannot do it
  | 'E_DESIGN_FILE' // a design file cannot be loaded
  | 'E_CHART' // a path's chart is not a chart (no states, no initial state, not an object)
  | 'E_NO_SOURCE' // a step without kernel function or source
  | 'E_NO_SECTION' // a step without section
  | 'E_SECTION' // a component read or written in a section that does not protect it
  | 'E_MIXED_SECTIONS' // one step runs through states of two sections
  | 'E_REFUSED' // STEP can be refused outside a may-block state
  | 'E_UNHANDLED' // an event that the component does not accept in its state
  | 'E_EVENT_NAME' // an `on:` key, a sent event, a mark or a field of one that nobody declares
  | 'E_TARGET' // a transition to a state that does not exist
  | 'E_FEATURE' // an XState feature that loses the event or hides a step
  | 'E_IMPURE' // two runs of the same step, two answers
  | 'E_BOUND' // more local states than the limit, or a larger one
  | 'E_ENDLESS' // an `always` loop
  | 'E_THROWN' // a guard or effect threw
  | 'E_COMPONENT' // a read or effect names a component that the system lacks
  | 'E_OUTPUT' // a report cannot be written
  | 'E_RESULT_FILE' // a stored result or a table is not one, or does not fit the design
  | 'E_REDUCE' // a reduction that would lose what is asked for
  | 'E_COMPACT' // hashes of states where states are needed
  | 'E_BUILD' // the compiled core is missing, or was built from other sources
  | 'E_LIMIT'; // the checker's own limit

/** Where an error sits: as much as is known. */
export interface Place {
  readonly machine?: string;
  readonly state?: string;
  readonly column?: number;
  readonly file?: string;
}

/** What a user or a design file did wrong: what, where, and how to mend it. */
export class FaultlineError extends Error {
  readonly code: ErrorCode;
  readonly place: Place;
  /** What to do about it, as a sentence. */
  readonly mend: string;

  constructor(code: ErrorCode, message: string, mend: string, place: Place = {}) {
    super(message);
    this.name = 'FaultlineError';
    this.code = code;
    this.place = place;
    this.mend = mend;
  }

  /** One paragraph: code, place, what is wrong, what to do. */
  report(): string {
    const { file, machine, state } = this.place;
    const where = [file, machine && `machine ${machine}`, state && `state ${state}`].filter(Boolean).join(', ');
    return speechless(`${this.code}${where ? ` (${where})` : ''}: ${this.message}\n  ${this.mend}`);
  }
}

/** What was asked for cannot be: E_USAGE. */
export const wrongUsage = (message: string, mend: string): FaultlineError =>
  new FaultlineError('E_USAGE', message, mend);

/** The text without what would speak to a terminal; line breaks are ours. */
export const speechless = (text: string): string => text.replace(/(?!\n)\p{Cc}/gu, '\ufffd');

const LONGEST = 100;

/** A name that somebody gave, whatever it holds, within one line. */
export const quoted = (name: string): string =>
  JSON.stringify(name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name);

/**
 * "Did you mean …" for a name that does not exist: near ones, the nearest first, else all of them.
 * @param where all of them can be seen, if they are many
 */
export function nearNames(wrong: string, known: readonly string[], where?: string): string {
  if (known.length === 0) return 'There are none.';
  const near = known
    .map((name) => ({ name, far: farness(wrong.toLowerCase(), name.toLowerCase()) }))
    .filter(({ far }) => far < Infinity)
    .sort((a, b) => a.far - b.far);
  // The name but for its capitals is no guess.
  const shown = near[0]?.far === 0 ? near.slice(0, 1) : near.slice(0, 5);
  if (shown.length > 0) return `Did you mean ${shown.map(({ name }) => name).join(', ')}?`;
  if (known.length > 12) {
    const all = where === undefined ? `there are ${known.length} in all` : `all ${known.length}: ${where}`;
    return `The nearest is ${closest(wrong, [...known])}; ${all}.`;
  }
  return `Known: ${known.join(', ')}.`;
}

/** How unlike a name is, in letters; Infinity where it cannot have been meant. A name's beginning or one word of it count, too. */
function farness(wrong: string, name: string): number {
  const letters = distance(wrong, name);
  if (letters <= (name.length <= 3 ? 1 : Math.max(2, Math.floor(name.length / 3)))) return letters;
  if (wrong !== '' && name.startsWith(wrong)) return letters;
  const isWord = wrong.length >= 4 && name.split(/[^a-z0-9]+/).some((word) => distance(wrong, word) <= 1);
  return isWord ? letters : Infinity;
}
