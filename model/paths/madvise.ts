/** madvise(MADV_DONTNEED) of one page: zap under mmap_sem held for reading; the VMA stays, no entry lock, no tag changes. */
import { chart, otherwise, type StateConfig, step, when } from '../../explorer/chart.ts';
import { mmapLock, vmaLock } from '../entries/rwsem.ts';
import { vma } from '../entries/vma.ts';
import type { Here } from '../here.ts';
import type { MmParts, Returns } from '../parts.ts';
import { locksVma } from '../per-vma-lock.ts';
import { LOCAL } from '../sections.ts';
import { V40, V72 } from '../sources.ts';
import { thpOn } from '../thp.ts';
import { tlbOn } from '../tlb-slots.ts';
import { callOf } from './call.ts';
import { down, up } from './locks.ts';
import { zapStates } from './page_cache/zap.ts';
import { tryVmaLock } from './per_vma_lock.ts';
import { tlbFinishMmu, tlbGatherMmu } from './tlb.ts';
import { zapOf } from './unmap_mapping_range.ts';
import { zap } from './zap_pte_range.ts';

export function dontneed(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const mmapSem = mmapLock(here.thread.mm);
  const { begin, end } = callOf(here);
  return chart(here, {
    ...down(here, 'mmap_sem', {
      lock: mmapSem,
      mode: 'read',
      fn: 'madvise_dontneed',
      src: V40.madvise,
      to: 'zap',
      begin,
    }),
    ...zapPage(d, here, 'up_read'),
    up_read: up(here, mmapSem, 'madvise_dontneed', V40.madvise, ret.RETURN, end),
  });
}

/** 6.17 and later: the lock of the VMA is enough, and mmap_sem is taken where that is not to be had. */
export function dontneed_v617(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  if (!locksVma(d, here)) return dontneed(d, here, ret);
  const lock = vmaLock(here.thread.vma);
  const area = vma(here.thread.vma);
  const { begin, end } = callOf(here);
  return chart(here, {
    ...tryVmaLock(here, { locked: 'vma_lock', not: 'mmap_lock' }),
    vma_lock: step(
      LOCAL,
      'lock_vma_under_rcu',
      V72.mmapLockC,
      when((s) => !s.read(area).pages.includes(here.page), 'unlock', 'no VMA'),
      otherwise('zap', 'the VMA', begin),
    ),
    unlock: up(here, lock, 'try_vma_read_lock', V72.madvise, 'mmap_lock'),
    ...zapPage(d, here, 'vma_end_read'),
    vma_end_read: up(here, lock, 'madvise_walk_vmas', V72.madvise, ret.RETURN, end),
    mmap_lock: dontneed(d, here.at('mmap_lock'), ret),
  });
}

/** State `zap`, and where TLBs are followed their flush. */
function zapPage(d: MmParts, here: Here, to: string): Record<string, StateConfig> {
  if (thpOn(here.scene)) {
    const at = here.at('zap');
    return { zap: chart(at, zapOf(d, at, [here.vma], { pages: [here.page], even_cows: true }, here.to(to))) };
  }
  const flushes = tlbOn(here.scene);
  return {
    ...zapStates(d, here, 'zap', () => ({ vma: here.vma, page: here.page }), {
      alternatives: [
        otherwise(flushes ? 'tlb_finish_mmu' : to, '', (s) => {
          tlbGatherMmu(s, d, here, here.thread.mm);
          zap(s, d, here, here.thread.vma, here.page, true);
        }),
      ],
    }),
    ...(flushes && { tlb_finish_mmu: tlbFinishMmu(d, here, () => here.vma, [here.page], { to }) }),
  };
}
