/** madvise(MADV_DONTNEED) of one page: zap under mmap_sem held for reading; the VMA stays, no entry lock, no tag changes. */
import { chart, otherwise, type StateConfig } from '../../explorer/chart.ts';
import { mmapLock } from '../entries/rwsem.ts';
import type { Here } from '../here.ts';
import type { MmParts, Returns } from '../parts.ts';
import { V40 } from '../sources.ts';
import { thpOn } from '../thp.ts';
import { tlbOn } from '../tlb-slots.ts';
import { down, up } from './locks.ts';
import { zapStates } from './page_cache/zap.ts';
import { tlbFinishMmu, tlbGatherMmu } from './tlb.ts';
import { zap, zapOf } from './unmap_mapping_range.ts';

export function dontneed(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const mmapSem = mmapLock(here.thread.mm);
  const flushes = tlbOn(here.scene);
  const range = { pages: [here.page], even_cows: true };
  return chart(here, {
    ...down(here, 'mmap_sem', { lock: mmapSem, mode: 'read', fn: 'madvise_dontneed', src: V40.madvise, to: 'zap' }),
    ...(thpOn(here.scene)
      ? { zap: chart(here.at('zap'), zapOf(d, here.at('zap'), [here.vma], range, here.to('up_read'))) }
      : zapStates(d, here, 'zap', () => ({ vma: here.vma, page: here.page }), {
          alternatives: [
            otherwise(flushes ? 'tlb_finish_mmu' : 'up_read', '', (s) => {
              tlbGatherMmu(s, d, here, here.thread.mm);
              zap(s, d, here, here.thread.vma, here.page, true);
            }),
          ],
        })),
    ...(flushes && { tlb_finish_mmu: tlbFinishMmu(d, here, () => here.vma, [here.page], { to: 'up_read' }) }),
    up_read: up(here, mmapSem, 'madvise_dontneed', V40.madvise, ret.RETURN),
  });
}
