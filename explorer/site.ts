/**
 * Where in the author's own files an alternative of a path was written: taken from the stack of calls while a system is
 * built, so that a report can point at the line. Off by default, since a stack per alternative costs more than the rest
 * of building.
 */
import { fileURLToPath } from 'node:url';

/** A position in a file that was loaded: lines and columns count from 1. */
export interface Site {
  /** Absolute path. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Charts are nested as deep as the calls that they describe: v4.0's deepest is 40 frames. */
const FRAMES = 100;
let recording = false;

/** Runs `build`, during which the calls of chart builders are recorded if `on`. Not for asynchronous functions. */
export function recordingSites<T>(on: boolean, build: () => T): T {
  const before = recording;
  recording = on;
  try {
    return build();
  } finally {
    recording = before;
  }
}

/** The calls that lead to `caller`, innermost first; undefined unless they are recorded. Read from the stack when asked. */
export function sitesAbove(caller: (...args: never[]) => unknown): (() => readonly Site[]) | undefined {
  if (!recording) return undefined;
  const holder: { stack?: string } = {};
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  Error.captureStackTrace(holder, caller);
  Error.stackTraceLimit = before;
  return () => sitesIn(holder.stack ?? '');
}

/** `at name (file:///…:10:5)`, `at file:///…:10:5` or with a plain path; a loader may have added a query. */
const FRAME = /^\s*at (?:.*\()?(?<place>[^()]+?)(?:\?[^:]*)?:(?<line>\d+):(?<column>\d+)\)?$/;

/** The places of a stack, innermost first; those within Node are left out. */
export function sitesIn(stack: string): Site[] {
  return stack.split('\n').flatMap((frame): Site[] => {
    const { place, line, column } = FRAME.exec(frame)?.groups ?? {};
    if (!place || place.startsWith('node:')) return [];
    const file = place.startsWith('file:') ? fileURLToPath(place) : place;
    return [{ file, line: Number(line), column: Number(column) }];
  });
}
