/**
 * What a format is: one file under formats/ (results), graphs/ (state graphs) or models/ (systems, for other checkers),
 * found by the folder's listing.
 */
import type { Behaviour } from '../explorer/behaviour.ts';
import type { SystemGraph } from '../explorer/system-graph.ts';
import type { Report } from './report.ts';

export interface RenderedFile {
  /** Name without extension; what cannot be part of a file name is replaced when it is written. */
  readonly name: string;
  /** Ends with a line end. */
  readonly text: string;
}

export interface Format {
  /** One line: what it is for. */
  readonly title: string;
  /** Without the first dot, e.g. `itf.json`. */
  readonly extension: string;
  /** Whether traces need the lines of the design's file (VerifyOptions.sites). */
  readonly sites?: boolean;
  /** One file, or one for each counterexample: then none where nothing is violated. */
  render(report: Report): readonly RenderedFile[];
}

export interface GraphFormat {
  readonly title: string;
  readonly extension: string;
  /** @returns the whole text, with a line end */
  render(graph: SystemGraph): string;
}

/** A design in a scenario, completely explored. */
export interface SystemModel {
  readonly design: string;
  readonly scenario: string;
  /** `name=value` of every setting. */
  readonly config: string;
  readonly behaviour: Behaviour;
  /** Properties that were asked for, and that the design or the config has nothing for. */
  readonly notApplicable: readonly string[];
}

export interface ModelFormat {
  readonly title: string;
  readonly extension: string;
  /** Ways to write the same system, each with what it is for; the first is the default. */
  readonly shapes: Readonly<Record<string, string>>;
  /** @returns the whole text, with a line end */
  render(model: SystemModel, shape: string): string;
}

/** Name of a file that holds the whole report. */
export const WHOLE = 'faultline';
