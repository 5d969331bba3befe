/** What exploring says today. A change here is a change of the model or of a case: say in the commit which and why. */
import type { CaseVerdict } from '../../casebook/decide.ts';

const lists: Readonly<Record<CaseVerdict, string>> = {
  holds: `
    S0.1 S0.3 S0.4 S0.8 S0.9
  `,
  refuted: ``,
  conditional: `
    S0.2 S0.5 S0.6 S0.7 S0.10 S0.11 S0.12 S0.13 S0.14
  `,
  found: `
    C01 C04 C05 C08 C10 C12 C13 C37 C39
  `,
  'not-found': ``,
  undecided: ``,
};

export const EXPECTED: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(lists).flatMap(([verdict, ids]) =>
    ids
      .split(/\s+/)
      .filter((id) => id !== '')
      .map((id) => [id, verdict]),
  ),
);
