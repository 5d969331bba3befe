/** The ratios that were asked for, from the medians of this one run. */
import { type BenchCase, BY_SIZE, RAW, sizeOf, VERDICT } from './cases.ts';
import { isSpin } from './contenders/spin.ts';
import { count, decimal, power, ratio, seconds as secondsText } from './numbers.ts';
import { bytesPerState, median, type Results, type Row, statesPerSecond, statesPerSecondOfSearch } from './results.ts';
import type { Figures } from './sample.ts';
import type { Compilation } from './spin/compilation.ts';

export interface Target {
  readonly text: string;
  readonly wanted: string;
  readonly reached: string;
  /** Undefined: not measured. */
  readonly met: boolean | undefined;
}

const NOT_MEASURED = { reached: 'not measured', met: undefined };

export function targets(
  results: Results,
  startSeconds: number | undefined,
  builds: readonly Compilation[] = [],
): Target[] {
  const verdicts = VERDICT.map(({ judged }) => timeToVerdict(results, judged));
  return [
    ...RAW.filter((c) => sizeOf(c) >= 6).map((c) => rawSpeed(results, c)),
    ...RAW.filter((c) => sizeOf(c) >= 6).map((c) => scaling(results, c)),
    ...RAW.filter((c) => sizeOf(c) >= 6).map((c) => memory(results, c)),
    threeVerdicts(verdicts),
    ...verdicts,
    ...VERDICT.map(({ judged }) => fromModelToVerdict(results, judged, builds)),
    steadiness(results),
    commandLine(startSeconds),
  ];
}

/** SPIN without reduction in the shape and mode that makes most states a second. */
export const fastestSpin = (results: Results, subject: BenchCase): Row | undefined =>
  best(
    spinRows(results, 'raw', subject, (mode) => mode !== 'por'),
    (row) => median(row, statesPerSecond) ?? 0,
  );

/** SPIN with partial-order reduction in the shape that is done first. */
export const fastestPor = (results: Results, subject: BenchCase): Row | undefined =>
  best(
    spinRows(results, 'verdict', subject, (mode) => mode === 'por'),
    (row) => -(median(row, seconds) ?? Infinity),
  );

/** Our own time to a verdict: building the system and the tables counts, Node's start does not, nor does SPIN's compiler. */
export const seconds = (f: Figures): number => f.prepareSeconds + f.searchSeconds;

const spinRows = (
  results: Results,
  purpose: 'raw' | 'verdict',
  subject: BenchCase,
  mode: (id: string) => boolean,
): Row[] =>
  results
    .of({ purpose, subject })
    .filter((r) => isSpin(r.contender) && mode(r.contender.mode.id) && median(r, seconds));

function best(rows: readonly Row[], worth: (row: Row) => number): Row | undefined {
  return [...rows].sort((a, b) => worth(b) - worth(a))[0];
}

function rawSpeed(results: Results, subject: BenchCase): Target {
  const text = `states/s, 1 worker, against SPIN's fastest shape (${power(subject)}: ${subject.name})`;
  const wanted = '≥ 5 ×';
  const own = median(results.find('raw', subject.name, 'one-worker'), statesPerSecond);
  const spin = fastestSpin(results, subject);
  const theirs = median(spin, statesPerSecond);
  if (!own || !theirs || !spin) return { text, wanted, ...NOT_MEASURED };
  const bare = median(results.find('raw', subject.name, 'one-worker'), statesPerSecondOfSearch) ?? own;
  const reached =
    `${ratio(own / theirs)} (${count(own)}/s to ${count(theirs)}/s: ${spin.contender.title}); ` +
    `without the time of our tables ${ratio(bare / theirs)} (${count(bare)}/s)`;
  return { text, wanted, reached, met: own >= 5 * theirs };
}

function scaling(results: Results, subject: BenchCase): Target {
  const text = `2 workers (${power(subject)}: ${subject.name})`;
  const wanted = '≥ 1.8 × one, or ≥ 0.9 × two separate searches';
  const of = (id: string): number | undefined => median(results.find('raw', subject.name, id), statesPerSecond);
  const [one, two, apart] = [of('one-worker'), of('two-workers'), of('side-by-side')];
  if (!one || !two) return { text, wanted, ...NOT_MEASURED };
  const reached = `${ratio(two / one)} one${apart ? `, ${ratio(two / apart)} two separate searches` : ''}`;
  return { text, wanted, reached, met: two >= 1.8 * one || (apart !== undefined && two >= 0.9 * apart) };
}

