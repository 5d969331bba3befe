/**
 * vm_insert_mixed() of the zero page. Storage always goes to the design's insert_pfn(), and so does the zero page with
 * PTE_SPECIAL. Without, it has a valid pfn and goes to insert_page(), which counts it and knows no mkwrite.
 */
import { chart, otherwise, type StateConfig, step, when } from '../../explorer/chart.ts';
import { ZERO } from '../entries/pfn.ts';
import { isNone } from '../entries/pte.ts';
import type { Here } from '../here.ts';
import { countsZero } from '../normal-page.ts';
import type { MmParts, Returns } from '../parts.ts';
import { PTL } from '../sections.ts';
import { V414 } from '../sources.ts';
import { type OnError, pteAllocLate } from './may_fail.ts';
import { mapPage } from './struct_page.ts';

type Insert = Returns<'OK' | 'EBUSY'>;

export function insertZeroPage(d: MmParts, here: Here, ret: Insert): StateConfig {
  if (!countsZero(here.scene)) return d.insert_pfn(d, here, ret, { pfn: () => ZERO, mkwrite: false });
  return chart(here, {
    insert_page: step(
      PTL,
      'insert_page',
      V414.memory,
      when((s) => !s.read(here.pte, isNone), ret.EBUSY, '!pte_none(): -EBUSY'),
      otherwise(ret.OK, 'get_page(); page_add_file_rmap(); set_pte_at(ro)', (s) => {
        mapPage(s, ZERO);
        s.send(here.pte, { type: 'SET', pte: { pfn: ZERO, w: false, d: false } });
      }),
    ),
  });
}

/** The insertion after get_locked_pte(), which may have to allocate the page table. @param on where -ENOMEM leads */
export function withLockedPte(d: MmParts, here: Here, on: OnError, insert: (at: Here) => StateConfig): StateConfig {
  const table = pteAllocLate(d, here, 'get_locked_pte', {
    fn: 'get_locked_pte',
    src: V414.memory,
    to: 'insert',
    on,
  });
  if (Object.keys(table.states).length === 0) return insert(here);
  return chart(here, { ...table.states, insert: insert(here.at('insert')) });
}
