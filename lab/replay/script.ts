/** A scene of the model as a script of the guest program. */
import type { Scene, SceneThread, SceneVma } from '../../model/scene.ts';

/** The model's first page is the file's second: tags of an entry that is alone in a tree are kept elsewhere. */
export const FIRST_PAGE = 1;
const MOST_BYTES = 8;

export interface GuestScript {
  readonly lines: readonly string[];
  /** Of a byte of a page's first eight: the token that it stands for. */
  readonly tokens: readonly string[];
}

/** @returns why not, where the guest program has no such thing */
export function scriptOf(scene: Scene): GuestScript | string {
  const tokens = tokensIn(scene);
  if (tokens.length > MOST_BYTES) return `more than ${MOST_BYTES} stores and writes`;
  if (scene.forks) return 'fork(2)';
  const part = scene.vmas.find((v) => v.pages.length < scene.pages.length);
  if (part) return `a mapping of a part of the file (${part.id})`;
  const pages = FIRST_PAGE + scene.pages.length;
  const lines = [`before trunc ${pages}`];
  for (const { index, initial } of scene.pages) {
    const page = FIRST_PAGE + index;
    if (initial === 'block') lines.push(`before write ${page} 1 0`);
    else if (initial === 'unwritten') lines.push(`before falloc ${page} 1`);
    else if (initial !== 'hole') return `a page that begins as ${initial}`;
  }
  for (const v of scene.vmas) lines.push(mapLine(scene, v, pages));
  for (const thread of scene.threads) {
    const calls: string[] = [];
    for (const { name, page, token, word } of thread.operations) {
      const call = CALLS[name]?.({
        letter: letterOf(scene, thread),
        page: FIRST_PAGE + scene.pages.findIndex((p) => p.name === page),
        byte: tokens.indexOf(token),
        pages,
        word: word ?? '',
      });
      if (call === undefined) return `the operation ${name}`;
      calls.push(call);
    }
    lines.push(`process ${scene.mms.indexOf(thread.mm)} ${calls.join('; ')}`);
  }
  return { lines: [...lines, 'run'], tokens };
}

/** What leaves a byte in a page. */
const tokensIn = ({ threads }: Scene): string[] =>
  threads.flatMap((t) => t.operations.filter((o) => o.name === 'store' || o.name === 'write').map((o) => o.token));

export const letterOfVma = (scene: Scene, id: string): string =>
  String.fromCharCode('a'.charCodeAt(0) + scene.vmas.findIndex((v) => v.id === id));
const letterOf = (scene: Scene, { vma }: SceneThread): string => letterOfVma(scene, vma);

const mapLine = (scene: Scene, { id, mm, shared, writable }: SceneVma, pages: number): string =>
  `map ${letterOfVma(scene, id)} ${scene.mms.indexOf(mm)} ${shared ? 'shared' : 'private'} ${writable ? 'rw' : 'r'} ${pages}`;

interface CallAt {
  readonly letter: string;
  readonly page: number;
  readonly byte: number;
  readonly pages: number;
  readonly word: string;
}

const CALLS: Readonly<Record<string, (at: CallAt) => string>> = {
  load: ({ letter, page }) => `load ${letter} ${page}`,
  store: ({ letter, page, byte }) => `store ${letter} ${page} ${byte}`,
  read: ({ page }) => `read ${page}`,
  write: ({ page, byte }) => `write ${page} ${byte}`,
  fsync: () => 'fsync',
  msync: ({ letter, pages }) => `msync ${letter} 0 ${pages}`,
  truncate: ({ page }) => `trunc ${page}`,
  punch: ({ page }) => `punch ${page} 1`,
  dontneed: ({ letter, page }) => `dontneed ${letter} ${page} 1`,
  mprotect: ({ letter, word }) => `mprotect ${letter} ${word === 'ro' ? 'r' : 'rw'}`,
  munmap: ({ letter, page }) => `munmap ${letter} ${page}`,
};
