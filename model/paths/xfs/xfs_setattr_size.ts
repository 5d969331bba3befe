/**
 * truncate(2) on XFS: IOLOCK and the fault lock (MMAPLOCK) are both held before anything changes; the blocks are freed by a
 * transaction after i_size and the page cache. fs/xfs/xfs_iops.c, the same steps in 4.9, 4.13 and 4.14
 */
import { chart, otherwise, type StateConfig, step, when } from '../../../explorer/chart.ts';
import { extent } from '../../entries/extent.ts';
import { inode, iSize } from '../../entries/inode.ts';
import { faultLock, inodeLock } from '../../entries/rwsem.ts';
import type { Here } from '../../here.ts';
import { mark } from '../../marks.ts';
import type { MmParts, Returns } from '../../parts.ts';
import { SLEEP } from '../../sections.ts';
import { V414 } from '../../sources.ts';
import { callOf } from '../call.ts';
import { behind, freeSpace, truncatePagecache } from '../ext4_truncate.ts';
import { down, up } from '../locks.ts';

export function xfs_setattr_size(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const { truncate: excludesFaults } = d.fault_lock;
  const fn = 'xfs_setattr_size';
  const src = V414.xfsIops;
  const range = { pages: behind(here) };
  const { begin, end } = callOf(here, range.pages);
  const size = here.pageFacts.index;
  const out = excludesFaults ? 'up_write' : 'i_rwsem_up';
  return chart(here, {
    ...down(here, 'i_rwsem', {
      lock: inodeLock,
      mode: 'write',
      fn: 'do_truncate',
      src,
      to: excludesFaults ? 'mmaplock' : 'check_size',
      begin,
    }),
    ...(excludesFaults &&
      down(here, 'mmaplock', { lock: faultLock, mode: 'write', fn: 'xfs_vn_setattr', src, to: 'check_size' })),
    check_size: step(
      SLEEP,
      fn,
      src,
      ...(size === 0
        ? [
            when(
              (s) =>
                s.read(inode, iSize) === 0 && here.scene.pages.every((p) => s.read(extent(p.name)).state === 'HOLE'),
              out,
              'empty already: nothing to do',
            ),
          ]
        : []),
      otherwise('i_size_write', 'inode_dio_wait()'),
    ),
    i_size_write: step(
      SLEEP,
      'truncate_setsize',
      V414.truncate,
      otherwise('unmap_mapping_range', `i_size = ${size}`, (s) => {
        s.send(inode, { type: 'I_SIZE_WRITE', size });
        s.mark(mark({ type: 'removed', op: here.op.token, pages: range.pages }));
      }),
    ),
    ...truncatePagecache(d, here, range, 'xfs_itruncate_extents'),
    xfs_itruncate_extents: freeSpace(here, range, out, { fn, src, line: 'xfs_itruncate_extents()', mtime: true }),
    ...(excludesFaults && { up_write: up(here, faultLock, 'xfs_vn_setattr', src, 'i_rwsem_up') }),
    i_rwsem_up: up(here, inodeLock, 'do_truncate', src, ret.RETURN, end),
  });
}
