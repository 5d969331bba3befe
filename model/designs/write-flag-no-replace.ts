/**
 * The reading of the `write` flag that Jan Kara would accept (2017-06-23): "created writable", nothing else. v2, where
 * insert_pfn() with the flag still only inserts into an empty PTE.
 */
import { chart, otherwise, step, when } from '../../explorer/chart.ts';
import { defineDesign } from '../design.ts';
import { isNone } from '../entries/pte.ts';
import type { IomapParts } from '../parts.ts';
import { PTL } from '../sections.ts';
import { ZERO_PAGE_V2 } from '../sources.ts';
import v2 from './zero-page-v2.ts';

/** With mkwrite: an empty PTE is created writable; a present one stays as it is. */
export const insert_pfn: IomapParts['insert_pfn'] = (_d, here, ret, { pfn, mkwrite }) =>
  chart(here, {
    insert_pfn: step(
      PTL,
      'insert_pfn',
      ZERO_PAGE_V2.memory,
      when((s) => !s.read(here.pte, isNone), ret.EBUSY, '!pte_none(): -EBUSY'),
      otherwise(ret.OK, mkwrite ? 'set_pte_at(rw)' : 'set_pte_at(ro)', (s) =>
        s.send(here.pte, { type: 'SET', pte: { pfn: pfn(s), w: mkwrite, d: mkwrite } }),
      ),
    ),
  });

export default defineDesign<IomapParts>({
  id: 'write-flag-no-replace',
  title: 'v2 where the write flag only means "created writable": nothing is replaced',
  source: 'mail 2017-06-23, "Re: [PATCH v2 1/3] mm: add vm_insert_mixed_mkwrite()"',
  facts: v2.facts,
  parts: { ...v2.parts, insert_pfn },
  filesystems: v2.filesystems,
  expects: {
    'fsync-durable': ['fsync-fsync'],
    'store-completes': ['load-store', 'load-store-2mm', 'store-fsync', 'store-punch', 'store-write', 'fsync-fsync'],
  },
});
