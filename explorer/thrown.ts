/** What foreign code threw, and where, as text that can be printed. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Site, sitesIn } from './site.ts';

const LONGEST = 300;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a terminal
const CONTROL = /[\u0000-\u001f\u007f-\u009f]+/g;

/** One line of printable text. */
export function printable(text: string): string {
  const line = text.replace(CONTROL, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/**
 * The first line of what was thrown, whatever it was (a string, null, an object whose toString() throws), and the place
 * in a file of the user's where it was thrown, if it is known: `x is not defined (my-design.ts:12:5)`.
 * @param preface what stands before the message proper
 */
export function thrownText(thrown: unknown, preface?: RegExp): string {
  try {
    const whole = String(thrown instanceof Error ? thrown.message || thrown.name : thrown);
    const text = preface ? whole.replace(preface, '') : whole;
    const at = ownPlace(thrown);
    return `${printable(text.split('\n', 1)[0]!) || 'nothing that has a text'}${at === undefined ? '' : ` (${at})`}`;
  } catch {
    return 'something that has no text';
  }
}

/** The checker itself: this file's parent folder, in the sources as in what is built of them. */
const CHECKER = fileURLToPath(new URL('../', import.meta.url));
/** What Node puts above the line of a module that it cannot link. */
const UNLINKED = /^file:\/\/.+:\d+$/;

/** The innermost place in a stack that is neither the checker's nor an installed package's: `my-design.ts:12:5`. */
export function ownPlace(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const stack = String(thrown.stack);
  const first = stack.split('\n', 1)[0]!;
  // What a message says is no frame, whatever it looks like.
  const frames = stack.slice(Math.max(0, stack.indexOf(thrown.message)) + thrown.message.length);
  const linked = UNLINKED.test(first) ? `at ${first}:1` : '';
  const own = ({ file }: Site): boolean => !file.startsWith(CHECKER) && !file.includes('/node_modules/');
  const site = sitesIn(`${linked}\n${frames}`).find(own);
  if (!site) return undefined;
  const near = relative(process.cwd(), site.file);
  return `${printable(near.startsWith('..') ? site.file : near)}:${site.line}:${site.column}`;
}
