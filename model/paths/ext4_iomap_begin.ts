/**
 * ext4_iomap_begin(): what the filesystem says of one page, allocating if it may. Zeroing, conversion and the change of
 * the extent tree are one step: i_data_sem is held, and lookups either see the old cache entry or wait.
 * fs/ext4/inode.c, extents.c, v4.13 and v4.14.
 */
import {
  type Act,
  type Look,
  otherwise,
  type Source,
  type StateConfig,
  step,
  type Target,
  when,
} from '../../explorer/chart.ts';
import { FaultlineError } from '../../explorer/errors.ts';
import { block, isFree } from '../entries/block.ts';
import { extent } from '../entries/extent.ts';
import { inode, reaches } from '../entries/inode.ts';
import { mapsBlocks } from '../es-cache.ts';
import type { Here } from '../here.ts';
import { startJournal, underHandle } from '../journal.ts';
import { mark } from '../marks.ts';
import type { IomapParts } from '../parts.ts';
import { type Mapping, mapping } from '../registers.ts';
import type { ScenePage } from '../scene.ts';
import { SLEEP } from '../sections.ts';
import { mayFail, type OnError } from './may_fail.ts';

/** @param neighbours whether converting zeroes neighbours as well: see unwrittenNeighbours() */
export const iomapBegin =
  ({ neighbours }: { neighbours: boolean }): IomapParts['iomap_begin'] =>
  (_d, here, ret, { write, fn, src, failed, looksFirst = false, neighbours: along = neighbours }) =>
    write
      ? iomapAllocate(here, fn, src, ret.MAPPED, { neighbours: along, looksFirst, ...(failed && { failed }) })
      : iomapLookup(here, fn, src, ret, failed);

export const ext4_iomap_begin = iomapBegin({ neighbours: true });

/** Lookup only: for loads and read(2). @param failed where an error leads */
export function iomapLookup(
  here: Here,
  fn: string,
  src: Source,
  to: { MAPPED: Target; HOLE: Target },
  failed?: OnError,
): StateConfig {
  return step(
    SLEEP,
    fn,
    src,
    ...(failed ? mayFail(here, 'ext4_iomap_begin()', { EIO: true, ENOMEM: true }, failed) : []),
    ...mapsBlocks(
      here,
      { asked: [here.page] },
      when(
        (s) => s.read(extent(here.page)).state === 'WRITTEN',
        to.MAPPED,
        'ext4_iomap_begin(): MAPPED',
        (s) => {
          s.set(mapping, { type: 'MAPPED', block: s.read(extent(here.page)).block, fresh: false });
        },
      ),
      when((s) => s.read(extent(here.page)).state === 'UNWRITTEN', to.HOLE, 'ext4_iomap_begin(): UNWRITTEN'),
      otherwise(to.HOLE, 'ext4_iomap_begin(): HOLE', (s) =>
        s.mark(mark({ type: 'hole', by: here.op.name, page: here.page })),
      ),
    ),
  );
}

/**
 * For stores and write(2): IOMAP_WRITE. Always MAPPED; IOMAP_F_NEW for exactly one of racing callers.
 * @param options.neighbours whether converting zeroes neighbours as well: see unwrittenNeighbours()
 * @param options.looksFirst whether a block that is there already is found without starting a journal handle
 * @param options.failed where an error leads: a failed allocation leaves nothing behind in the filesystem
 */
