/**
 * What a page of the documentation promises, as its fenced blocks. The word after the fence says what a block is:
 *
 * - `sh`: commands. All succeed, but for the last one where `exit=N` follows. `any`: each is a command of its own that
 *   may also exit with 1. `watch`: the command runs on in the background until the page's next commands.
 * - `text`: what the block of commands before it printed. A line `...` stands for any number of lines.
 * - `ts file=NAME`: a file, written before what comes after it. `yaml file=NAME`, `json file=NAME`: the same.
 * - `diff file=NAME`: a change to a file.
 *
 * Other blocks are only read: those without a word after the fence, and `ts` without a name.
 */

export interface Block {
  readonly kind: 'sh' | 'text' | 'file' | 'diff';
  /** `exit=1`, `file=x.ts`: by name; a bare word stands for itself. */
  readonly options: Readonly<Record<string, string>>;
  readonly text: string;
  /** Of the first line of its text, from 1. */
  readonly line: number;
}

const FENCE = /^```(\S*)[ \t]*(.*)\n([\s\S]*?)^```$/gm;

export function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(FENCE)].flatMap((m) => {
    const [, language, info = '', text = ''] = m;
    const options = Object.fromEntries(info.split(/\s+/).flatMap((o) => (o === '' ? [] : [pair(o)])));
    const kind = kindOf(language!, options);
    const line = markdown.slice(0, m.index).split('\n').length + 1;
    return kind ? [{ kind, options, text, line }] : [];
  });
}

function pair(option: string): [string, string] {
  const at = option.indexOf('=');
  return at < 0 ? [option, option] : [option.slice(0, at), option.slice(at + 1)];
}

function kindOf(language: string, options: Readonly<Record<string, string>>): Block['kind'] | undefined {
  if (language === 'sh' || language === 'text') return language;
  if (options.file === undefined) return undefined;
  return language === 'diff' ? 'diff' : 'file';
}

/** Applies the changed lines of a unified diff; `@@` lines only separate places. @throws where a place is not found once */
export function patched(source: string, diff: string): string {
  return diff.split(/^@@.*\n/m).reduce((text, hunk) => {
    // An empty line of context has often lost its blank.
    const lines = hunk
      .split('\n')
      .slice(0, -1)
      .map((l) => l || ' ');
    if (lines.every((l) => l === ' ')) return text;
    const side = (left: string): string =>
      lines
        .filter((l) => l.startsWith(' ') || l.startsWith(left))
        .map((l) => `${l.slice(1)}\n`)
        .join('');
    const [before, after] = [side('-'), side('+')];
    const [head, tail, ...more] = text.split(before);
    if (tail === undefined || more.length > 0)
      throw new Error(`the diff fits ${tail === undefined ? 'no' : 'more than one'} place:\n${before}`);
    return `${head}${after}${tail}`;
  }, source);
}
