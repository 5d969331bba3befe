/** Answers that say the same of several scenarios, as one statement. */
import type { Answer } from '../../casebook/ask.ts';

export interface Statement {
  readonly says: string;
  readonly agrees: boolean | undefined;
  /** Scenarios, each with what is particular there. */
  readonly at: readonly string[];
}

/** @param quote how a scenario is set off from the text */
export function statements(answers: readonly Answer[], quote: (text: string) => string = (t) => `"${t}"`): Statement[] {
  const bySays = new Map<string, { agrees: boolean | undefined; at: string[] }>();
  for (const { says, at, agrees, detail, changelog } of answers) {
    const one = bySays.get(says) ?? { agrees, at: [] };
    const run =
      changelog && (changelog === 'same' ? 'the run of the changelog' : "another run, no longer than the changelog's");
    const particular = [detail, run].filter(Boolean).join('; ');
    one.at.push(particular === '' ? quote(at) : `${quote(at)} (${particular})`);
    bySays.set(says, one);
  }
  return [...bySays].map(([says, { agrees, at }]) => ({ says, agrees, at }));
}
