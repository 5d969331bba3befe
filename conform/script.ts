/** The operations of the lab's scripts: what they act on, in pages. */

/** Sizes and offsets are pages unless a letter says otherwise. @returns pages; undefined for what is no whole number of them */
export function pagesIn(word: string): number | undefined {
  const found = /^(0x[0-9a-f]+|\d+)([kmpb]?)$/i.exec(word);
  if (!found) return undefined;
  const pages = Number(found[1]) * PAGES[found[2]!]!;
  return Number.isInteger(pages) ? pages : undefined;
}

const PAGES: Readonly<Record<string, number>> = { '': 1, p: 1, k: 1 / 4, m: 256, b: 1 / 4096 };

/** What one line of a script asks for; `null`: something that is not known here. */
export type Call =
  | { readonly kind: 'load' | 'store'; readonly mapping: string; readonly page: number; readonly byte: number }
  | {
      readonly kind: 'read' | 'write';
      readonly page: number;
      readonly pages: number;
      readonly byte: number;
      /** One write(2) of all pages, not one for each. */
      readonly once?: true;
    }
  | { readonly kind: 'truncate'; readonly pages: number }
  | { readonly kind: 'punch' | 'falloc' | 'zero'; readonly page: number; readonly pages: number }
  | { readonly kind: 'fsync' }
  | { readonly kind: 'msync' | 'dontneed'; readonly mapping: string; readonly page: number; readonly pages: number }
  | { readonly kind: 'mmap'; readonly mapping: string; readonly pages: number; readonly how: readonly string[] }
  | { readonly kind: 'munmap'; readonly mapping: string }
  | { readonly kind: 'mprotect'; readonly mapping: string; readonly to: 'ro' | 'rw' }
  /** One call in a child that is forked for it and exits. */
  | { readonly kind: 'child'; readonly call: Call }
  /** Two sides at once; each makes its calls one after the other. */
  | { readonly kind: 'par'; readonly sides: readonly [readonly Call[], readonly Call[]] }
  /** It only shows something, or sets how a mapping is looked at. */
  | { readonly kind: 'shows' }
  | { readonly kind: 'nohuge'; readonly mapping: string };

type Reader = (words: readonly string[]) => Call | null;
const byteIn = (word: string | undefined, otherwise: number): number =>
  word === undefined ? otherwise : Number(word) & 0xff;

/** @param make the call, if all these words are pages */
function withPages(words: readonly (string | undefined)[], make: (pages: readonly number[]) => Call): Call | null {
  const pages = words.map((w) => pagesIn(w ?? ''));
  return pages.every((p) => p !== undefined) ? make(pages) : null;
}

const access =
  (kind: 'load' | 'store'): Reader =>
  ([mapping = '', page, byte]) =>
    withPages([page], ([p]) => ({ kind, mapping, page: p!, byte: byteIn(byte, 1) }));
const ofFile =
  (kind: 'punch' | 'falloc' | 'zero'): Reader =>
  ([page, pages]) =>
    withPages([page, pages], ([p, n]) => ({ kind, page: p!, pages: n! }));
const ofMapping =
  (kind: 'msync' | 'dontneed'): Reader =>
  ([mapping = '', page, pages]) =>
    withPages([page, pages], ([p, n]) => ({ kind, mapping, page: p!, pages: n! }));
const written =
  (facts: { readonly once?: true }): Reader =>
  ([page, pages, byte]) =>
    withPages([page, pages], ([p, n]) => ({ kind: 'write', page: p!, pages: n!, byte: byteIn(byte, 0x55), ...facts }));
const shows: Reader = () => ({ kind: 'shows' });

const READERS: Readonly<Record<string, Reader>> = {
  ld: access('load'),
  st: access('store'),
  read: ([page]) => withPages([page], ([p]) => ({ kind: 'read', page: p!, pages: 1, byte: 0 })),
  write: written({}),
  writev: written({ once: true }),
  trunc: ([size]) => withPages([size], ([n]) => ({ kind: 'truncate', pages: n! })),
  punch: ofFile('punch'),
  falloc: ofFile('falloc'),
  zero: ofFile('zero'),
  fsync: () => ({ kind: 'fsync' }),
  fdatasync: () => ({ kind: 'fsync' }),
  msync: ofMapping('msync'),
  dontneed: ofMapping('dontneed'),
  // The offset has to be 0.
  mmap: ([mapping = '', offset, length, ...how]) =>
    offset === '0' ? withPages([length], ([n]) => ({ kind: 'mmap', mapping, pages: n!, how })) : null,
  munmap: ([mapping = '']) => ({ kind: 'munmap', mapping }),
  mprotect: ([mapping = '', to]) => ({ kind: 'mprotect', mapping, to: to === 'r' ? 'ro' : 'rw' }),
  child: (words) => {
    const call = readCall(words);
    return call && { kind: 'child', call };
  },
  par: (words) => {
    const plain = words.filter((w) => !w.startsWith('~'));
    const at = Math.max(plain.indexOf('|'), 0);
    const sides = [callsIn(plain.slice(0, at)), callsIn(plain.slice(at + 1))] as const;
    return sides[0] && sides[1] && { kind: 'par', sides: [sides[0], sides[1]] };
  },
  fiemap: shows,
  watch: shows,
  nohuge: ([mapping = '']) => ({ kind: 'nohuge', mapping }),
};

/** The calls of one side of a race. */
function callsIn(words: readonly string[]): Call[] | null {
  const calls = words
    .join(' ')
    .split(' ; ')
    .map((text) => readCall(text.split(' ')));
  return calls.every((c) => c !== null) ? calls : null;
}

/** What the words of a line ask for; null: nothing that is known here. */
export function readCall([name = '', ...words]: readonly string[]): Call | null {
  return READERS[name]?.(words) ?? null;
}
