/** The ledger as `faultline casebook` prints it. */
import type { Chapter } from '../../casebook/case.ts';
import type { Decided } from '../../casebook/decide.ts';
import { changelogTable } from '../changelog-table.ts';
import { count, wrap } from '../text.ts';
import { scopeOf, scopeText } from './scope.ts';
import { shortRun } from './short-run.ts';
import { shortestShown } from './shortest.ts';
import { type Statement, statements } from './statements.ts';

export interface LedgerOptions {
  readonly width: number;
  /** Every answer, and the whole table of the shortest run. */
  readonly verbose: boolean;
}

export const chapterHeading = ({ title }: Chapter): string => `\n${title}\n${'='.repeat(title.length)}\n`;

export async function caseText(d: Decided, { width, verbose }: LedgerOptions): Promise<string> {
  const { id, who, claim, means, note } = d.case;
  const para = (text: string, indent = 6): string[] => wrap(`${' '.repeat(indent)}${text}`, width, indent + 2);
  const lines = [
    '',
    ...wrap(`${id}  ${d.verdict.toUpperCase()}  ${who === undefined ? '' : `${who}: `}${claim}`, width, 6),
    ...(verbose && means !== undefined ? para(`taken to say: ${means}`) : []),
    ...(d.reason ? para(`${d.reason}${d.because === undefined ? '' : `: ${d.because}`}`) : []),
    ...(d.conditions ? para(`holds: ${d.conditions.holds.join('; ')}`) : []),
    ...(d.conditions ? para(`does not hold: ${d.conditions.fails.join('; ')}`) : []),
    ...(verbose ? answersIn(d).flatMap((a) => para(a)) : d.parts.length > 0 ? para(briefly(d)) : []),
    ...(note !== undefined && verbose ? para(note) : []),
    ...(await evidence(d, verbose, para)),
  ];
  return `${lines.join('\n')}\n`;
}

const answersIn = ({ parts }: Decided): string[] =>
  parts.flatMap((p) =>
    statements(p.answers).map((f) => `- ${p.name === undefined ? '' : `[${p.name}] `}${f.says}: ${f.at.join('; ')}`),
  );

/** What decided it, in one line: what speaks against the claim, or the first of what is as it says. */
function briefly({ parts, verdict }: Decided): string {
  const answers = parts.flatMap((p) => p.answers);
  const against = verdict === 'refuted' || verdict === 'conditional' ? answers.filter((a) => !a.agrees) : answers;
  const [first] = [...against].sort((a, b) => lengthOf(a) - lengthOf(b));
  if (!first) return '';
  const rest = answers.length - 1;
  const [{ says, at }] = statements([first]) as [Statement];
  return `${says}: ${at[0]}${rest === 0 ? '' : ` (and ${count(rest, 'answer')} more)`}`;
}

const lengthOf = (a: Decided['parts'][number]['answers'][number]): number =>
  a.shown?.result.trace?.length ?? Number.MAX_SAFE_INTEGER;

async function evidence(
  d: Decided,
  verbose: boolean,
  para: (text: string, indent?: number) => string[],
): Promise<string[]> {
  const shown = shortestShown(d);
  const scope = await scopeOf(d);
  const table = (): string[] => [
    '',
    ...changelogTable({
      property: shown!.property,
      scenario: shown!.scenario,
      processes: shown!.processes,
      trace: shown!.result.trace!,
      damage: shown!.result.damage ?? 'no damage given',
      ...(shown!.result.element !== undefined && { element: shown!.result.element }),
      ...(shown!.result.loopFrom !== undefined && { loopFrom: shown!.result.loopFrom }),
    }).split('\n'),
    '',
  ];
  const run = shown ? (verbose ? table() : shortRun(shown.result.trace!).flatMap((l) => para(l, 10))) : [];
  return [...run, ...(scope ? para(`explored: ${scopeText(scope)}`) : [])];
}

/** `137 cases: 80 hold, …` */
export function ledgerTotals(decided: readonly Decided[]): string {
  const verdicts = ['holds', 'refuted', 'conditional', 'found', 'not-found', 'undecided'] as const;
  const counts = verdicts.flatMap((v) => {
    const n = decided.filter((d) => d.verdict === v).length;
    return n === 0 ? [] : [`${n} ${v}`];
  });
  return `\n${count(decided.length, 'case')}: ${counts.join(', ')}\n`;
}
