/** What two calls at once came to, as one text that is compared: recorded of a kernel, or found in the model. */
import { CHILD_BITS, endText, gotOf, pagesOf } from './compare.ts';
import type { RaceOutcome } from './model-run.ts';
import { NOTHING, type PageText, recordedText } from './pages.ts';
import type { Call } from './script.ts';
import type { SideResult } from './table.ts';
import type { TranslatedOperation } from './translated.ts';

const moved = (yes: boolean): string => (yes ? 'mtime moved' : 'mtime same');

export function recordedOutcome({ recorded: { result, pages }, call }: TranslatedOperation): string {
  const given = call?.kind === 'par' ? call.sides : [];
  const sides = result.sides!.map((made, n) =>
    made.map((m, i) => callText(endsOf(given[n]?.[i], m), gotOf(given[n]?.[i], m))),
  );
  const texts = new Map(pages.map((p) => [`${p.mapping}${p.page}`, recordedText(p)]));
  const faults = faultsText(result.minorFaults + result.majorFaults, sides.flat(), call);
  return [...sides.map(sideText), ...faults, moved(result.mtime === 'moved'), `blocks ${pagesOf(result)}`]
    .concat(pageTexts(texts))
    .join('; ');
}

/** -ENOMEM: what the call is on is not mapped any more, beside munmap(2). The model's returns with nothing done, and does not tell. */
const NOT_MAPPED = '-12';
const endsOf = (call: Call | undefined, { rc }: SideResult): string =>
  endText(rc === NOT_MAPPED && call && 'mapping' in call ? '0' : rc);

const callText = (ends: string, value: number | undefined): string => (value === undefined ? ends : `${ends} ${value}`);
const sideText = (calls: readonly string[]): string => calls.join(', ');

/** One for each value that the calls may have got. */
export function modelOutcomes(
  { sides, faults, timesUpdated, blocks, pages }: RaceOutcome,
  call: Call | null,
): string[] {
  const ends = sides.flat().map((s) => s.ends);
  const rest = [...faultsText(faults, ends, call), moved(timesUpdated), `blocks ${blocks}`, ...pageTexts(pages)];
  const choices = sides.map((calls, n) =>
    product(
      calls.map(({ ends, values }) => {
        const bits = isOfChild(call, n) ? CHILD_BITS : 0xff;
        return (values ?? [undefined]).map((v) => callText(ends, v === undefined ? v : v & bits));
      }),
    ).map(sideText),
  );
  return product(choices).map((heads) => [...heads, ...rest].join('; '));
}

/** Every choice of one of each. */
const product = (choices: readonly (readonly string[])[]): string[][] =>
  choices.reduce<string[][]>((all, texts) => all.flatMap((a) => texts.map((t) => [...a, t])), [[]]);

const isOfChild = (call: Call | null, side: number): boolean =>
  call?.kind === 'par' && call.sides[side]?.[0]?.kind === 'child';

/**
 * A signal's frame may be the first that a thread's stack has in a page, which is a fault of the observer's own; fork(2) makes many,
 * and a child's are not told. Of mmap(MAP_POPULATE) the kernel counts what no access of a user's was.
 */
const faultsText = (faults: number, ends: readonly string[], call: Call | null): string[] =>
  ends.some((s) => s.startsWith('SIG')) || call?.kind !== 'par' || call.sides.some(countsMore)
    ? []
    : [`faults ${faults}`];
const countsMore = ([first]: readonly Call[]): boolean => first?.kind === 'child' || first?.kind === 'mmap';

/** Pages that are mapped or in the tree, in order. */
const pageTexts = (pages: ReadonlyMap<string, PageText>): string[] =>
  [...pages]
    .filter(([, p]) => p.mapped !== NOTHING.mapped || p.entry !== NOTHING.entry)
    .map(([name, p]) => `${name} ${p.mapped}, entry ${p.entry}`)
    .sort();