export function iomapAllocate(
  here: Here,
  fn: string,
  src: Source,
  to: Target,
  {
    neighbours = true,
    looksFirst = false,
    failed,
  }: { neighbours?: boolean; looksFirst?: boolean; failed?: OnError } = {},
): StateConfig {
  const answer = (s: Act, fresh: boolean): void => {
    const m: Mapping = { type: 'MAPPED', block: s.read(extent(here.page)).block, fresh };
    s.set(mapping, m);
    if (fresh || !looksFirst) startJournal(s, here);
  };
  const isHole = (s: Look): boolean => s.read(extent(here.page)).state === 'HOLE';
  const errors = { ENOSPC: isHole, EIO: (s: Look) => !isHole(s), ENOMEM: true } as const;
  return underHandle(
    here,
    step(
      SLEEP,
      fn,
      src,
      ...(failed ? mayFail(here, 'ext4_iomap_begin(WRITE)', errors, failed) : []),
      ...mapsBlocks(
        here,
        { asked: [here.page] },
        when(
          (s) => s.read(extent(here.page)).state === 'WRITTEN',
          to,
          'ext4_iomap_begin(WRITE): MAPPED',
          (s) => answer(s, false),
        ),
        when(
          (s) => s.read(extent(here.page)).state === 'UNWRITTEN',
          to,
          'ext4_iomap_begin(WRITE): converted, F_NEW',
          (s) => {
            convertPages(s, [here.page, ...(neighbours ? unwrittenNeighbours(s, here) : [])]);
            answer(s, true);
          },
        ),
        otherwise(to, 'ext4_iomap_begin(WRITE): allocated, F_NEW', (s) => {
          allocateZeroed(s, here);
          answer(s, true);
        }),
      ),
    ),
    (s) => !looksFirst || s.read(extent(here.page)).state !== 'WRITTEN',
  );
}

/**
 * The filesystem's choice of a block for page `p`: the page's own if it is free, else the first free one.
 * @throws FaultlineError E_BOUND if the scene has no free block
 */
export function allocate(s: Act, here: Here, p: string): string {
  const own = `blk.${p}`;
  const free = [own, ...here.scene.blocks.filter((b) => b !== own)].find((b) => s.read(block(b), isFree));
  if (free === undefined) {
    throw new FaultlineError('E_BOUND', `no free block for page ${p}`, 'The path allocates more than it frees.', {
      machine: here.me,
    });
  }
  s.send(block(free), { type: 'OWN', page: p });
  s.mark(mark({ type: 'alloc-block', by: here.op.name, page: p, block: free }));
  return free;
}

/** Zeroes a block in memory and on media: ext4_issue_zeroout() and its like write round the CPU cache. */
export function zeroout(s: Act, b: string): void {
  s.send(block(b), { type: 'ZERO' });
  s.send(block(b), { type: 'FLUSH' });
}

/** Zeroes and converts unwritten pages. */
export function convertPages(s: Act, pages: readonly string[]): void {
  for (const p of pages) {
    zeroout(s, s.read(extent(p)).block!);
    s.send(extent(p), { type: 'CONVERT' });
  }
}

/** A new block of the operation's page, zeroed before anybody can find it. */
export function allocateZeroed(s: Act, here: Here): void {
  const b = allocate(s, here, here.page);
  zeroout(s, b);
  s.send(extent(here.page), { type: 'MAP', block: b, state: 'WRITTEN' });
}

/**
 * ext4_ext_convert_to_initialized() zeroes and converts neighbours along with the block asked for, without IOMAP_F_NEW for
 * them: the rest of a short unwritten extent that ends inside i_size, and if there is a rest, the part before as well.
 * Not where the block can be given to a written left neighbour that it physically follows. fs/ext4/extents.c
 * @returns the neighbours, in file order
 */
function unwrittenNeighbours(s: Pick<Act, 'read'>, here: Here): string[] {
  const { run, givenToLeft } = unwrittenExtent(s, here);
  const last = run.at(-1)!;
  if (givenToLeft || last.name === here.page || !s.read(inode, reaches(last.index))) return [];
  return run.filter((p) => p.name !== here.page).map((p) => p.name);
}

/** The unwritten extent round the operation's page, and whether its block could be given to the extent on its left. */
export function unwrittenExtent(s: Pick<Act, 'read'>, here: Here): { run: ScenePage[]; givenToLeft: boolean } {
  const { pages } = here.scene;
  const at = here.pageFacts.index;
  const of = (i: number) => (pages[i] ? s.read(extent(pages[i].name)) : undefined);
  // Blocks of the scene follow each other as their pages do, as long as each page has its own.
  const ownBlock = (i: number): boolean => of(i)?.block === `blk.${pages[i]!.name}`;
  let first = at;
  while (of(first - 1)?.state === 'UNWRITTEN') first--;
  let last = at;
  while (of(last + 1)?.state === 'UNWRITTEN') last++;
  const givenToLeft = of(at - 1)?.state === 'WRITTEN' && ownBlock(at - 1) && ownBlock(at);
  return { run: pages.slice(first, last + 1), givenToLeft };
}
