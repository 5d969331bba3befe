/** A counterexample as a file has it, whichever format: what to replay, and what is expected on the way. */
import type { ExpectedStep } from '../../explorer/retrace.ts';
import type { Valuation } from '../../explorer/valuation.ts';

export interface StoredCounterexample {
  readonly property: string;
  readonly damage?: string;
  readonly element?: string;
  readonly loopFrom?: number;
  readonly steps: readonly ExpectedStep[];
  /** Components and processes before the first step, where the format has them. */
  readonly initial?: Valuation;
}

/** The figures of the exploration; a format that has none says nothing of them. */
export interface StoredFigures {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly seconds: number;
  readonly peakBytes: number;
  readonly complete: boolean;
}

export interface StoredRun {
  readonly design: string;
  readonly scenario: string;
  /** By name; not checked against the settings that exist. */
  readonly config: Readonly<Record<string, string>>;
  readonly figures?: StoredFigures;
  readonly counterexamples: readonly StoredCounterexample[];
}

/** Reads one format. */
export interface StoredFormat {
  /** Whether the value says of itself that it is of this format. */
  claims(value: unknown): boolean;
  /** @throws FaultlineError E_RESULT_FILE */
  read(value: unknown): StoredRun[];
}
