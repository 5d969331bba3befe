/** What came of holding a design beside a table. */
import type { Config } from '../model/config.ts';
import type { Difference, Layer } from './compare.ts';

export interface ScenarioConformance {
  readonly name: string;
  /** In the model's language. */
  readonly scenario: string;
  /** Those of the table, but for those that prepare the file: the model's begins as they leave it. */
  readonly operations: number;
  /** How many of them were compared, from the first on. */
  readonly compared: number;
  /** Facts that were held beside each other. */
  readonly facts: Readonly<Record<Layer, number>>;
  /** Why the others were not. */
  readonly notModelled?: string;
  readonly differences: readonly FoundDifference[];
  /** Where two calls ran at once. */
  readonly race?: RaceSummary;
}
export interface RaceSummary {
  /** How often the scenario was run. */
  readonly runs: number;
  readonly seen: readonly SeenOutcome[];
  /** What the model allows as well. */
  readonly notSeen: readonly string[];
}
export interface SeenOutcome {
  readonly outcome: string;
  readonly times: number;
  readonly allowed: boolean;
  /** The design has it only where faults attempt a PMD first, as kernels do. */
  readonly thp?: 'on';
}
export interface FoundDifference extends Difference {
  readonly operation: string;
  /** Of the table. */
  readonly line: number;
}
export interface Conformance {
  readonly design: string;
  readonly config: Config;
  readonly scenarios: readonly ScenarioConformance[];
}

export const noFacts = (): Record<Layer, number> => ({ user: 0, state: 0, events: 0 });
