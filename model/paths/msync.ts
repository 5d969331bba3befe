/**
 * msync(MS_SYNC) of the mapping, or of what munmap has left of it: mmap_sem is taken to find the file and dropped round
 * vfs_fsync_range() of the VMA's part of it. A private mapping has nothing to sync, and neither has one that is unmapped. mm/msync.c
 */
import { chart, type Look, otherwise, type StateConfig, step, when } from '../../explorer/chart.ts';
import { mmapLock } from '../entries/rwsem.ts';
import { vma } from '../entries/vma.ts';
import type { Here } from '../here.ts';
import type { MmParts, Returns } from '../parts.ts';
import { LOCAL } from '../sections.ts';
import { V40 } from '../sources.ts';
import { vfsFsyncRange } from './call.ts';
import { down, up } from './locks.ts';
import { leftOf } from './vma_left.ts';

export function msync(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const mmapSem = mmapLock(here.thread.mm);
  const fn = 'sys_msync';
  const src = V40.msync;
  const { shared } = here.vma;
  const left = (s: Look): readonly string[] => s.read(vma(here.thread.vma)).pages;
  // The range of a writeback is in its steps: what the VMA can have left is a call of its own.
  const ranges = shared ? leftOf(here).map((pages, n) => ({ pages, n: n === 0 ? '' : `_${n}` })) : [];
  return chart(here, {
    ...down(here, 'mmap_sem', { lock: mmapSem, mode: 'read', fn, src, to: 'find_vma' }),
    find_vma: step(
      LOCAL,
      fn,
      src,
      when((s) => left(s).length === 0, 'up_read_out', 'no VMA: -ENOMEM'),
      ...ranges
        .slice(1)
        .map(({ pages, n }) =>
          when(
            (s) => left(s).length === pages.length && pages.every((p) => left(s).includes(p)),
            `up_read${n}`,
            `VM_SHARED, of ${pages.join(' ')}: get_file()`,
          ),
        ),
      shared
        ? otherwise('up_read', 'VM_SHARED: get_file()')
        : otherwise('up_read_out', 'not VM_SHARED: nothing to sync'),
    ),
    up_read_out: up(here, mmapSem, fn, src, ret.RETURN),
    ...Object.fromEntries(
      ranges.flatMap(({ pages, n }) => [
        [`up_read${n}`, up(here, mmapSem, fn, src, `vfs_fsync_range${n}`)],
        [`vfs_fsync_range${n}`, vfsFsyncRange(d, here.at(`vfs_fsync_range${n}`), ret, { pages, datasync: true })],
      ]),
    ),
  });
}
