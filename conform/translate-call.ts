/** One call of the lab, alone, as turns of processes of the model. */
import { MOST_SPACES } from './cast.ts';
import type { Call } from './script.ts';
import type { Stage } from './stage.ts';
import type { TableOperation } from './table.ts';
import type { Turn } from './translated.ts';

/** Or why the model has no such operation. */
type Turns = Turn[] | string;

const SECOND_RANGE = 'a second 2 MiB range';

/** What the model calls it. */
export const fallocated = (kind: string): string => (kind === 'falloc' ? 'fallocate' : kind);

/** @returns what the processes of the model do for one call of the lab, or why the model cannot */
export function turnsOfCall(stage: Stage, call: Call, recorded: TableOperation): Turns {
  const { cast, pages } = stage;
  switch (call.kind) {
    case 'shows':
      return [];
    case 'nohuge':
      return cast.mappings.size > 1 ? 'madvise(MADV_NOHUGEPAGE) of one mapping of several' : [];
    case 'mmap':
      return mmap(stage, call);
    case 'load':
    case 'store':
      return access(stage, call, recorded);
    case 'child':
      return child(stage, call.call);
    case 'par':
      return 'two sides at once with a call that is none of the model, or on a file of more than 2 MiB';
    case 'read':
    case 'write':
      return readWrite(stage, call);
    case 'truncate':
      return truncate(stage, call.pages);
    case 'punch':
    case 'falloc':
    case 'zero':
      return fallocate(stage, call);
    case 'fsync':
      return [cast.take(cast.fileProcess, 'fsync')];
    case 'msync':
      return [cast.take(cast.processFor(call.mapping), 'msync')];
    case 'dontneed':
      return pages.namesIn(call.page, call.pages).map((p) => cast.take(cast.processFor(call.mapping), `dontneed ${p}`));
    case 'mprotect':
      return [cast.take(cast.processFor(call.mapping), `mprotect ${call.to}`)];
    case 'munmap':
      return munmap(stage, call.mapping);
  }
}

export function mmap(stage: Stage, { mapping, pages, how }: Extract<Call, { kind: 'mmap' }>): Turns {
  const { cast, huge, attempts } = stage;
  const kind = [
    how.includes('private') && 'private',
    how[1] === 'r' && 'ro',
    how.includes('sync') && 'sync',
    // So is one that is too small: a fault attempts a PMD, and falls back.
    (attempts || (huge && how.includes('unal'))) && 'unaligned',
  ]
    .filter(Boolean)
    .join(', ');
  const space = cast.spaceFor(kind, how.includes('other'));
  if (space > MOST_SPACES) return 'more mappings of a kind than the model has address spaces';
  const words = [space > 1 ? `mm${space}` : '', kind].filter((w) => w !== '').join(', ');
  const attributes = words === '' ? '' : `[${words}] `;
  const hasCopies = how.includes('private') && !how.includes('other');
  cast.mappings.set(mapping, { attributes, space, hasCopies });
  cast.processOf.delete(mapping);
  if (!how.includes('populate')) return [];
  if (huge) return 'mmap(MAP_POPULATE) of huge pages';
  const turns = populated(stage, attributes, pages);
  if (turns[0]) cast.processOf.set(mapping, turns[0].process);
  return turns;
}

/**
 * Page by page, by a process of its own, up to the first page behind the end, of whose signal mmap(2) tells nothing.
 * __get_user_pages() then returns how many pages it has got, if it has any, and __mm_populate() tries that page once more.
 */
function populated({ cast, pages, size: given }: Stage, attributes: string, count: number): Turn[] {
  const size = given!;
  const fails = size < count ? pages.namesIn(size, 1) : [];
  const calls = [[...pages.namesIn(0, Math.min(count, size)), ...fails], size > 0 ? fails : []];
  return calls
    .filter((names) => names.length > 0)
    .flatMap((names) => {
      const process = cast.begin(attributes);
      return names.map((p) => cast.take(process, `populate ${p}`));
    });
}

