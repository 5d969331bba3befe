/** What the sources say of themselves in comments: gone when a program runs, so read from the text. */
import { readdirSync, readFileSync } from 'node:fs';
import { PACKAGE_ROOT } from '../../verify/package-root.ts';

export const sourceOf = (file: string): string => readFileSync(new URL(file, PACKAGE_ROOT), 'utf8');

/** Modules in a folder and below it, without `.ts`. */
export const modulesIn = (folder: string): string[] =>
  readdirSync(new URL(`${folder}/`, PACKAGE_ROOT), { recursive: true, encoding: 'utf8' })
    .filter((f) => f.endsWith('.ts'))
    .map((f) => f.replaceAll('\\', '/').replace(/\.ts$/, ''))
    .sort();

const COMMENT = String.raw`/\*\*((?:[^*]|\*(?!/))*)\*/`;

const plain = (comment: string): string => comment.replace(/\s*\n\s*\*\s*/g, ' ').replace(/^\s*\*?\s+|\s+$/g, '');
/** Without what follows it. */
const firstSentence = (text: string): string => /^.*?(?<!e\.g)[.?!](?=\s+[A-Z`@]|$)/.exec(text)?.[0] ?? text;

/** The first sentence of the comment that a file begins with. */
export const headerOf = (source: string): string =>
  firstSentence(plain(new RegExp(`^(?:#!.*\\n)?${COMMENT}`).exec(source)?.[1] ?? ''));

/** The first sentence on an exported name: its comment, or what stands behind it on its line. */
export function commentOn(name: string, source: string): string {
  const declared = `export (?:async )?(?:const|function|class|interface|type) ${name}\\b`;
  const before = new RegExp(`${COMMENT}\\n${declared}`).exec(source)?.[1];
  const behind = new RegExp(`^${declared}.*; // (.*)$`, 'm').exec(source)?.[1];
  return firstSentence(plain(behind ?? before ?? '').replace(/^@.*/, ''));
}

/** Exported values and functions. */
export const exportedValues = (source: string): string[] =>
  [...source.matchAll(/^export (?:async )?(?:const|function|class) (\w+)/gm)].map((m) => m[1]!);

/** Exported types. */
export const exportedTypes = (source: string): string[] =>
  [...source.matchAll(/^export (?:interface|type) (\w+)/gm)].map((m) => m[1]!);

/** The events of a component: members `{ readonly type: 'SET'; … }` of its type `…Event`. */
export function eventsOf(source: string): string[] {
  const [, union = ''] = /^export type \w+Event =\n?([\s\S]*?);\n\n/m.exec(source) ?? [];
  const types = [...union.matchAll(/type: ((?:'\w+'(?: \| )?)+)/g)].flatMap((m) => m[1]!.split(' | '));
  return [...new Set(types.map((t) => t.replaceAll("'", '')))];
}
