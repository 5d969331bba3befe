/**
 * Which alternatives of a design's paths no run took. A path is built anew for each thread, call site and scenario, so
 * that an alternative is known by its function, its state and its line there (a config may add others beside it); it is
 * taken if any instance was.
 */
import type { CoveragePoint } from '../explorer/load.ts';
import { count, wrap } from './text.ts';
import type { Run } from './verdicts.ts';

export interface Untaken {
  readonly function: string;
  readonly state: string;
  /** What it would do: its line, or where it leads. */
  readonly alternative: string;
  /** Whether some run took another alternative of the same state. */
  readonly entered: boolean;
  /** Why no scenario takes it, as the path says. */
  readonly reason?: string;
  /** A scenario outside the runs that takes it. */
  readonly takenBy?: string;
}

export interface Coverage {
  readonly alternatives: number;
  readonly taken: number;
  readonly untaken: readonly Untaken[];
  /** Taken, although the path gives a reason why they cannot be. */
  readonly contradicted: readonly Untaken[];
}

interface Seen {
  readonly point: CoveragePoint;
  readonly state: string;
  readonly reason?: string;
  readonly taken: boolean;
  /** Taken where its path gives the reason: a reason may depend on scenario and config. */
  readonly contradicted: boolean;
}

/** @param runs of one design @param elsewhere runs that are only looked up for what the former leave out */
export function coverageOf(runs: readonly Run[], elsewhere: readonly Run[] = []): Coverage {
  const others = new Map<string, string>();
  for (const run of elsewhere) {
    for (const [key, seen] of seenIn([run])) if (seen.taken && !others.has(key)) others.set(key, run.scenario);
  }
  const all = seenIn(runs);
  // What only the other scenarios build (a private mapping, say) belongs to the design's paths as well.
  for (const [key, seen] of seenIn(elsewhere)) if (!all.has(key)) all.set(key, { ...seen, taken: false });
  const contradicted = new Set(
    [...seenIn([...runs, ...elsewhere])].filter(([, s]) => s.contradicted).map(([key]) => key),
  );
  const seen = [...all.values()];
  const entered = new Set(seen.filter((s) => s.taken).map(stateOf));
  const describe = ([key, s]: [string, Seen]): Untaken => ({
    function: s.point.fn,
    state: s.state,
    alternative: s.point.alternative.line || `-> ${leaf(s.point.alternative.target)}`,
    entered: entered.has(stateOf(s)),
    ...(s.reason !== undefined &&
      (s.contradicted || contradicted.has(key) || !others.has(key)) && { reason: s.reason }),
    ...(others.has(key) && !s.taken && { takenBy: others.get(key)! }),
  });
  const untaken = [...all].filter(([, s]) => !s.taken).map(describe);
  return {
    alternatives: seen.length,
    taken: seen.filter((s) => s.taken).length,
    untaken,
    contradicted: [...all].filter(([key]) => contradicted.has(key)).map(describe),
  };
}

/** Every alternative of the runs' paths, by what identifies it across call sites, threads and scenarios. */
function seenIn(runs: readonly Run[]): Map<string, Seen> {
  const all = new Map<string, Seen>();
  for (const { coverage } of runs) {
    let state = '';
    let alike = new Map<string, number>();
    for (const point of coverage.points) {
      if (point.state !== state) alike = new Map();
      state = point.state;
      const line = lineOf(point);
      const nth = alike.get(line) ?? 0;
      alike.set(line, nth + 1);
      const key = [point.fn, leaf(state), nth, line].join('\n');
      const before = all.get(key);
      const reason = before?.reason ?? point.alternative.unreached;
      const takenHere = coverage.taken.has(point.alternative);
      const taken = before?.taken === true || takenHere;
      const contradicted = before?.contradicted === true || (takenHere && point.alternative.unreached !== undefined);
      all.set(key, {
        point: before?.point ?? point,
        state: leaf(state),
        taken,
        contradicted,
        ...(reason !== undefined && { reason }),
      });
    }
  }
  return all;
}

const leaf = (id: string): string => id.slice(Math.max(id.lastIndexOf('/'), id.lastIndexOf('#')) + 1);
const stateOf = (s: Seen): string => `${s.point.fn} ${s.state}`;

/** Lines may name thread, address space, pages or how a VMA is mapped: instances of one alternative differ in no more than that. */
const lineOf = ({ alternative }: CoveragePoint): string =>
  alternative.line
    .replace(/:(?:sync|unaligned|maps=[a-z]+)/g, '')
    .replace(/\bmm(?:\d+|T\d+(?:c\d+)+)/g, 'mm')
    .replace(/\bT\d+(?:c\d+)*/g, 'T')
    .replace(/\b[a-z]\b/g, '_');

/** @param design id @param runs of that design @param elsewhere see `coverageOf` */
export function coverageReport(design: string, runs: readonly Run[], elsewhere: readonly Run[] = []): string[] {
  const { alternatives, taken, untaken, contradicted } = coverageOf(runs, elsewhere);
  const open = untaken.filter((u) => u.reason === undefined && u.takenBy === undefined);
  const explained = untaken.filter((u) => u.reason !== undefined);
  const others = untaken.filter((u) => u.reason === undefined && u.takenBy !== undefined);
  const head =
    `Coverage of ${design} over ${count(runs.length, 'run')}: ${taken} of ${count(alternatives, 'alternative')} taken, ` +
    `${others.length} by another scenario, ${explained.length} not taken with a reason, ${open.length} not taken without.`;
  return [
    ...wrap(head, 100, 2),
    ...section('Not taken, no reason given:', open),
    ...section('Not taken here, with a scenario that takes it:', others),
    ...section('Not taken, with the reason that the path gives:', explained),
    ...section('Taken, although the path gives a reason why they cannot be:', contradicted),
  ];
}

function section(title: string, points: readonly Untaken[]): string[] {
  if (points.length === 0) return [];
  const functions = [...new Set(points.map((p) => p.function))].sort();
  const lines = functions.flatMap((fn) => [
    `    ${fn}()`,
    ...points.filter((p) => p.function === fn).flatMap((p) => wrap(`      ${pointText(p)}`, 100, 10)),
  ]);
  return [`  ${title}`, ...lines];
}

function pointText({ state, alternative, entered, reason, takenBy }: Untaken): string {
  const never = entered ? '' : ' (state never reached)';
  const other = takenBy === undefined ? '' : `; taken by "${takenBy}"`;
  return `${state}: ${alternative}${never}${other}${reason === undefined ? '' : `; because ${reason}`}`;
}
