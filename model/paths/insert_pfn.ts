/** insert_pfn() up to 4.13: only into an empty PTE, read-only as the VMA's vm_page_prot says. One PTL section. */
import { chart, otherwise, step, when } from '../../explorer/chart.ts';
import { isNone } from '../entries/pte.ts';
import type { MmParts } from '../parts.ts';
import { PTL } from '../sections.ts';
import { V40 } from '../sources.ts';

type InsertPfn = MmParts['insert_pfn'];

/** @param prot whether the caller's protection counts, which is writable where it says so; else the VMA's is taken */
const insertPfn =
  ({ prot }: { prot: boolean }): InsertPfn =>
  (_d, here, ret, { pfn, mkwrite }) =>
    chart(here, {
      insert_pfn: step(
        PTL,
        'insert_pfn',
        V40.memory,
        when(
          (s) => s.read(here.pte, isNone),
          ret.OK,
          prot && mkwrite ? 'set_pte_at(rw, clean)' : 'set_pte_at(ro)',
          (s) => s.send(here.pte, { type: 'SET', pte: { pfn: pfn(s), w: prot && mkwrite, d: false } }),
        ),
        otherwise(ret.EBUSY, '!pte_none(): -EBUSY'),
      ),
    });

export const insert_pfn = insertPfn({ prot: false });

/** vmf_insert_pfn_prot() of 2016: the protection is the caller's. It has no dirty bit, and nothing adds one. */
export const insert_pfn_prot = insertPfn({ prot: true });
