/**
 * xfs_file_iomap_begin() of a whole 2 MiB range, later xfs_direct_write_iomap_begin() and xfs_read_iomap_begin(): the extent that
 * the range begins in, looked up under the shared ILOCK; then, for a store that finds no written block, an allocation or
 * conversion, under the exclusive one. A hole is asked for as far as it went when it was looked up, anything else as far as the
 * range goes. What is allocated or converted joins the written extent behind it, and the answer is both, as far as was asked for
 * (xfs_bmapi_allocate(): "might have merged"; xfs_bmapi_convert_unwritten(): "so generate another request"; xfs_bmapi_trim_map()).
 * fs/xfs/xfs_iomap.c, fs/xfs/libxfs/xfs_bmap.c, 4.13 to 7.1
 */
import { type Act, chart, type Look, otherwise, step, when } from '../../../explorer/chart.ts';
import { block, isFree } from '../../entries/block.ts';
import { extent } from '../../entries/extent.ts';
import type { Here } from '../../here.ts';
import { startJournal } from '../../journal.ts';
import type { IomapParts } from '../../parts.ts';
import { mapping } from '../../registers.ts';
import { SLEEP } from '../../sections.ts';
import { V414 } from '../../sources.ts';
import { allocateRun, convertRun, firstRun, isHugeExtent, ownBlock, readRange } from '../ext4_iomap_begin_range.ts';

/** Whether the range is one extent once what it begins with is allocated or converted. */
function joinsWritten(s: Look, here: Here): boolean {
  const { state, pages } = firstRun(s, here);
  const isOwn = (p: string): boolean => s.read(extent(p)).block === ownBlock(p);
  const isWritten = (p: string): boolean => s.read(extent(p)).state === 'WRITTEN' && isOwn(p);
  return (
    pages.every((p) => (state === 'HOLE' ? s.read(block(ownBlock(p)), isFree) : isOwn(p))) &&
    here.allPages.slice(pages.length).every(isWritten)
  );
}

export const xfs_iomap_begin_range: IomapParts['iomap_begin_range'] = (_d, here, ret, { write }) => {
  const fn = 'xfs_file_iomap_begin';
  const src = V414.xfsIomap;
  const state = (s: Look) => firstRun(s, here).state;
  const mapped = (s: Act, fresh: boolean): void =>
    s.set(mapping, { type: 'MAPPED', block: ownBlock(here.allPages[0]!), fresh });
  /** Every answer of xfs_iomap_write_direct() is IOMAP_F_NEW. */
  const make = (how: (s: Act) => void, isHuge: boolean) => (s: Act) => {
    how(s);
    if (isHuge) mapped(s, true);
    startJournal(s, here);
  };
  const writtenByNow = when(
    (s) => state(s) === 'WRITTEN',
    ret.SHORT,
    'xfs_bmapi_write(): a part is written by now',
    make(() => {}, false),
  );
  const allocatesPart = otherwise(
    ret.SHORT,
    'xfs_bmapi_write(): a part of the range zeroed, allocated',
    make((s) => allocateRun(s, here, firstRun(s, here).pages), false),
  );
  const huge = (s: Look): boolean => isHugeExtent(s, here);
  return chart(here, {
    xfs_bmapi_read: step(
      SLEEP,
      fn,
      src,
      when(
        (s) => state(s) === 'WRITTEN' && huge(s),
        ret.MAPPED,
        'xfs_bmapi_read(): written',
        (s) => mapped(s, false),
      ),
      when((s) => state(s) === 'WRITTEN', ret.SHORT, 'xfs_bmapi_read(): written, but not all of the range'),
      ...(write
        ? [
            when(
              (s) => state(s) === 'HOLE' && firstRun(s, here).pages.length < here.allPages.length,
              'part',
              'xfs_bmapi_read(): a hole in a part of the range',
            ),
            otherwise('xfs_iomap_write_direct', 'xfs_bmapi_read(): no written block'),
          ]
        : readRange(here, ret, 'xfs_bmapi_read()')),
    ),
    ...(write && {
      xfs_iomap_write_direct: step(
        SLEEP,
        'xfs_iomap_write_direct',
        src,
        when(
          (s) => state(s) === 'WRITTEN' && huge(s),
          ret.MAPPED,
          'xfs_bmapi_write(): all is written by now, F_NEW',
          make(() => {}, true),
        ),
        writtenByNow,
        when(
          (s) => state(s) === 'UNWRITTEN' && joinsWritten(s, here),
          ret.MAPPED,
          'xfs_bmapi_write(): zeroed, converted, F_NEW',
          make((s) => convertRun(s, here), true),
        ),
        when(
          (s) => state(s) === 'UNWRITTEN',
          ret.SHORT,
          'xfs_bmapi_write(): a part of the range zeroed, converted',
          make((s) => convertRun(s, here), false),
        ),
        when(
          (s) => joinsWritten(s, here),
          ret.MAPPED,
          'xfs_bmapi_write(): zeroed, allocated, F_NEW',
          make((s) => allocateRun(s, here, firstRun(s, here).pages), true),
        ),
        allocatesPart,
      ),
      // No more was asked for.
      part: step(SLEEP, 'xfs_iomap_write_direct', src, writtenByNow, allocatesPart),
    }),
  });
};
