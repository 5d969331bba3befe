/**
 * ext4_iomap_begin() of a whole 2 MiB range, for PMD faults: the extent that the range begins in. What it says is of use only
 * if the extent reaches over all of the range, and its blocks lie aligned; a store has allocated or converted the part that
 * it was told of even if not.
 */
import {
  type Act,
  type Alternative,
  type Look,
  otherwise,
  type StateConfig,
  step,
  when,
} from '../../explorer/chart.ts';
import { block, isFree } from '../entries/block.ts';
import { extent } from '../entries/extent.ts';
import { cachedAfter, followsOn, mapsBlocks } from '../es-cache.ts';
import type { Here } from '../here.ts';
import { startJournal, underHandle } from '../journal.ts';
import { mark } from '../marks.ts';
import type { IomapParts } from '../parts.ts';
import { mapping } from '../registers.ts';
import { SLEEP } from '../sections.ts';
import { allocate, convertPages, zeroout } from './ext4_iomap_begin.ts';

type State = 'HOLE' | 'UNWRITTEN' | 'WRITTEN';

export const ownBlock = (page: string): string => `blk.${page}`;

/**
 * The pages of the first extent, or hole; with es-cache=on as far as the cache has it once it was looked up. @param names what is
 * asked for
 */
export function firstRun(
  s: Pick<Look, 'read'>,
  here: Here,
  names: readonly string[] = here.allPages,
): { state: State; pages: readonly string[] } {
  const { state } = s.read(extent(names[0]!));
  const cached = here.esCache ? cachedAfter(s, here, { asked: names }) : undefined;
  let end = 1;
  while (end < names.length && followsOn(s, names, end) && (cached?.has(names[end]!) ?? true)) end++;
  return { state, pages: names.slice(0, end) };
}

/** Whether the range is one extent whose first block is aligned: dax_pmd_insert_mapping() looks at the pfn. */
export const isHugeExtent = (s: Pick<Look, 'read'>, here: Here): boolean =>
  firstRun(s, here).pages.length === here.allPages.length &&
  s.read(extent(here.allPages[0]!)).block === ownBlock(here.allPages[0]!);

/** Allocates what follows the first page's block, as far as that is free: one extent. @returns its pages */
export function allocateRun(s: Act, here: Here, pages: readonly string[]): readonly string[] {
  for (const [i, p] of pages.entries()) {
    if (
      i > 0 &&
      !(s.read(block(ownBlock(p)), isFree) && s.read(extent(pages[i - 1]!)).block === ownBlock(pages[i - 1]!))
    )
      return pages.slice(0, i);
    const b = allocate(s, here, p);
    zeroout(s, b);
    s.send(extent(p), { type: 'MAP', block: b, state: 'WRITTEN' });
  }
  return pages;
}

/** Whether all of the range is a hole, and the blocks that it would get are free. */
export const isHugeHole = (s: Pick<Look, 'read'>, here: Here): boolean =>
  firstRun(s, here).pages.length === here.allPages.length &&
  here.allPages.every((p) => s.read(block(ownBlock(p)), isFree));

export const ext4_iomap_begin_range: IomapParts['iomap_begin_range'] = (_d, here, ret, { write, fn, src }) => {
  const state = (s: Look): State => firstRun(s, here).state;
  const mapped = (s: Act, fresh: boolean): void => {
    s.set(mapping, { type: 'MAPPED', block: ownBlock(here.allPages[0]!), fresh });
    if (write) startJournal(s, here);
  };
  const written = [
    when(
      (s) => state(s) === 'WRITTEN' && isHugeExtent(s, here),
      ret.MAPPED,
      'ext4_iomap_begin(): MAPPED',
      (s) => mapped(s, false),
    ),
    when(
      (s) => state(s) === 'WRITTEN',
      ret.SHORT,
      'ext4_iomap_begin(): MAPPED, but not all of the range',
      (s) => {
        if (write) startJournal(s, here);
      },
    ),
  ];
  return startsIf(
    write,
    here,
    step(
      SLEEP,
      fn,
      src,
      ...mapsBlocks(
        here,
        { asked: here.allPages },
        ...written,
        ...(write ? allocating(here, ret, state, mapped) : readRange(here, ret, 'ext4_iomap_begin()')),
      ),
    ),
  );
};

const startsIf = (write: boolean, here: Here, state: StateConfig): StateConfig =>
  write ? underHandle(here, state) : state;

type Answers = Parameters<IomapParts['iomap_begin_range']>[2];

/** What a load is told that finds no written block. @param call who says it */
export const readRange = (here: Here, ret: Answers, call: string): Alternative[] => [
  when(
    (s) => firstRun(s, here).pages.length < here.allPages.length,
    ret.SHORT,
    `${call}: a hole in a part of the range`,
  ),
  when((s) => firstRun(s, here).state === 'UNWRITTEN', ret.HOLE, `${call}: UNWRITTEN`),
  otherwise(ret.HOLE, `${call}: HOLE`, (s) => s.mark(mark({ type: 'hole', by: here.op.name, page: here.page }))),
];

/** Zeroes and converts the unwritten extent that the range begins with. */
export function convertRun(s: Act, here: Here): void {
  convertPages(s, firstRun(s, here).pages);
}

/** What was allocated or converted stays, also where it is too short: ->iomap_end() of a fault does nothing. */
function allocating(
  here: Here,
  ret: Answers,
  state: (s: Look) => State,
  mapped: (s: Act, fresh: boolean) => void,
): Alternative[] {
  const convert = (s: Act): void => convertRun(s, here);
  return [
    when(
      (s) => state(s) === 'UNWRITTEN' && isHugeExtent(s, here),
      ret.MAPPED,
      'ext4_iomap_begin(WRITE): converted, F_NEW',
      (s) => {
        convert(s);
        mapped(s, true);
      },
    ),
    when(
      (s) => state(s) === 'UNWRITTEN',
      ret.SHORT,
      'ext4_iomap_begin(WRITE): converted a part of the range',
      (s) => {
        convert(s);
        startJournal(s, here);
      },
    ),
    when(
      (s) => isHugeHole(s, here),
      ret.MAPPED,
      'ext4_iomap_begin(WRITE): allocated, F_NEW',
      (s) => {
        allocateRun(s, here, here.allPages);
        mapped(s, true);
      },
    ),
    otherwise(ret.SHORT, 'ext4_iomap_begin(WRITE): allocated a part of the range', (s) => {
      allocateRun(s, here, firstRun(s, here).pages);
      startJournal(s, here);
    }),
  ];
}
