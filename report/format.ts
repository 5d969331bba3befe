/** What a report format is: one file under formats/ (results) or graphs/ (state graphs), found by the folder's listing. */
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

/** Name of a file that holds the whole report. */
export const WHOLE = 'faultline';
