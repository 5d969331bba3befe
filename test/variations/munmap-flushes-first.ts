/**
 * v6.1 where munmap flushes the TLBs before its VMA leaves the file's tree: what b67fbebd4cf9 (5.19) does for VM_PFNMAP and
 * VM_MIXEDMAP, which the mappings of DAX are not since 4.19 (e1fb4a086495).
 */
import { chart, otherwise, step } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v61 from '../../model/designs/v6.1.ts';
import { iMmapRwsem, mmapLock } from '../../model/entries/rwsem.ts';
import { vma } from '../../model/entries/vma.ts';
import type { IomapParts } from '../../model/parts.ts';
import { callOf } from '../../model/paths/call.ts';
import { down, up } from '../../model/paths/locks.ts';
import { tlbFinishMmu, tlbGatherMmu } from '../../model/paths/tlb.ts';
import { zap } from '../../model/paths/zap_pte_range.ts';
import { LOCAL, PTL } from '../../model/sections.ts';
import { V40 } from '../../model/sources.ts';
import { tlbOn } from '../../model/tlb-slots.ts';

const munmap: IomapParts['munmap'] = (d, here, ret) => {
  if (!tlbOn(here.scene)) return v61.parts.munmap(d, here, ret);
  const { begin, end } = callOf(here);
  const lock = mmapLock(here.thread.mm);
  const src = V40.mmap;
  const cut = vma(here.thread.vma);
  return chart(here, {
    ...down(here, 'mmap_sem', { lock, mode: 'write', fn: 'vm_munmap', src, to: 'detach', begin }),
    detach: step(
      LOCAL,
      'detach_vmas_to_be_unmapped',
      src,
      otherwise('zap_pte_range', '', (s) => s.send(cut, { type: 'DETACH', page: here.page })),
    ),
    zap_pte_range: step(
      PTL,
      'zap_pte_range',
      V40.memory,
      otherwise('tlb_flush_mmu_tlbonly', '', (s) => {
        tlbGatherMmu(s, d, here, here.thread.mm);
        zap(s, d, here, here.thread.vma, here.page, true);
      }),
    ),
    tlb_flush_mmu_tlbonly: tlbFinishMmu(d, here, () => here.vma, [here.page], { to: 'unlink_file_vma' }),
    ...down(here, 'unlink_file_vma', {
      lock: iMmapRwsem,
      mode: 'write',
      fn: 'unlink_file_vma',
      src,
      to: 'tree_remove',
    }),
    tree_remove: step(
      LOCAL,
      'unlink_file_vma',
      src,
      otherwise('unlinked', '', (s) => s.send(cut, { type: 'UNLINK', page: here.page })),
    ),
    unlinked: up(here, iMmapRwsem, 'unlink_file_vma', src, 'up_write'),
    up_write: up(here, lock, 'vm_munmap', src, ret.RETURN, end),
  });
};

export default defineDesign<IomapParts>({
  ...v61,
  id: 'v6.1-munmap-flushes-first',
  title: 'v6.1, munmap flushes the TLBs before its VMA leaves the tree of the file',
  source: 'b67fbebd4cf9 does so for VM_PFNMAP and VM_MIXEDMAP',
  parts: { ...v61.parts, munmap },
  expects: {},
});
