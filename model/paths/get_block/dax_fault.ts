/** The handlers of 4.0 and 4.1 round do_dax_fault(): dax_fault(), dax_mkwrite(), dax_pfn_mkwrite(). fs/dax.c */
import { chart, dispatch, otherwise, type StateConfig, unreached } from '../../../explorer/chart.ts';
import type { Here } from '../../here.ts';
import type { GetBlockParts, IomapParts, MmParts, Returns } from '../../parts.ts';
import { V40, V41 } from '../../sources.ts';
import { faultHandler, fileUpdateTime, mkwriteHandler, sbEndPagefault, sbStartPagefault } from '../ext4_dax_fault.ts';

/** As ext4_dax_fault() of 4.5, in a design of 4.0 whose faults take a fault lock (ea3d7209ca01). */
const underFaultLock = faultHandler({ fn: 'dax_fault', src: V40.dax });

/** dax_fault() = dax_mkwrite(): freeze protection and times round the work, for stores. */
export function dax_fault(d: GetBlockParts, here: Here, ret: Returns<'NOPAGE' | 'LOCKED' | 'SIGBUS'>): StateConfig {
  if (d.fault_lock.faults) {
    const dax_iomap_pte_fault: IomapParts['dax_iomap_pte_fault'] = (_d, at, back) => d.do_dax_fault(d, at, back);
    return underFaultLock(
      { ...d, dax_iomap_pte_fault, dax_finish_sync_fault: null } as unknown as IomapParts,
      here,
      ret,
    );
  }
  if (!here.write) return chart(here, { do_dax_fault: d.do_dax_fault(d, here.at('do_dax_fault'), ret) });
  return chart(here, {
    sb_start_pagefault: sbStartPagefault(here, 'dax_fault', V40.dax, 'file_update_time'),
    file_update_time: fileUpdateTime(here, 'dax_fault', V40.dax, 'do_dax_fault'),
    do_dax_fault: d.do_dax_fault(d, here.at('do_dax_fault'), {
      NOPAGE: here.to('end'),
      LOCKED: here.to('end_locked'),
      SIGBUS: here.to('end_sigbus'),
    }),
    end: sbEndPagefault(here, 'dax_fault', V40.dax, ret.NOPAGE),
    ...(here.cow
      ? { end_locked: sbEndPagefault(here, 'dax_fault', V40.dax, ret.LOCKED) }
      : {
          end_locked: dispatch(
            'dax_fault',
            V40.dax,
            unreached('a store to a shared mapping never comes back with a locked page', otherwise('end', '')),
          ),
        }),
    end_sigbus: sbEndPagefault(here, 'dax_fault', V40.dax, ret.SIGBUS),
  });
}

/** `#define dax_mkwrite dax_fault`: a store never comes back with a locked page. */
export const dax_mkwrite = (d: GetBlockParts, here: Here, ret: Returns<'NOPAGE' | 'SIGBUS'>): StateConfig =>
  dax_fault(d, here, { ...ret, LOCKED: ret.NOPAGE });

/** v4.1: the times are updated, and do_wp_page() then makes the PTE writable. Freeze protection ends before that. */
export function dax_pfn_mkwrite_v41(d: MmParts, here: Here, ret: Returns<'NOPAGE' | 'SIGBUS'>): StateConfig {
  if (d.fault_lock.faults) return cyclesFaultLock(d, here, ret);
  return chart(here, {
    sb_start_pagefault: sbStartPagefault(here, 'dax_pfn_mkwrite', V41.dax, 'file_update_time'),
    file_update_time: fileUpdateTime(here, 'dax_pfn_mkwrite', V41.dax, 'sb_end_pagefault'),
    sb_end_pagefault: sbEndPagefault(here, 'dax_pfn_mkwrite', V41.dax, ret.NOPAGE),
  });
}

/** As ext4_dax_pfn_mkwrite() of 4.5: the lock is cycled, so that a punch that began before has unmapped the PTE. */
const cyclesFaultLock = mkwriteHandler(
  { fn: 'dax_pfn_mkwrite', src: V41.dax },
  { states: () => ({}), forgets: 'at SIGBUS' },
);
