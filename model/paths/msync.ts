/**
 * msync(MS_SYNC) of the whole mapping: mmap_sem is taken to find the file and dropped round its fsync. A private mapping
 * has nothing to sync, and neither has one that is unmapped. mm/msync.c
 */
import { chart, otherwise, type StateConfig, step, when } from '../../explorer/chart.ts';
import { mmapLock } from '../entries/rwsem.ts';
import { vma } from '../entries/vma.ts';
import type { Here } from '../here.ts';
import type { MmParts, Returns } from '../parts.ts';
import { LOCAL } from '../sections.ts';
import { V40 } from '../sources.ts';
import { down, up } from './locks.ts';

export function msync(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const mmapSem = mmapLock(here.thread.mm);
  const fn = 'sys_msync';
  const src = V40.msync;
  const { shared } = here.vma;
  return chart(here, {
    ...down(here, 'mmap_sem', { lock: mmapSem, mode: 'read', fn, src, to: 'find_vma' }),
    find_vma: step(
      LOCAL,
      fn,
      src,
      when((s) => s.read(vma(here.thread.vma)).pages.length === 0, 'up_read_out', 'no VMA: -ENOMEM'),
      shared
        ? otherwise('up_read', 'VM_SHARED: get_file()')
        : otherwise('up_read_out', 'not VM_SHARED: nothing to sync'),
    ),
    up_read_out: up(here, mmapSem, fn, src, ret.RETURN),
    ...(shared && {
      up_read: up(here, mmapSem, fn, src, 'vfs_fsync_range'),
      vfs_fsync_range: d.fsync(d, here.at('vfs_fsync_range'), ret),
    }),
  });
}
