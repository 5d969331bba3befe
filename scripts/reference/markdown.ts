/** What the reference pages are made of. */
export { code, escaped, table } from '../../report/markdown-text.ts';

/** Says of every page where it comes from: whoever edits one by hand would lose that. */
const ORIGIN = '<!-- Generated from the code by `npm run docs`. Do not edit. -->';

export const page = (title: string, ...sections: readonly string[]): string =>
  `${[ORIGIN, `# ${title}`, ...sections.filter((s) => s !== '')].join('\n\n')}\n`;

export const bullets = (items: readonly string[]): string => items.map((i) => `- ${i}`).join('\n');

/** Prose that comes from the code: a bar would end a table's cell, and `<` begin a tag. Back-ticks stay. */
export const prose = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

/** With a full stop; most lines in the code have none. */
export const stopped = (text: string): string => prose(/[.?!]"?$/.test(text) ? text : `${text}.`);

/** As a sentence: lines in the code begin small. */
export const sentence = (text: string): string => stopped(`${text.charAt(0).toUpperCase()}${text.slice(1)}`);
