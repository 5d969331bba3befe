/** insert_pfn() up to 4.13: only into an empty PTE, read-only as the VMA's vm_page_prot says. One PTL section. */
import { chart, type Look, otherwise, type StateConfig, step, when } from '../../explorer/chart.ts';
import type { Pfn } from '../entries/pfn.ts';
import { isNone } from '../entries/pte.ts';
import type { Here } from '../here.ts';
import type { MmParts, Returns } from '../parts.ts';
import { PTL } from '../sections.ts';
import { V40 } from '../sources.ts';

export function insert_pfn(
  _d: MmParts,
  here: Here,
  ret: Returns<'OK' | 'EBUSY'>,
  { pfn }: { readonly pfn: (s: Look) => Pfn; readonly mkwrite: boolean },
): StateConfig {
  return chart(here, {
    insert_pfn: step(
      PTL,
      'insert_pfn',
      V40.memory,
      when(
        (s) => s.read(here.pte, isNone),
        ret.OK,
        'set_pte_at(ro)',
        (s) => s.send(here.pte, { type: 'SET', pte: { pfn: pfn(s), w: false, d: false } }),
      ),
      otherwise(ret.EBUSY, '!pte_none(): -EBUSY'),
    ),
  });
}
