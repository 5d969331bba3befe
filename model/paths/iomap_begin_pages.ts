/**
 * ->iomap_begin() of one write(2) of several pages: what is left of the range is asked for, and the answer is of the extent that it
 * begins with; what is missing or unwritten is allocated or converted as far as that goes, all at once.
 * fs/ext4/inode.c ext4_iomap_begin(), ext4_map_blocks(); fs/ext2/inode.c ext2_get_blocks(); fs/xfs/xfs_iomap.c; 4.13 to 7.1
 */
import {
  type Act,
  chart,
  type Look,
  otherwise,
  type Source,
  type StateConfig,
  step,
  when,
} from '../../explorer/chart.ts';
import { extent } from '../entries/extent.ts';
import { inode, reaches } from '../entries/inode.ts';
import { mapsBlocks } from '../es-cache.ts';
import type { Here } from '../here.ts';
import { startJournal, underHandle } from '../journal.ts';
import type { IomapParts, MmParts, Returns } from '../parts.ts';
import { mapping } from '../registers.ts';
import { SLEEP } from '../sections.ts';
import { V414 } from '../sources.ts';
import { isBehindEof } from './address_space.ts';
import { convertPages, unwrittenExtent } from './ext4_iomap_begin.ts';
import { allocateRun, firstRun } from './ext4_iomap_begin_range.ts';

type BeginPages = IomapParts['iomap_begin_pages'];

/** MAPPED, of these pages. */
function answer(s: Act, pages: readonly string[], fresh: boolean): void {
  const { block } = s.read(extent(pages[0]!));
  s.set(mapping, { type: 'MAPPED', block, fresh, last: pages.at(-1)! });
}

const state = (s: Look, here: Here) => s.read(extent(here.page)).state;

/** The rest of the range lies inside i_size. */
const isInside = (here: Here, pages: readonly string[]) => (s: Look) => !isBehindEof(here.of(pages.at(-1)!))(s);

/**
 * ext4_ext_convert_to_initialized() of several blocks: the rest of a short unwritten extent is converted with what is asked for, as
 * that of one block's is (unwrittenNeighbours()), and the answer does not speak of it.
 */
function convertExt4(s: Act, d: MmParts, here: Here, asked: readonly string[]): void {
  const { run, givenToLeft } = unwrittenExtent(s, here);
  const last = run.at(-1)!;
  const alone =
    d.extent_max_zeroout === false || givenToLeft || asked.includes(last.name) || !s.read(inode, reaches(last.index));
  convertPages(s, alone ? asked : run.map((p) => p.name));
}

/**
 * @param looksFirst whether written blocks are found without a journal handle, where the rest of the range lies inside i_size:
 * `offset + length <= i_size_read(inode)` (5.10)
 */
export const ext4BeginPages =
  ({ looksFirst }: { looksFirst: boolean }): BeginPages =>
  (d, here, ret, { fn, src, pages }) => {
    const run = (s: Look): readonly string[] => firstRun(s, here, pages).pages;
    const inside = isInside(here, pages);
    const needsHandle = (s: Look): boolean => !looksFirst || !inside(s) || state(s, here) !== 'WRITTEN';
    const under = (how: (s: Act) => void) => (s: Act) => {
      if (needsHandle(s)) startJournal(s, here);
      how(s);
    };
    return underHandle(
      here,
      step(
        SLEEP,
        fn,
        src,
        ...mapsBlocks(
          here,
          { asked: pages },
          when(
            (s) => state(s, here) === 'WRITTEN',
            ret.MAPPED,
            'ext4_iomap_begin(WRITE): MAPPED',
            under((s) => answer(s, run(s), false)),
          ),
          when(
            (s) => state(s, here) === 'UNWRITTEN',
            ret.MAPPED,
            'ext4_iomap_begin(WRITE): converted, F_NEW',
            under((s) => {
              const asked = run(s);
              convertExt4(s, d, here, asked);
              answer(s, asked, true);
            }),
          ),
          otherwise(
            ret.MAPPED,
            'ext4_iomap_begin(WRITE): allocated, F_NEW',
            under((s) => answer(s, allocateRun(s, here, run(s)), true)),
          ),
        ),
      ),
      needsHandle,
    );
  };

/** ext2_get_blocks(): blocks that follow each other, or as many missing ones as can be had in a row, zeroed before they are found. */
export const ext2_iomap_begin_pages: BeginPages = (_d, here, ret, { pages }) => {
  const fn = 'ext2_iomap_begin';
  const run = (s: Look): readonly string[] => firstRun(s, here, pages).pages;
  return chart(here, {
    ext2_get_blocks: step(
      SLEEP,
      fn,
      V414.ext2Inode,
      when(
        (s) => state(s, here) !== 'HOLE',
        ret.MAPPED,
        `${fn}(): MAPPED`,
        (s) => answer(s, run(s), false),
      ),
      otherwise(ret.MAPPED, `${fn}(WRITE): zeroed, allocated, F_NEW`, (s) =>
        answer(s, allocateRun(s, here, run(s)), true),
      ),
    ),
  });
};

/**
 * A lookup under the shared ILOCK; what it finds no written block for is allocated or converted under the exclusive one, always
 * IOMAP_F_NEW. xfs_bmapi_write() answers with the extent that it then finds: also with what is written behind it, up to the end of
 * what it was asked for, and that is the end of the hole only where the write lies inside i_size.
 */
export const xfs_iomap_begin_pages: BeginPages = (_d, here, ret, { pages }) => {
  const fn = 'xfs_file_iomap_begin';
  return chart(here, {
    xfs_bmapi_read: step(
      SLEEP,
      fn,
      V414.xfsIomap,
      when(
        (s) => state(s, here) === 'WRITTEN',
        ret.MAPPED,
        'xfs_bmapi_read(): written',
        (s) => answer(s, firstRun(s, here, pages).pages, false),
      ),
      otherwise('xfs_iomap_write_direct', 'xfs_bmapi_read(): no written block', (s) => {
        const found = firstRun(s, here, pages);
        const cut = found.state === 'HOLE' && isInside(here, pages)(s);
        // imap: what is asked for.
        const last = (cut ? found.pages : pages).at(-1)!;
        s.set(mapping, { type: found.state as 'HOLE' | 'UNWRITTEN', block: null, fresh: false, last });
      }),
    ),
    xfs_iomap_write_direct: xfs_iomap_write_direct(here, ret, pages, V414.xfsIomap),
  });
};

/** xfs_bmapi_write(CONVERT | ZERO) in a transaction. */
function xfs_iomap_write_direct(
  here: Here,
  ret: Returns<'MAPPED'>,
  pages: readonly string[],
  src: Source,
): StateConfig {
  const make = (line: string, how: (s: Act, asked: readonly string[]) => void) =>
    [
      ret.MAPPED,
      `xfs_bmapi_write(): ${line}, F_NEW`,
      (s: Act): void => {
        const asked = pages.slice(0, pages.indexOf(s.get(mapping)!.last!) + 1);
        how(s, firstRun(s, here, asked).pages);
        // xfs_bmapi_trim_map() of `got`, which has been merged with its neighbours by then.
        answer(s, firstRun(s, here, asked).pages, true);
        startJournal(s, here);
      },
    ] as const;
  return step(
    SLEEP,
    'xfs_iomap_write_direct',
    src,
    when((s) => state(s, here) === 'WRITTEN', ...make('written by now', () => {})),
    when((s) => state(s, here) === 'UNWRITTEN', ...make('zeroed, converted', convertPages)),
    otherwise(...make('zeroed, allocated', (s, hole) => allocateRun(s, here, hole))),
  );
}
