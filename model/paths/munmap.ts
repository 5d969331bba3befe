/** munmap(2) of one page: detach under mmap_sem, zap, release. No entry lock, no tag changes. */
import { chart, otherwise, type StateConfig, step } from '../../explorer/chart.ts';
import { mmapLock } from '../entries/rwsem.ts';
import { vma } from '../entries/vma.ts';
import type { Here } from '../here.ts';
import type { MmParts, Returns } from '../parts.ts';
import { LOCAL, PTL } from '../sections.ts';
import { V40 } from '../sources.ts';
import { callOf } from './call.ts';
import { down, up } from './locks.ts';
import { zap } from './unmap_mapping_range.ts';

export function munmap(_d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const mmapSem = mmapLock(here.thread.mm);
  const { begin, end } = callOf(here);
  return chart(here, {
    ...down(here, 'mmap_sem', {
      lock: mmapSem,
      mode: 'write',
      fn: 'vm_munmap',
      src: V40.mmap,
      to: 'detach',
      begin,
    }),
    detach: step(
      LOCAL,
      'detach_vmas_to_be_unmapped',
      V40.mmap,
      otherwise('unmap_vmas', `unmap ${here.page}`, (s) =>
        s.send(vma(here.thread.vma), { type: 'DETACH', page: here.page }),
      ),
    ),
    unmap_vmas: step(
      PTL,
      'zap_pte_range',
      V40.memory,
      otherwise('up_write', '', (s) => zap(s, here, here.thread.vma, here.page, true)),
    ),
    up_write: up(here, mmapSem, 'vm_munmap', V40.mmap, ret.RETURN, end),
  });
}
