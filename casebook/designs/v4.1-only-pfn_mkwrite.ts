/**
 * v4.1 with a filesystem that has ->pfn_mkwrite() and no ->page_mkwrite(): vma_wants_writenotify() asks for the latter alone,
 * so vm_page_prot is writable, and a load maps the block writable (C06).
 */
import { chart, otherwise, step, when } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v41 from '../../model/designs/v4.1-pfn-mkwrite.ts';
import { isNone } from '../../model/entries/pte.ts';
import type { GetBlockParts } from '../../model/parts.ts';
import { PTL } from '../../model/sections.ts';
import { V41 } from '../../model/sources.ts';

const insert_pfn: GetBlockParts['insert_pfn'] = (_d, here, ret, { pfn }) =>
  chart(here, {
    insert_pfn: step(
      PTL,
      'insert_pfn',
      V41.memory,
      when(
        (s) => s.read(here.pte, isNone) && here.shared && here.vma.writable,
        ret.OK,
        'set_pte_at(vm_page_prot: rw)',
        (s) => s.send(here.pte, { type: 'SET', pte: { pfn: pfn(s), w: true, d: false } }),
      ),
      when(
        (s) => s.read(here.pte, isNone),
        ret.OK,
        'set_pte_at(ro)',
        (s) => s.send(here.pte, { type: 'SET', pte: { pfn: pfn(s), w: false, d: false } }),
      ),
      otherwise(ret.EBUSY, '!pte_none(): -EBUSY'),
    ),
  });

export default defineDesign<GetBlockParts>({
  id: 'v4.1-only-pfn_mkwrite',
  title: 'v4.1, the VMA has ->pfn_mkwrite() and no ->page_mkwrite()',
  source: 'before 8a04446ab0cf "mm, dax: VMA with vm_ops->pfn_mkwrite wants to be write-notified"',
  facts: v41.facts,
  parts: { ...v41.parts, insert_pfn },
  expects: {},
});
