/** What one verification run yields: the data behind every report. */

import type { Alternative } from '../explorer/chart.ts';
import type { Compaction, SymmetryFacts, Unfinished } from '../explorer/exploration.ts';
import type { CoveragePoint } from '../explorer/load.ts';
import type { Verdict } from '../explorer/property.ts';
import type { Blocked, TraceStep } from '../explorer/trace.ts';
import type { Valuation } from '../explorer/valuation.ts';
import type { Config } from '../model/config.ts';
import type { ReadingResult } from './reading.ts';
import type { ReducedBy } from './reductions.ts';

/** One step of a run, as a replay needs it: which process, and which of its alternatives in the fixed order of choices. */
export interface RunStep {
  readonly process: string;
  readonly alternative: number;
}

export interface PropertyResult {
  readonly id: string;
  readonly verdict: Verdict;
  /** For a violation: the shortest counterexample, the damage as a sentence, and which element of a "for all" is false. */
  readonly trace?: readonly TraceStep[];
  /** What replays it: as many steps as the trace. */
  readonly run?: readonly RunStep[];
  /** Components and processes before the trace's first step. */
  readonly initial?: Valuation;
  readonly damage?: string;
  readonly element?: string;
  /** For a run that never ends: index in `trace` of the step that the last one is followed by again. */
  readonly loopFrom?: number;
  /** There may be a shorter counterexample: the search for it hit a limit. */
  readonly notShortest?: true;
  /** For a deadlock: where each process that cannot go on stands, and what it waits for. */
  readonly blocked?: readonly Blocked[];
  /** For a violation: where the last good choice was, and the like. */
  readonly reading?: ReadingResult;
}

/** One design in one scenario under one config. */
export interface RunResult {
  readonly design: string;
  /** The file that the design was loaded from: an absolute path. */
  readonly file?: string;
  /** Scenario text. */
  readonly scenario: string;
  readonly config: Config;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly seconds: number;
  readonly peakBytes: number;
  /** Whether every reachable state was explored. */
  readonly complete: boolean;
  /** Absent: complete. What ended the search, and how many states it left. */
  readonly unfinished?: Unfinished;
  /** Absent: states were kept. Else a hash of each, and a state may have been missed. */
  readonly compact?: Compaction;
  /** Absent: not reduced. Else each state stands for others too. */
  readonly reduced?: ReducedBy;
  /** How many threads explored; absent: one. */
  readonly workers?: number;
  readonly properties: readonly PropertyResult[];
  /** Properties whose needs the design or config lacks. */
  readonly notApplicable: readonly string[];
  /** What each of them needs, by id. */
  readonly lacks?: ReadonlyMap<string, string>;
  /** What a "holds" was exhausted over. */
  readonly bounds: { readonly processes: number; readonly addressSpaces: number; readonly pages: number };
  /** Process names in order (the trace's columns). */
  readonly processes: readonly string[];
  /** Absent: symmetry was not asked for. What was found of it, which may be none, and what is not symmetric. */
  readonly symmetry?: SymmetryFacts;
  readonly coverage: { readonly taken: ReadonlySet<Alternative>; readonly points: readonly CoveragePoint[] };
  /** Final states (all processes finished): canonical texts of the components. */
  readonly ends: () => readonly string[];
}
