/**
 * "DAX common 4k zero page", v3 (Zwisler, 2017-06-28): v2, but insert_pfn() with mkwrite keeps a PTE that is present,
 * whatever it points to, and just adds the flags.
 */
import { chart, otherwise, step, when } from '../../explorer/chart.ts';
import { defineDesign } from '../design.ts';
import { isNone } from '../entries/pte.ts';
import type { IomapParts } from '../parts.ts';
import { writebackRange } from '../paths/dax_writeback.ts';
import { PTL } from '../sections.ts';
import { ZERO_PAGE_V3 } from '../sources.ts';
import v2 from './zero-page-v2.ts';

/** With mkwrite: a present PTE gets young, dirty and write. */
export const insert_pfn: IomapParts['insert_pfn'] = (_d, here, ret, { pfn, mkwrite }) =>
  chart(here, {
    insert_pfn: step(
      PTL,
      'insert_pfn',
      ZERO_PAGE_V3.memory,
      when((s) => !s.read(here.pte, isNone) && !mkwrite, ret.EBUSY, '!pte_none(): -EBUSY'),
      when(
        (s) => !s.read(here.pte, isNone),
        ret.OK,
        'set_pte_at(*pte | rw)',
        (s) => s.send(here.pte, { type: 'SET', pte: { ...s.read(here.pte)!, w: true, d: true } }),
      ),
      otherwise(ret.OK, mkwrite ? 'set_pte_at(rw)' : 'set_pte_at(ro)', (s) =>
        s.send(here.pte, { type: 'SET', pte: { pfn: pfn(s), w: mkwrite, d: mkwrite } }),
      ),
    ),
  });

export default defineDesign<IomapParts>({
  id: 'zero-page-v3',
  title: 'common zero page v3: insert_pfn() with mkwrite adds flags to the present PTE',
  source: 'mail 2017-06-28, "[PATCH v3 1/5] mm: add vm_insert_mixed_mkwrite()"',
  facts: v2.facts,
  parts: {
    ...v2.parts,
    insert_pfn,
    dax_writeback_mapping_range: writebackRange({ rescan: false }),
  },
  filesystems: v2.filesystems,
  expects: {
    'fsync-durable': ['fsync-fsync'],
    'zero-page-readonly': ['store-write'],
  },
});