function memory(results: Results, subject: BenchCase): Target {
  const text = `bytes per stored state, exact (${power(subject)}: ${subject.name})`;
  const wanted = '≤ 20';
  const own = median(results.find('raw', subject.name, 'one-worker'), bytesPerState);
  const theirs = median(fastestSpin(results, subject), bytesPerState);
  if (!own) return { text, wanted, ...NOT_MEASURED };
  return { text, wanted, reached: `${decimal(own)}${theirs ? ` (SPIN: ${decimal(theirs)})` : ''}`, met: own <= 20 };
}

/** Three cases, of three and four processes, one of them symmetric: whichever they are, by name. @param verdicts one for each of VERDICT */
function threeVerdicts(verdicts: readonly Target[]): Target {
  const text = 'time to verdict, all reductions, against SPIN with POR, on three cases, one of them symmetric';
  const wanted = '≥ 15 × faster';
  const measured = VERDICT.map((c, i) => ({ ...c, met: verdicts[i]?.met })).filter((c) => c.met !== undefined);
  if (measured.length === 0) return { text, wanted, ...NOT_MEASURED };
  const enough = measured.filter((c) => c.met);
  const names = enough.map((c) => c.judged.name + (c.symmetric ? ' (symmetric)' : '')).join(', ');
  return {
    text,
    wanted,
    reached: `on ${enough.length} of ${measured.length}${names && `: ${names}`}`,
    met: enough.length >= 3 && enough.some((c) => c.symmetric),
  };
}

function timeToVerdict(results: Results, subject: BenchCase): Target {
  const text = `time to verdict, all reductions, against SPIN with POR (${subject.name})`;
  const wanted = '≥ 15 × faster';
  const spin = fastestPor(results, subject);
  const theirs = median(spin, seconds);
  const own = ['reduced', 'reduced-two'].map((id) => median(results.find('verdict', subject.name, id), seconds));
  const [one, two] = own;
  if (!one || !theirs) return { text, wanted, ...NOT_MEASURED };
  const factors = `${ratio(theirs / one)} with 1 worker${two ? `, ${ratio(theirs / two)} with 2` : ''}`;
  return { text, wanted, reached: factors, met: theirs >= 15 * Math.min(one, two ?? one) };
}

/** What someone waits for who has a model and no verifier yet. */
function fromModelToVerdict(results: Results, subject: BenchCase, builds: readonly Compilation[]): Target {
  const text = `the same with what SPIN's verifier takes to be made (${subject.name})`;
  const wanted = '≥ 15 × faster';
  const own = ['reduced', 'reduced-two'].flatMap(
    (id) => median(results.find('verdict', subject.name, id), seconds) ?? [],
  );
  const theirs = results.of({ purpose: 'verdict', subject }).flatMap((row) => {
    const { contender } = row;
    if (!isSpin(contender) || contender.mode.id !== 'por') return [];
    const made = builds.find(
      (b) => b.subject === subject.name && b.shape === contender.shape && b.mode === contender.mode.title,
    );
    const search = median(row, seconds);
    return made && search ? [made.built.spinSeconds + made.built.gccSeconds + search] : [];
  });
  if (own.length === 0 || theirs.length === 0) return { text, wanted, ...NOT_MEASURED };
  const [mine, best] = [Math.min(...own), Math.min(...theirs)];
  return {
    text,
    wanted,
    reached: `${ratio(best / mine)} (${secondsText(mine)} to ${secondsText(best)})`,
    met: best >= 15 * mine,
  };
}

function steadiness(results: Results): Target {
  const of = (size: number): number | undefined => {
    const subject = BY_SIZE.find((c) => sizeOf(c) === size);
    return subject && median(results.find('raw', subject.name, 'one-worker'), statesPerSecond);
  };
  const text = 'states/s, 1 worker, at 10^8 states against 10^6 of the same kind';
  const [small, large] = [of(6), of(8)];
  if (!small || !large) return { text, wanted: '≥ 55 %', ...NOT_MEASURED };
  return { text, wanted: '≥ 55 %', reached: `${Math.round((100 * large) / small)} %`, met: large >= 0.55 * small };
}

function commandLine(startSeconds: number | undefined): Target {
  const text = "`faultline verify` on a small case, with Node's own start";
  if (startSeconds === undefined) return { text, wanted: '< 0.5 s', ...NOT_MEASURED };
  return { text, wanted: '< 0.5 s', reached: `${startSeconds.toFixed(2)} s`, met: startSeconds < 0.5 };
}
