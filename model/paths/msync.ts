/** msync(MS_SYNC) of the whole mapping: mmap_sem is taken to find the file and dropped round its fsync. mm/msync.c */
import { chart, type StateConfig } from '../../explorer/chart.ts';
import { mmapLock } from '../entries/rwsem.ts';
import type { Here } from '../here.ts';
import type { MmParts, Returns } from '../parts.ts';
import { V40 } from '../sources.ts';
import { down, up } from './locks.ts';

export function msync(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const mmapSem = mmapLock(here.thread.mm);
  return chart(here, {
    ...down(here, 'mmap_sem', { lock: mmapSem, mode: 'read', fn: 'sys_msync', src: V40.msync, to: 'up_read' }),
    up_read: up(here, mmapSem, 'sys_msync', V40.msync, 'vfs_fsync_range'),
    vfs_fsync_range: d.fsync(d, here.at('vfs_fsync_range'), ret),
  });
}
