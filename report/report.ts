/** Everything that one invocation found: what each report format renders, whichever command it comes from. */
import type { Difference } from './declared.ts';
import type { Run } from './verdicts.ts';

/** A run that did not come about, for a reason that is the design's or the user's. */
export interface FailedRun {
  readonly design: string;
  readonly scenario: string;
  /** One paragraph: code, place, what is wrong, what to do. */
  readonly error: string;
}

/** What nobody named and the config does not have. */
export interface LeftOut {
  readonly design: string;
  readonly scenario: string;
}

export interface PropertyText {
  readonly id: string;
  readonly sentence: string;
  readonly promisedBy: string;
}

export interface Report {
  readonly version: string;
  /** The working directory: files below it are named relative to it. */
  readonly directory: string;
  /** `verify` and `compare` explored; `explain` replayed counterexamples of a stored result. */
  readonly command: 'verify' | 'compare' | 'explain';
  readonly runs: readonly Run[];
  readonly failed: readonly FailedRun[];
  readonly notRun: readonly LeftOut[];
  /** Ids of all properties, in the order in which they are shown. */
  readonly known: readonly string[];
  readonly properties: readonly PropertyText[];
  /** All designs in all scenarios: tables in place of a counterexample for each violation. */
  readonly overview: boolean;
  /** Where verdicts are compared with what the designs declare: the differences. */
  readonly compared?: readonly Difference[];
  /** Properties that are vacuous in the invocation, unless that is allowed. */
  readonly vacuous: readonly string[];
  /** For coverage: runs in further scenarios, looked up for what the runs proper leave out. */
  readonly elsewhere: readonly Run[];
  readonly coverage: boolean;
  readonly quiet: boolean;
  readonly seconds: number;
  readonly exitCode: number;
}

/** Whether a violation is one that its design declares: known, and no reason to fail. */
export function isDeclared({ compared }: Report, run: Run, property: string): boolean {
  if (compared === undefined) return false;
  return !compared.some((d) => d.design === run.design && d.property === property && isOf(run, d.scenario));
}

/** Whether a difference in `scenario` (a name or a text) is about the run. */
const isOf = (run: Run, scenario: string): boolean => scenario === run.name || scenario === run.scenario;
