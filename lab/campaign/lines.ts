/** Patterns over the lines of a run, in the form of judge.ts: `T1 punch dax_writeback_one: lock_slot() | entry.a: … -> …`. */

const raw = String.raw;
/** A process, and its operation. */
export const SOMEBODY = raw`\w+ \w+ `;
/** Another process than that of the first line, which begins with `THE_ONE`. */
export const THE_ONE = raw`(\w+) `;
export const ANOTHER = raw`(?!\1 )\w+ `;
export const THE_SAME = raw`\1 `;

/** Lines that begin like this, one after the other, with any others between. */
export const inOrder = (...begins: readonly string[]): RegExp =>
  new RegExp(begins.map((b) => raw`^(?:${b})[^\n]*\n`).join(raw`(?:[^\n]*\n)*?`), 'm');
