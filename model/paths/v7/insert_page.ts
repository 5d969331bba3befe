/**
 * vmf_insert_page_mkwrite() of 6.15 and later: a block is mapped as a page that is counted. Over a PTE of another pfn a store's
 * insertion is -EFAULT, and that is VM_FAULT_SIGBUS, where insert_pfn() went round again. mm/memory.c; read from 7.1.3 and 7.2.6
 */
import { chart, otherwise, step, unreached, when } from '../../../explorer/chart.ts';
import { ZERO } from '../../entries/pfn.ts';
import { isNone } from '../../entries/pte.ts';
import { mark } from '../../marks.ts';
import type { MmParts } from '../../parts.ts';
import { vmFault } from '../../registers.ts';
import { PTL } from '../../sections.ts';
import { V72 } from '../../sources.ts';

export const insert_page: MmParts['insert_pfn'] = (_d, here, ret, { pfn, mkwrite }) =>
  chart(here, {
    insert_page_into_pte_locked: step(
      PTL,
      'insert_page_into_pte_locked',
      V72.memory,
      when((s) => !s.read(here.pte, isNone) && !mkwrite, ret.EBUSY, '!pte_none(): -EBUSY'),
      when(
        (s) => s.read(here.pte)?.pfn === ZERO,
        ret.OK,
        'the zero page is mapped: -EFAULT: VM_FAULT_SIGBUS',
        (s) => s.set(vmFault, 'SIGBUS'),
      ),
      unreached(
        'the fault lock is held: the filesystem frees a block under it for writing, with its PTEs gone',
        when(
          (s) => !s.read(here.pte, isNone) && s.read(here.pte)!.pfn !== pfn(s),
          ret.OK,
          'WARN_ON_ONCE(other pfn): -EFAULT: VM_FAULT_SIGBUS',
          (s) => {
            s.mark(mark({ type: 'warn', site: 'insert_page_into_pte_locked: pte_pfn(pteval) != page_to_pfn(page)' }));
            s.set(vmFault, 'SIGBUS');
          },
        ),
      ),
      // No pte_mkdirty(), which insert_pfn() has: the MMU sets the bit with the store.
      when(
        (s) => !s.read(here.pte, isNone),
        ret.OK,
        'ptep_set_access_flags(rw)',
        (s) => s.send(here.pte, { type: 'SET', pte: { ...s.read(here.pte)!, w: true } }),
      ),
      otherwise(ret.OK, mkwrite ? 'set_pte_at(rw)' : 'set_pte_at(ro)', (s) =>
        s.send(here.pte, { type: 'SET', pte: { pfn: pfn(s), w: mkwrite, d: mkwrite } }),
      ),
    ),
  });
