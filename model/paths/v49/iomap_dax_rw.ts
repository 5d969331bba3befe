/**
 * read(2) and write(2) of ext2 and XFS in 4.9: iomap is there, but hole pages are invalidated before anything is allocated,
 * for reads as well, and nothing is invalidated after. "This is racy against mmap" (fs/dax.c iomap_dax_rw())
 */
import { chart, otherwise, type StateConfig, step, when } from '../../../explorer/chart.ts';
import { inodeLock } from '../../entries/rwsem.ts';
import type { Here } from '../../here.ts';
import { startJournal, underHandle } from '../../journal.ts';
import type { IomapParts, MmParts, Returns } from '../../parts.ts';
import { SLEEP } from '../../sections.ts';
import { V49 } from '../../sources.ts';
import { extendISize, invalidateIfPages, isBehindEof } from '../address_space.ts';
import { callOf } from '../call.ts';
import { copyFromIterPmem, copying, readCopy } from '../dax_copy.ts';
import { fileUpdateTime } from '../ext4_dax_fault.ts';
import type { DaxCall } from '../ext4_write.ts';
import { logInode } from '../free_blocks.ts';
import { down, up } from '../locks.ts';

const FN = 'iomap_dax_rw';

const invalidate = (d: MmParts, here: Here, to: string): Record<string, StateConfig> =>
  invalidateIfPages(d, here, 'invalidate', { fn: FN, src: V49.dax, to });

/** i_size moves after the copy, and with it the filesystem's own record of it. */
export const iomapDaxWrite =
  ({ fn, src, iomap_begin }: DaxCall) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const dax = d as IomapParts;
    const { begin, end } = callOf(here);
    return chart(here, {
      ...down(here, 'i_rwsem', { lock: inodeLock, mode: 'write', fn, src, to: 'file_update_time', begin }),
      file_update_time: fileUpdateTime(here, fn, src, 'invalidate_nrpages'),
      ...invalidate(d, here, 'iomap_begin'),
      iomap_begin: dax.iomap_begin(
        dax,
        here.at('iomap_begin'),
        { MAPPED: here.to('copy'), HOLE: here.to('copy') },
        { write: true, ...iomap_begin },
      ),
      ...copying(
        d,
        here,
        'copy',
        step(
          SLEEP,
          'iomap_dax_actor',
          V49.dax,
          otherwise('i_size', 'copy_from_iter_pmem()', (s) => copyFromIterPmem(s, here)),
        ),
      ),
      i_size: underHandle(
        here,
        step(
          SLEEP,
          fn,
          src,
          when(isBehindEof(here), 'up_write', 'i_size_write()', (s) => {
            extendISize(s, here);
            startJournal(s, here);
            logInode(s, here);
          }),
          otherwise('up_write', 'i_size stays'),
        ),
        isBehindEof(here),
      ),
      up_write: up(here, inodeLock, fn, src, ret.RETURN, end),
    });
  };

export const iomapDaxRead =
  ({ fn, src, iomap_begin }: DaxCall) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const dax = d as IomapParts;
    const { begin, end } = callOf(here);
    return chart(here, {
      ...down(here, 'i_rwsem', { lock: inodeLock, mode: 'read', fn, src, to: 'invalidate_nrpages', begin }),
      ...invalidate(d, here, 'check_size'),
      iomap_begin: dax.iomap_begin(
        dax,
        here.at('iomap_begin'),
        { MAPPED: here.to('copy'), HOLE: here.to('zero') },
        { write: false, ...iomap_begin },
      ),
      ...readCopy(d, here, { fn: 'iomap_dax_actor', src: V49.dax, lookup: 'iomap_begin', out: 'up_read' }),
      up_read: up(here, inodeLock, fn, src, ret.RETURN, end),
    });
  };
