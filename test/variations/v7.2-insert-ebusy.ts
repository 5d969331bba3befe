/** v7.2, but a store's insertion over another PTE answers -EBUSY, so that the access is tried again, as with insert_pfn(). */
import { chart, otherwise, step, when } from '../../explorer/chart.ts';
import v72 from '../../model/designs/v7.2.ts';
import { isNone } from '../../model/entries/pte.ts';
import type { IomapParts } from '../../model/parts.ts';
import { PTL } from '../../model/sections.ts';
import { V72 } from '../../model/sources.ts';

const insert_pfn: IomapParts['insert_pfn'] = (_d, here, ret, { pfn, mkwrite }) =>
  chart(here, {
    insert_page_into_pte_locked: step(
      PTL,
      'insert_page_into_pte_locked',
      V72.memory,
      when(
        (s) => !s.read(here.pte, isNone) && (!mkwrite || s.read(here.pte)!.pfn !== pfn(s)),
        ret.EBUSY,
        '!pte_none(): -EBUSY',
      ),
      otherwise(ret.OK, 'set_pte_at()', (s) =>
        s.send(here.pte, { type: 'SET', pte: { pfn: pfn(s), w: mkwrite, d: s.read(here.pte)?.d ?? mkwrite } }),
      ),
    ),
  });

export default { ...v72, id: 'v7.2-insert-ebusy', parts: { ...v72.parts, insert_pfn } };
