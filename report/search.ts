/** How the runs were explored, where that matters: what was reduced, what ended a search and what it had covered. */
import type { RunResult } from '../verify/result.ts';
import { count, WIDTH, wrap } from './text.ts';
import type { Run } from './verdicts.ts';

/** So many unfinished runs are told of one by one. */
const TOLD = 8;

const LIMITS: Readonly<Record<NonNullable<RunResult['unfinished']>['limit'], string>> = {
  states: '--max-states',
  memory: '--max-memory, or its default',
  depth: 'the depth limit',
  stop: '--stop',
  machine: 'no more memory could be had',
  compact: '--compact',
};

/** What ended the searches: `--max-states; --stop`. */
export function limitsText(runs: readonly Run[]): string {
  const limitOf = (run: Run): string => {
    if (run.complete) return 'no room for the graph of all states';
    return run.unfinished ? LIMITS[run.unfinished.limit] : 'a limit, or --stop';
  };
  return [...new Set(runs.map(limitOf))].join('; ');
}

/** Whether something is not known of the run. */
export const isOpen = (run: Run): boolean => !run.complete || run.properties.some((p) => p.verdict === 'unknown');

/** Why a property's verdict is `unknown`: where all states are known, it is about runs that never end. */
export const unknownText = ({ complete, unfinished }: Run): string =>
  unfinished?.limit === 'compact'
    ? 'unknown: not violated by what was explored, but a state may have been missed (--compact)'
    : complete
      ? 'unknown: it takes the graph of all states, and there was no room for that'
      : 'unknown: the search ended before all states were explored';

export function searchNotes(runs: readonly Run[]): string[] {
  const unfinished = runs.filter((r) => r.unfinished);
  const more = unfinished.slice(TOLD);
  const hashed = more.filter((r) => r.unfinished!.limit === 'compact');
  return [
    ...reductionNotes(runs),
    ...unfinished.slice(0, TOLD).map(unfinishedText),
    ...furtherRuns(hashed.length, 'of which hashes were kept'),
    ...furtherRuns(more.length - hashed.length, 'that ended before all states were explored'),
  ].flatMap((text) => wrap(text, WIDTH, 2));
}

const furtherRuns = (n: number, which: string): string[] => (n > 0 ? [`And ${count(n, 'run')} more ${which}.`] : []);

function reductionNotes(runs: readonly Run[]): string[] {
  const workers = Math.max(1, ...runs.map((r) => r.workers ?? 1));
  const reduced = runs.flatMap((r) => r.reduced ?? []);
  const by = [...new Set(reduced.flatMap((r) => r.by))];
  const rounds = Math.max(0, ...reduced.map((r) => r.rounds ?? 0));
  const often = rounds > 0 ? ` (${reduced.length > 1 ? 'up to ' : ''}${count(rounds, 'round')})` : '';
  return [
    ...(workers > 1 ? [`Explored by ${workers} workers.`] : []),
    ...(by.length > 0
      ? [`Reduced by ${by.join(', ')}${often}: each state that is counted stands for others, with the same verdicts.`]
      : []),
    ...symmetryNotes(runs),
  ];
}

/** `The same under T0 <-> T1; T1 <-> T2 (up to 6 states in one).`: once for all runs that have it. */
function symmetryNotes(runs: readonly Run[]): string[] {
  const found = runs.flatMap((r) => r.symmetry ?? []);
  if (found.length === 0) return [];
  const texts = found.flatMap(({ size, renamings, cut }) =>
    size > 1 ? [`${renamings.join('; ')} (up to ${size} states in one${cut ? '; others are left out' : ''})`] : [],
  );
  const told = [...new Set(texts)].slice(0, TOLD);
  const refused = found.flatMap((s) => s.refused.map((r) => `Not the same under ${r.renaming}: ${r.because}.`));
  const none = found.length - texts.length;
  return [
    ...told.map((text) => `The same under ${text}.`),
    ...[...new Set(refused)].slice(0, TOLD),
    ...(none > 0 ? [`Without symmetry: ${count(none, 'run')}.`] : []),
  ];
}

/** `v4.14 store-write: ended by --max-states, 12 states left to expand; every run of at most 19 steps is covered.` */
function unfinishedText({ design, name, scenario, states, unfinished, depth, reduced, compact }: Run): string {
  const { limit, left } = unfinished!;
  const which = `${design} ${name ?? `"${scenario}"`}`;
  const hashes = compact ? ` ${hashesText(states, compact)}` : '';
  if (limit === 'compact') return `${which}:${hashes}`;
  const covered = depth > 0 && !reduced && !compact ? `; every run of at most ${count(depth, 'step')} is covered` : '';
  const why = limit === 'machine' ? `ended as ${LIMITS.machine}` : `ended by ${LIMITS[limit]}`;
  return `${which}: ${why}, with ${count(left, 'state')} left to expand${covered}.${hashes}`;
}

/** `Of 744 states hashes of 61 bits were kept: one was missed with a probability of 1.2e-13.` */
function hashesText(states: number, { bits, missed }: NonNullable<RunResult['compact']>): string {
  const probability = missed > 0 && missed < 0.001 ? missed.toExponential(1) : missed.toPrecision(2);
  return `Of ${count(states, 'state')} hashes of ${bits} bits were kept: that a state was missed has a probability of ${probability}.`;
}
