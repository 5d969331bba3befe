/**
 * v4.14, where the batch of a walk over one VMA is full at its last page, and the flush leaves that one out: "zap_pte_range: update addr when
 * forcing flush after TLB batching faiure" (3.18).
 */
import { chart, otherwise, type StateConfig, step } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import { pte } from '../../model/entries/pte.ts';
import { iMmapRwsem } from '../../model/entries/rwsem.ts';
import type { IomapParts } from '../../model/parts.ts';
import { down, up } from '../../model/paths/locks.ts';
import { tlbFinishMmu, tlbGatherMmu } from '../../model/paths/tlb.ts';
import { zap } from '../../model/paths/zap_pte_range.ts';
import { PTL } from '../../model/sections.ts';
import { V414 } from '../../model/sources.ts';

const fn = 'unmap_mapping_range';
const src = V414.memory;

const unmap_mapping_range: IomapParts['unmap_mapping_range'] = (d, here, ret, range) => {
  const vma = here.scene.vmas[0]!;
  const zaps = range.pages.map((page, i): [string, StateConfig] => {
    const last = i > 0 && i + 1 === range.pages.length;
    const clear = otherwise(i + 1 < range.pages.length ? `zap_${i + 1}` : 'tlb_finish_mmu', '', (s) => {
      if (i === 0) tlbGatherMmu(s, d, here, vma.mm);
      const ref = pte(vma.id, page);
      // The page of a special PTE is in no batch, so that only its address is what the flush has to know.
      if (!last) zap(s, d, here, vma.id, page, range.even_cows === true);
      else if (s.read(ref) !== null) s.send(ref, { type: 'CLEAR' });
    });
    return [`zap_${i}`, step(PTL, 'zap_pte_range', src, clear)];
  });
  return chart(here, {
    ...down(here, 'i_mmap_rwsem', { lock: iMmapRwsem, mode: 'write', fn, src, to: 'zap_0' }),
    ...Object.fromEntries(zaps),
    tlb_finish_mmu: tlbFinishMmu(d, here, () => vma, range.pages.slice(0, -1), { to: 'up_write' }),
    up_write: up(here, iMmapRwsem, fn, src, ret.RETURN),
  });
};

export default defineDesign<IomapParts>({
  id: 'v4.14-flush-misses-last',
  title: 'v4.14, where a walk flushes all but the last page',
  source: 'before "zap_pte_range: update addr when forcing flush after TLB batching faiure" (3.18)',
  facts: v414.facts,
  parts: { ...v414.parts, unmap_mapping_range },
  expects: {},
});
