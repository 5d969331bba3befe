/** Two sides at once: each is a process of its own, which does what the side calls one after the other. */
import type { Call } from './script.ts';
import type { Stage } from './stage.ts';
import { child, fallocated, mmap, readWriteTexts } from './translate-call.ts';
import type { SideTurn } from './translated.ts';

/** @returns undefined where a call is no operation of the model, or the file has pages that the model's has not */
export function turnsOfSides(stage: Stage, { sides }: Extract<Call, { kind: 'par' }>): SideTurn[][] | undefined {
  if (stage.pages.hasMore) return undefined;
  const size = stage.size!;
  const turns = sides.map((calls) => side(stage, calls, size));
  // What a side takes away is there until both have been read.
  for (const c of sides.flat()) if (c.kind === 'munmap') stage.cast.mappings.delete(c.mapping);
  return turns.every((t) => t !== undefined) ? turns : undefined;
}

function side(stage: Stage, calls: readonly Call[], size: number): SideTurn[] | undefined {
  const { cast } = stage;
  const [first] = calls;
  // What its parent does after fork(2) the child would do, too.
  if (first?.kind === 'child') return calls.length > 1 ? undefined : childSide(stage, first.call);
  const letters = new Set(calls.flatMap((c) => ('mapping' in c ? [c.mapping] : [])));
  if (letters.size > 1) return undefined;
  const [letter] = letters;
  if (first?.kind === 'mmap') return calls.length > 1 ? undefined : populatingSide(stage, first);
  const texts = calls.map((c) => operationsOf(stage, c, size));
  if (!texts.every((t) => t !== undefined && t.length > 0)) return undefined;
  const process = cast.begin(letter === undefined ? '' : cast.mappings.get(letter)!.attributes);
  if (letter !== undefined && !cast.processOf.has(letter)) cast.processOf.set(letter, cast.idOf(process));
  return calls.flatMap((c, call) =>
    texts[call]!.map(
      (text, n): SideTurn => ({
        ...cast.take(process, text),
        ...(n === 0 && { call }),
        ...((c.kind === 'store' || c.kind === 'write') && { byte: c.byte }),
      }),
    ),
  );
}

/** The mapping is there from the beginning in the model, where nobody can tell it from none. */
function populatingSide(stage: Stage, call: Extract<Call, { kind: 'mmap' }>): SideTurn[] | undefined {
  if (!call.how.includes('populate') || stage.huge) return undefined;
  const turns = mmap(stage, call);
  return typeof turns === 'string' ? undefined : turns.map((t, n) => ({ ...t, ...(n === 0 && { call: 0 }) }));
}

function childSide(stage: Stage, call: Call): SideTurn[] | undefined {
  const turns = child(stage, call);
  if (typeof turns === 'string') return undefined;
  const [fork, access, exit] = turns;
  return [fork!, { ...access!, call: 0 }, exit!];
}

function operationsOf(stage: Stage, call: Call, size: number): readonly string[] | undefined {
  const texts = operationTexts(stage, call, size);
  if (call.kind === 'truncate') stage.size = call.pages;
  if (call.kind === 'write') stage.size = Math.max(stage.size!, call.page + call.pages);
  return texts;
}

/**
 * One call as operations of the model: one for each page, where the model's is of one page (a write(2) of several is one). What
 * others do between them it then allows, too. @param size of the file when the sides begin
 */
function operationTexts(stage: Stage, call: Call, size: number): readonly string[] | undefined {
  const { pages } = stage;
  switch (call.kind) {
    case 'load':
    case 'store':
      return pages.namesIn(call.page, 1).map((p) => `${call.kind} ${p}`);
    case 'falloc':
    case 'zero':
      if (call.page + call.pages > size) return undefined;
      return pages.namesIn(call.page, call.pages).map((p) => `${fallocated(call.kind)} ${p}`);
    case 'read':
    case 'write':
      return readWriteTexts(stage, call);
    case 'punch':
    case 'dontneed':
      return pages.namesIn(call.page, call.pages).map((p) => `${call.kind} ${p}`);
    case 'munmap':
      return pages.names.map((p) => `munmap ${p}`);
    case 'truncate':
      return cutBy(call.pages, size, pages.nameBehind(call.pages));
    case 'fsync':
    case 'msync':
      return [call.kind];
    case 'mprotect':
      return [`mprotect ${call.to}`];
    default:
      return undefined;
  }
}

/** To fewer pages; to more none is cut. */
const cutBy = (to: number, size: number, page: string | undefined): readonly string[] =>
  to >= size || page === undefined ? [] : [`truncate ${page}`];
