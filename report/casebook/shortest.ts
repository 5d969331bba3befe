/** The run that shows most: the shortest that a case has. */
import type { Answer, Shown } from '../../casebook/ask.ts';
import type { Decided } from '../../casebook/decide.ts';

export function shortestShown({ parts, verdict }: Pick<Decided, 'parts' | 'verdict'>): Shown | undefined {
  const answers: readonly Answer[] = parts.flatMap((p) => p.answers);
  // What speaks against a claim counts more than what is as it says.
  const against = verdict === 'refuted' || verdict === 'conditional' ? answers.filter((a) => !a.agrees) : answers;
  const speaking = against.flatMap((a) => a.shown ?? []);
  const shown = speaking.length > 0 ? speaking : answers.flatMap((a) => a.shown ?? []);
  return shown.reduce<Shown | undefined>((a, b) => (a === undefined || lengthOf(b) < lengthOf(a) ? b : a), undefined);
}

const lengthOf = ({ result }: Shown): number => result.trace?.length ?? 0;
