/** v4.14: the zero-page series as merged: v3, but insert_pfn() with mkwrite refuses a PTE of another pfn. */
import { chart, otherwise, step, when } from '../../explorer/chart.ts';
import { defineDesign } from '../design.ts';
import { isNone } from '../entries/pte.ts';
import { mark } from '../marks.ts';
import type { IomapParts } from '../parts.ts';
import { dax_iomap_pmd_fault } from '../paths/thp/dax_iomap_pmd_fault.ts';
import { xfs_v414 } from '../paths/xfs/layers.ts';
import { PTL } from '../sections.ts';
import { V414 } from '../sources.ts';
import v3 from './zero-page-v3.ts';

/** With mkwrite: a present PTE of the same pfn gets young, dirty and write; another pfn is warned of and left. */
export const insert_pfn: IomapParts['insert_pfn'] = (_d, here, ret, { pfn, mkwrite }) =>
  chart(here, {
    insert_pfn: step(
      PTL,
      'insert_pfn',
      V414.memory,
      when((s) => !s.read(here.pte, isNone) && !mkwrite, ret.EBUSY, '!pte_none(): -EBUSY'),
      when(
        (s) => !s.read(here.pte, isNone) && s.read(here.pte)!.pfn !== pfn(s),
        ret.EBUSY,
        'WARN_ON_ONCE(other pfn): -EBUSY',
        (s) => s.mark(mark({ type: 'warn', site: 'insert_pfn: pte_pfn(*pte) != pfn' })),
      ),
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
  id: 'v4.14',
  title: 'the common zero page as merged: insert_pfn() with mkwrite wants the same pfn',
  source: 'linux v4.14 (b2770da64254, 91d25ba8a6b0), read from 4.14.113',
  facts: { ...v3.facts, pins: true },
  parts: {
    ...v3.parts,
    insert_pfn,
    dax_iomap_pmd_fault,
    cow_updates_times: false,
    wb_err: true,
    tlb_flush_nested: 'range',
    mremap_flushes_first: 'all',
  },
  filesystems: { ...v3.filesystems, xfs: xfs_v414 },
  expects: {
    'fsync-durable': ['fsync-fsync'],
    'no-warn': ['store-write'],
  },
});
