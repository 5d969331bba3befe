/** What a case file writes: a claim or a bug, and the questions that decide it. Nothing here says what the answer is. */
import type { Ask } from './ask.ts';

/** Why a claim is not decided by exploring. */
export type Reason =
  /** Of design, style, process or performance in seconds: no run of a kernel shows it true or false. */
  | 'no question of behaviour'
  /** The model leaves out what it speaks of, on purpose. */
  | 'out of scope'
  /** The model will have what it speaks of, and has not yet. */
  | 'not modelled yet';

export interface Undecided {
  readonly reason: Reason;
  /** Why, in a sentence. */
  readonly because: string;
}

interface Common {
  /** `S1.3`, `C12`. */
  readonly id: string;
  /** What exploring showed beside the verdict, followed through the source. */
  readonly note?: string;
}

export interface Claim extends Common {
  readonly kind: 'claim';
  readonly who: string;
  /** In one line, in the speaker's words where they are short. */
  readonly claim: string;
  /** What the claim is taken to say of the model: what the questions below ask. */
  readonly means?: string;
  /**
   * Questions, each with the answer that the claim gives. By condition (`pte-special=on`): the claim may hold under some
   * and not under others.
   */
  readonly asks?: readonly Ask[] | Readonly<Record<string, readonly Ask[]>>;
  readonly undecided?: Undecided;
}

export interface Bug extends Common {
  readonly kind: 'bug';
  /** Commit and subject. */
  readonly claim: string;
  readonly who?: undefined;
  readonly means?: string;
  /** What the design before the fix does wrong. Found: each is answered so. */
  readonly before?: readonly Ask[];
  /** What the design with the fix does right. */
  readonly after?: readonly Ask[];
  readonly undecided?: Undecided;
}

export type Case = Claim | Bug;

/** One discussion. */
export interface Chapter {
  /** Heading of its part of the ledger. */
  readonly title: string;
  readonly cases: readonly Case[];
}

/** Checks the types of a claim. */
export const claim = (
  id: string,
  who: string,
  text: string,
  rest: Omit<Claim, 'kind' | 'id' | 'who' | 'claim'>,
): Claim => ({
  kind: 'claim',
  id,
  who,
  claim: text,
  ...rest,
});

export const undecided = (reason: Reason, because: string): { readonly undecided: Undecided } => ({
  undecided: { reason, because },
});

/** Checks the types of a bug. */
export const defineBug = (bug: Omit<Bug, 'kind'>): Bug => ({ kind: 'bug', ...bug });
