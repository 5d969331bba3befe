/** What exploring says today. A change here is a change of the model or of a case: say in the commit which and why. */
import type { CaseVerdict } from '../../casebook/decide.ts';

const lists: Readonly<Record<CaseVerdict, string>> = {
  holds: `
    S0.1 S0.3 S0.4 S0.8 S0.9 S1.1 S1.2 S1.3 S1.9 S1.10 S1.11 S1.12 S1.13 S1.15 S2.1 S2.2 S2.3 S2.4 S2.5 S2.6 S2.7 S2.8
    S2.10 S2.12 S2.13 S2.14 S2.15 S2.16 S2.17 S2.22 S2.26 S2.32 S2.33 S2.34 S2.36 S2.37 S2.38 S3.1 S3.3 S3.4 S3.5 S3.6 S3.8
    S3.10 S4.2 S4.3 S4.4 S4.5 S4.6 S4.7 S4.8 S4.9 S4.10 S4.11 S4.12 S4.14
  `,
  refuted: `
    S1.5 S1.16 S2.30 S2.40 S3.2
  `,
  conditional: `
    S0.2 S0.5 S0.6 S0.7 S0.10 S0.11 S0.12 S0.13 S0.14 S1.4 S1.7 S1.8 S1.18 S2.11 S2.18 S2.19 S2.20 S2.23 S2.24
    S2.25 S2.28 S2.35 S2.39 S2.41 S2.42 S3.9 S3.7 S3.11 S4.1 S4.13 S4.16
  `,
  found: `
    C01 C02 C03 C04 C05 C06 C07 C08 C10 C12 C13 C15 C18 C19 C22 C23 C25 C26 C29 C30 C36 C37 C39 C41 C45 C46 C47 C48 C49 C50
    C51 C52 C53
  `,
  'not-found': '',
  undecided: `
    S1.6 S1.14 S2.9 S2.21 S2.27 S2.29 S2.31 S2.43 S4.15 C20 C31 C32 C35 C38 C40
  `,
};

export const EXPECTED: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(lists).flatMap(([verdict, ids]) =>
    ids
      .split(/\s+/)
      .filter((id) => id !== '')
      .map((id) => [id, verdict]),
  ),
);
