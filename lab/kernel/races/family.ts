/** Pairs of sides, and the states that they begin from. */

export interface Family {
  /** Before the names of its races. */
  readonly name: string;
  /** By the state's name, what is done first. */
  readonly states: Readonly<Record<string, readonly string[]>>;
  readonly pairs: readonly (readonly [string, string])[];
  /** What is done when both sides have come to their end. */
  readonly after?: readonly string[];
}

/** The other side does the same with a byte of its own. */
const ITS_OWN: Readonly<Record<string, string>> = {
  'st a 1 5': 'st a 1 6',
  'write 1 1 0x55': 'write 1 1 0x66',
  'writev 0 2 0x55': 'writev 0 2 0x66',
  'st b 1 5': 'st b 1 6',
};
const own = (call: string): string => ITS_OWN[call] ?? call;

/** Each with each, and with itself. */
export const together = (calls: readonly string[]): [string, string][] =>
  calls.flatMap((one, n) => calls.slice(n).map((other): [string, string] => [one, own(other)]));
/** Each of these with each of those. */
export const each = (these: readonly string[], those: readonly string[]): [string, string][] =>
  these.flatMap((one) => those.map((other): [string, string] => [one, own(other)]));
