/** A scene of the model as a script of the guest program. */
import type { Scene, SceneOperation, SceneThread, SceneVma } from '../../model/scene.ts';
import { thpOn } from '../../model/thp.ts';
import { type FileLayout, layoutOf } from './layout.ts';

const MOST_BYTES = 8;
/** Of the guest program: mappings, processes, pages that are looked at; and calls of a process. */
const MOST = 8;

export interface GuestScript {
  readonly lines: readonly string[];
  /** Of a byte of a page's first eight: the token that it stands for. */
  readonly tokens: readonly string[];
}

/** @returns why not, where the guest program has no such thing */
export function scriptOf(scene: Scene): GuestScript | string {
  const tokens = tokensIn(scene);
  if (tokens.length > MOST_BYTES) return `more than ${MOST_BYTES} stores and writes`;
  if (scene.threads.length > MOST || scene.vmas.length > MOST) return `more than ${MOST} processes or mappings`;
  if (scene.threads.some((t) => t.operations.length > MOST)) return `more than ${MOST} calls of a process`;
  const layout = layoutOf(scene);
  const lines = [...(thpOn(scene) ? ['huge'] : []), `before trunc ${layout.end}`];
  // Blocks that follow each other, and that are aligned, are of one allocation; those of holes are free then. Where all are holes,
  // the pages before them keep theirs: whoever allocates one later looks for it at the same distance.
  const allocates = thpOn(scene);
  const from = scene.pages.every((p) => p.initial === 'hole') ? 0 : layout.begin;
  if (allocates) lines.push(`before falloc ${from} ${layout.end - from}`);
  for (const { name, initial } of scene.pages) {
    const { first, count } = layout.of(name);
    if (initial === 'block') lines.push(`before write ${first} ${count} 0`);
    else if (initial === 'unwritten') lines.push(`before falloc ${first} ${count}`);
    else if (allocates) lines.push(`before punch ${first} ${count}`);
  }
  lines.push(`watch ${scene.pages.map((p) => layout.of(p.name).first).join(' ')}`);
  for (const v of scene.vmas) lines.push(mapLine(scene, v, layout));
  for (const thread of scene.threads) {
    const calls: string[] = [];
    for (const operation of thread.operations) {
      const call = CALLS[operation.name]?.(callAt(scene, thread, operation, layout, tokens));
      if (call === undefined) return whyNoCall(operation.name);
      calls.push(call);
    }
    const kind = thread.parent === undefined ? 'process' : 'forked';
    lines.push(`${kind} ${scene.mms.indexOf(thread.mm)} ${calls.join('; ')}`);
  }
  return { lines: [...lines, 'run'], tokens };
}

/** What leaves a byte in a page. */
const tokensIn = ({ threads }: Scene): string[] =>
  threads.flatMap((t) => t.operations.filter((o) => o.name === 'store' || o.name === 'write').map((o) => o.token));

export const letterOfVma = (scene: Scene, id: string): string =>
  String.fromCharCode('a'.charCodeAt(0) + scene.vmas.findIndex((v) => v.id === id));

function mapLine(scene: Scene, v: SceneVma, layout: FileLayout): string {
  const from = layout.of(v.pages[0]!).first;
  const last = layout.of(v.pages.at(-1)!);
  return [
    `map ${letterOfVma(scene, v.id)} ${scene.mms.indexOf(v.mm)}`,
    v.sync ? 'sync' : v.shared ? 'shared' : 'private',
    v.writable ? 'rw' : 'r',
    `${from} ${last.first + last.count - from}`,
    ...(v.unaligned ? ['unaligned'] : []),
    ...(v.copyOf === undefined ? [] : [`copy ${letterOfVma(scene, v.copyOf)}`]),
  ].join(' ');
}

interface CallAt {
  readonly letter: string;
  readonly page: number;
  readonly count: number;
  readonly byte: number;
  readonly layout: FileLayout;
  readonly word: string;
  /** Of fork: the number of the process that begins with it. */
  readonly child: number;
}

function callAt(
  scene: Scene,
  thread: SceneThread,
  { page, pages = page === undefined ? [] : [page], token, word = '', child }: SceneOperation,
  layout: FileLayout,
  tokens: readonly string[],
): CallAt {
  // Of several pages, which follow each other.
  const parts = pages.map((p) => layout.of(p));
  const { first = 0 } = parts[0] ?? {};
  const count = parts.reduce((n, p) => n + p.count, 0);
  return {
    letter: letterOfVma(scene, thread.vma),
    page: first,
    count,
    byte: tokens.indexOf(token),
    layout,
    word,
    child: scene.threads.findIndex((t) => t.id === child),
  };
}

const CALLS: Readonly<Record<string, (at: CallAt) => string>> = {
  load: ({ letter, page }) => `load ${letter} ${page}`,
  store: ({ letter, page, byte }) => `store ${letter} ${page} ${byte}`,
  read: ({ page }) => `read ${page}`,
  write: ({ page, count, byte }) => `write ${page} ${count} ${byte}`,
  fsync: () => 'fsync',
  msync: ({ letter, layout: { begin, end } }) => `msync ${letter} ${begin} ${end - begin}`,
  truncate: ({ page }) => `trunc ${page}`,
  punch: ({ page, count }) => `punch ${page} ${count}`,
  zero: ({ page, count }) => `zero ${page} ${count}`,
  fallocate: ({ page, count }) => `fallocate ${page} ${count}`,
  dontneed: ({ letter, page, count }) => `dontneed ${letter} ${page} ${count}`,
  mprotect: ({ letter, word }) => `mprotect ${letter} ${word === 'ro' ? 'r' : 'rw'}`,
  munmap: ({ letter, page, count }) => `munmap ${letter} ${page} ${count}`,
  fork: ({ child }) => `fork ${child}`,
  freeze: () => 'freeze',
  thaw: () => 'thaw',
  pin: ({ letter, page }) => `pin ${letter} ${page}`,
  unpin: ({ letter, page }) => `unpin ${letter} ${page}`,
};

/** What there is no call for. */
const NO_CALL: Readonly<Record<string, string>> = {
  invalidate:
    'no system call does what the operation invalidate does: invalidate_inode_pages2_range() is called for a DAX file by write(2) only, which holds the lock of the file',
  commit: 'no call commits a transaction and does nothing else',
};

const whyNoCall = (name: string): string => NO_CALL[name] ?? `the guest program has nothing for the operation ${name}`;
