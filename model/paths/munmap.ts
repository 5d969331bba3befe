/** munmap(2) of one page: detach under mmap_sem, zap, release. No entry lock, no tag changes. */
import { chart, type Effect, otherwise, type StateConfig, step } from '../../explorer/chart.ts';
import { iMmapRwsem, mmapLock } from '../entries/rwsem.ts';
import { vma } from '../entries/vma.ts';
import type { Here } from '../here.ts';
import type { MmParts, Returns } from '../parts.ts';
import { pinsOn, splitsInSteps } from '../pins.ts';
import { LOCAL } from '../sections.ts';
import { V40, V72 } from '../sources.ts';
import { thpOn } from '../thp.ts';
import { tlbOn } from '../tlb-slots.ts';
import { callOf } from './call.ts';
import { down, up } from './locks.ts';
import { zapStates } from './page_cache/zap.ts';
import { vmaWriter } from './per_vma_lock.ts';
import { freePgtables } from './thp/free_pgtables.ts';
import { splitUnderLock } from './thp/split_huge_pmd.ts';
import { tlbFinishMmu, tlbGatherMmu } from './tlb.ts';
import { iMmapCounts, zapOf } from './unmap_mapping_range.ts';
import { zap } from './zap_pte_range.ts';

export function munmap(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const mmapSem = mmapLock(here.thread.mm);
  const { begin, end } = callOf(here);
  const flushes = tlbOn(here.scene);
  const splits = thpOn(here.scene) && here.vma.pages.length > 1;
  const underIMmap = splits && splitsInSteps(d, here.scene);
  const split = underIMmap ? 'vma_prepare' : 'split_vma';
  const vmas = vmaWriter(d, here, { to: splits ? split : 'detach', up: 'up_write' });
  const unlink: Effect = (s) => s.send(vma(here.thread.vma), { type: 'UNLINK', page: here.page });
  // Who asks whether anything maps the file: ext4_truncate.ts of 5.10.
  const last = pinsOn(here.scene) && !flushes ? 'vma_interval_tree_remove' : vmas.last;
  const zapped = iMmapCounts(here.scene, d) ? 'unlink_file_vma' : last;
  return chart(here, {
    ...down(here, 'mmap_sem', {
      lock: mmapSem,
      mode: 'write',
      fn: 'vm_munmap',
      src: V40.mmap,
      to: vmas.first,
      begin,
    }),
    ...vmas.states,
    // vma_adjust_trans_huge(): a VMA that is cut within the range loses its huge PMD. split_huge_pmd_address() looks under the lock.
    ...(splits && splitUnderLock(d, here, 'split_vma', underIMmap ? 'vma_complete' : 'detach')),
    ...(underIMmap && {
      ...down(here, 'vma_prepare', {
        lock: iMmapRwsem,
        mode: 'write',
        fn: 'vma_prepare',
        src: V72.vma,
        to: 'split_vma',
      }),
      vma_complete: up(here, iMmapRwsem, 'vma_complete', V72.vma, 'detach'),
    }),
    detach: step(
      LOCAL,
      'detach_vmas_to_be_unmapped',
      V40.mmap,
      otherwise('unmap_vmas', `unmap ${here.page}`, (s) =>
        s.send(vma(here.thread.vma), { type: 'DETACH', page: here.page }),
      ),
    ),
    ...(thpOn(here.scene)
      ? {
          unmap_vmas: chart(
            here.at('unmap_vmas'),
            zapOf(d, here.at('unmap_vmas'), [here.vma], { pages: [here.page], even_cows: true }, here.to(zapped)),
          ),
          ...(zapped !== last && freePgtables(here, [here.vma], { all: false, to: last })),
        }
      : zapStates(d, here, 'unmap_vmas', () => ({ vma: here.vma, page: here.page }), {
          alternatives: [
            otherwise(flushes ? 'unlink_file_vma' : last, '', (s) => {
              tlbGatherMmu(s, d, here, here.thread.mm);
              zap(s, d, here, here.thread.vma, here.page, true);
            }),
          ],
          neverDirty: 'mmap_sem is held for writing: no fault is between its PTE and set_page_dirty()',
        })),
    // The flush comes after free_pgtables(), which takes the VMA out of the file's tree.
    ...(flushes && {
      ...down(here, 'unlink_file_vma', {
        lock: iMmapRwsem,
        mode: 'write',
        fn: 'unlink_file_vma',
        src: V40.mmap,
        to: 'tree_remove',
      }),
      // A walk that begins now does not come to this address space, and so flushes nothing of it.
      tree_remove: step(
        LOCAL,
        'unlink_file_vma',
        V40.mmap,
        otherwise('unlinked', 'vma_interval_tree_remove()', unlink),
      ),
      unlinked: up(here, iMmapRwsem, 'unlink_file_vma', V40.mmap, 'tlb_finish_mmu'),
      tlb_finish_mmu: tlbFinishMmu(d, here, () => here.vma, [here.page], { to: last }),
    }),
    // Where nothing walks the tree while pages are flushed, its lock makes no difference.
    ...(last === 'vma_interval_tree_remove' && {
      vma_interval_tree_remove: step(
        LOCAL,
        'unlink_file_vma',
        V40.mmap,
        otherwise(vmas.last, 'vma_interval_tree_remove()', unlink),
      ),
    }),
    up_write: up(here, mmapSem, 'vm_munmap', V40.mmap, ret.RETURN, end),
  });
}
