/**
 * v4.9, where the batch of a walk is full behind its first page: its pages are freed, and what is flushed is the range behind
 * them, as before e6c495a96ce0 (3.11); tlb_finish_mmu() flushes all. With `fixed` the batch is flushed.
 */
import { chart, otherwise, register, type StateConfig, step } from '../../explorer/chart.ts';
import { type Design, defineDesign } from '../../model/design.ts';
import v49 from '../../model/designs/v4.9.ts';
import { isAnon, type Pfn } from '../../model/entries/pfn.ts';
import { pfnIn, pte } from '../../model/entries/pte.ts';
import { iMmapRwsem } from '../../model/entries/rwsem.ts';
import type { IomapParts } from '../../model/parts.ts';
import { down, up } from '../../model/paths/locks.ts';
import { putPage, removeRmap } from '../../model/paths/struct_page.ts';
import { flushTlbRange, tlbFinishMmu } from '../../model/paths/tlb.ts';
import { zap } from '../../model/paths/zap_pte_range.ts';
import { LOCAL, PTL } from '../../model/sections.ts';
import { V49 } from '../../model/sources.ts';

const fn = 'unmap_mapping_range';
const src = V49.memory;
const batch = register<Pfn | null>('batch', null);

/** Of the scenario's first VMA, and of two pages. */
const walk =
  (fixed: boolean): IomapParts['unmap_mapping_range'] =>
  (d, here, ret, range) => {
    const vma = here.scene.vmas[0]!;
    const [first, ...rest] = range.pages;
    if (rest.length === 0 || !range.even_cows) return v49.parts.unmap_mapping_range(d, here, ret, range);
    const zaps = rest.map((page, i): [string, StateConfig] => [
      `zap_${i}`,
      step(
        PTL,
        'zap_pte_range',
        src,
        otherwise(i + 1 < rest.length ? `zap_${i + 1}` : 'tlb_finish_mmu', '', (s) =>
          zap(s, d, here, vma.id, page, true),
        ),
      ),
    ]);
    return chart(here, {
      ...down(here, 'i_mmap_rwsem', { lock: iMmapRwsem, mode: 'write', fn, src, to: 'zap_first' }),
      zap_first: step(
        PTL,
        'zap_pte_range',
        src,
        otherwise('tlb_flush_mmu', '', (s) => {
          const ref = pte(vma.id, first!);
          const pfn = s.read(ref, pfnIn);
          if (pfn === null) return;
          s.send(ref, { type: 'CLEAR' });
          if (!isAnon(pfn)) return;
          removeRmap(s, pfn);
          s.set(batch, pfn);
        }),
      ),
      tlb_flush_mmu: step(
        LOCAL,
        'tlb_flush_mmu',
        src,
        otherwise('zap_0', fixed ? 'flush the batch, free it' : 'flush what is behind the batch, free it', (s) => {
          flushTlbRange(s, here, vma.id, fixed ? [first!] : rest);
          const pfn = s.get(batch);
          if (pfn !== null) putPage(s, pfn);
          s.set(batch, null);
        }),
      ),
      ...Object.fromEntries(zaps),
      tlb_finish_mmu: tlbFinishMmu(d, here, () => vma, rest, {
        to: 'up_write',
        after: (s) => flushTlbRange(s, here, vma.id, range.pages),
      }),
      up_write: up(here, iMmapRwsem, fn, src, ret.RETURN),
    });
  };

export const flushesBehindBatch = (fixed: boolean): Design<IomapParts> =>
  defineDesign<IomapParts>({
    ...v49,
    id: `v4.9-flushes-${fixed ? 'batch' : 'behind-batch'}`,
    title: `v4.9, a walk whose batch is full flushes ${fixed ? 'the batch' : 'what is behind it'}`,
    source: `mail 2013-07-29, "[PATCH] mm: Fix the TLB range flushed when __tlb_remove_page() runs out of slots"${fixed ? '' : ', not applied'}`,
    parts: { ...v49.parts, unmap_mapping_range: walk(fixed) },
    expects: {},
  });
