/** What SPIN's verifier (`pan`) prints at its end, as numbers. It exits with 0 whatever it has found. */

export interface PanFigures {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly errors: number;
  /** Steps to the first error. */
  readonly errorDepth?: number;
  /** Bytes of the state vector. */
  readonly vector: number;
  /** Search time by pan's own clock. */
  readonly seconds: number;
  /** States as they are stored, and the hash table: what is proportional to the number of states. */
  readonly storedBytes: number;
  /** All that pan allocated. */
  readonly totalBytes: number;
  /** Why the search is not of the whole graph; undefined: it is. */
  readonly incomplete?: string;
}

const MEGABYTE = 1024 * 1024;
/** pan prints numbers above 10^8 with 8 digits: 1.0350806e+08. */
const NUMBER = '([0-9.]+(?:e[+]?[0-9]+)?)';

/** @returns undefined if this is not the end of a search */
export function parsePan(text: string): PanFigures | undefined {
  const number = (before: string, after: string): number | undefined => {
    const found = new RegExp(`${before}\\s*${NUMBER}${after}`, 'm').exec(text);
    return found ? Number(found[1]) : undefined;
  };
  const states = number('^', '\\s+states, stored');
  const transitions = number('^', '\\s+transitions \\(= ');
  const vector = number('State-vector', ' byte');
  if (states === undefined || transitions === undefined || vector === undefined) return undefined;
  const megabytes = (after: string): number => (number('^', `\\s+${after}`) ?? 0) * MEGABYTE;
  const actual = megabytes('actual memory usage for states');
  const kept = actual > 0 ? actual : megabytes('equivalent memory usage for states');
  const incomplete = whyIncomplete(text);
  const errorDepth = number('\\(at depth', '\\)');
  return {
    states,
    transitions,
    depth: number('depth reached', ',') ?? 0,
    errors: number('errors:', '') ?? 0,
    ...(errorDepth !== undefined && { errorDepth }),
    vector,
    seconds: number('pan: elapsed time', ' seconds') ?? 0,
    storedBytes: kept + megabytes('memory used for hash table'),
    totalBytes: megabytes('total actual memory usage'),
    ...(incomplete !== undefined && { incomplete }),
  };
}

function whyIncomplete(text: string): string | undefined {
  if (/max search depth too small/.test(text)) return 'max search depth too small';
  if (/reached -DMEMLIM bound|pan: out of memory/.test(text)) return 'out of memory';
  if (/Search not completed/.test(text)) return 'search not completed';
  return undefined;
}