function fallocate(
  { cast, pages: file, size }: Stage,
  { kind, page, pages }: Extract<Call, { kind: 'punch' | 'falloc' | 'zero' }>,
): Turns {
  if (kind !== 'punch' && page + pages > size!) return 'fallocate(2) that makes the file longer';
  return file.namesIn(page, pages).map((p) => cast.take(cast.fileProcess, `${fallocated(kind)} ${p}`));
}

function access(
  { cast, pages }: Stage,
  { kind, mapping, page, byte }: Extract<Call, { kind: 'load' | 'store' }>,
  recorded: TableOperation,
): Turns {
  const name = pages.nameIfKnown(page);
  if (name === undefined) return SECOND_RANGE;
  const turn = cast.take(cast.processFor(mapping), `${kind} ${name}`);
  // It is over after a signal.
  if (recorded.result.rc.startsWith('SIG')) delete cast.mappings.get(mapping)!.process;
  return [{ ...turn, ...(kind === 'store' && { byte }) }];
}

/** A process of its own forks the child: what the child does is all that it still has to do. */
export function child({ cast, pages }: Stage, call: Call): Turns {
  if (call.kind !== 'load' && call.kind !== 'store') return `fork(2) and ${call.kind} in the child`;
  const name = pages.nameIfKnown(call.page);
  const mapping = cast.mappings.get(call.mapping);
  if (name === undefined || !mapping) return SECOND_RANGE;
  // fork(2) write-protects the private pages of the whole process, and the model's those of one of its address spaces.
  if ([...cast.mappings.values()].some((m) => m.hasCopies && m.space !== mapping.space)) {
    return 'fork(2) beside a private mapping that the model has in another address space';
  }
  const forks = cast.begin(mapping.attributes);
  const parent = cast.take(forks, 'fork');
  forks.operations.push(`${call.kind} ${name}`, 'exit');
  cast.processOf.set(call.mapping, cast.processOf.get(call.mapping) ?? parent.process);
  const process = `${parent.process}c1`;
  return [
    parent,
    { process, position: 0, ...(call.kind === 'store' && { byte: call.byte }) },
    { process, position: 1 },
  ];
}

type ReadWrite = Extract<Call, { kind: 'read' | 'write' }>;

/** As operations of the model: one for each call of the lab's process. */
export function readWriteTexts({ pages: file }: Stage, { kind, page, pages, once }: ReadWrite): readonly string[] {
  const names = file.namesIn(page, pages);
  if (once && names.length > 0) return [`${kind} ${names.join('+')}`];
  return names.map((p) => `${kind} ${p}`);
}

function readWrite(stage: Stage, call: ReadWrite): Turn[] {
  const { cast } = stage;
  const { kind, page, pages, byte } = call;
  if (kind === 'write') stage.size = Math.max(stage.size!, page + pages);
  return readWriteTexts(stage, call).map((text) => ({
    ...cast.take(cast.fileProcess, text),
    ...(kind === 'write' && { byte }),
  }));
}

function truncate(stage: Stage, pages: number): Turns {
  const { cast } = stage;
  const old = stage.size!;
  const now = stage.pages.nameBehind(pages);
  if (pages > old && now === undefined) return 'truncate(2) that makes the file longer';
  stage.size = pages;
  if (now !== undefined) return [cast.take(cast.fileProcess, `truncate ${now}`)];
  // It unmaps the whole file, but the model has nothing there to cut off.
  return cast.mappings.size > 0 ? 'truncate(2) to where none of its pages begins' : [];
}

function munmap({ cast, pages }: Stage, mapping: string): Turn[] {
  const turns = pages.names.map((p) => cast.take(cast.processFor(mapping), `munmap ${p}`));
  cast.mappings.delete(mapping);
  return turns;
}
