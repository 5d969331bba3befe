/** Faults on an empty PTE: do_read_fault() and do_shared_fault(), which leave the work to vm_ops->fault. */
import { chart, otherwise, type StateConfig, step, unreachedIf, when } from '../../explorer/chart.ts';
import { page } from '../entries/page.ts';
import { isNone } from '../entries/pte.ts';
import type { Here } from '../here.ts';
import type { MmParts, Returns } from '../parts.ts';
import { heldPage, vmFault } from '../registers.ts';
import { PTL } from '../sections.ts';
import { V40, V49 } from '../sources.ts';
import { unlockPage } from './locks.ts';
import { pteAllocLate } from './may_fail.ts';

const NEVER_LOCKED = "this era's ->fault maps the page itself and returns NOPAGE";

export function do_read_fault(d: MmParts, here: Here, ret: Returns<'DONE' | 'SIGBUS'>): StateConfig {
  const none = { first: here.to('do_set_pte'), states: {} };
  const map = d.fault_returns_locked
    ? pteAllocLate(d, here, 'pte_alloc_one_map', {
        fn: 'alloc_set_pte',
        src: V49.memory,
        to: here.to('do_set_pte'),
        on: { to: 'unlock_put', leave: (s) => s.set(vmFault, 'OOM') },
      })
    : none;
  return chart(here, {
    fault: d.fault(d, here.at('fault'), { NOPAGE: ret.DONE, LOCKED: map.first, SIGBUS: ret.SIGBUS }),
    ...map.states,
    // The page's lock keeps truncation away until the PTE is there.
    do_set_pte: step(
      PTL,
      'do_set_pte',
      V40.memory,
      unreachedIf(
        !d.fault_returns_locked,
        NEVER_LOCKED,
        when(
          (s) => s.read(here.pte, isNone),
          'unlock',
          'set_pte_at(ro)',
          (s) => {
            const pfn = s.get(heldPage)!;
            s.send(here.pte, { type: 'SET', pte: { pfn, w: false, d: false } });
            s.send(page(pfn), { type: 'ADD_RMAP' });
          },
        ),
      ),
      unreachedIf(
        !d.fault_returns_locked,
        NEVER_LOCKED,
        otherwise('unlock_put', '!pte_same(): someone else mapped it'),
      ),
    ),
    // The reference now belongs to the PTE.
    unlock: unlockMapped(d, here, ret.DONE, false),
    unlock_put: unlockMapped(d, here, ret.DONE, true),
  });
}

function unlockMapped(d: MmParts, here: Here, to: string, put: boolean): StateConfig {
  return unlockPage(here, {
    page: (s) => s.get(heldPage)!,
    fn: 'do_read_fault',
    src: V40.memory,
    to,
    after: (s) => {
      if (put) s.send(page(s.get(heldPage)!), { type: 'PUT' });
      s.set(heldPage, null);
    },
    ...(!d.fault_returns_locked && { unreached: NEVER_LOCKED }),
  });
}

/** For DAX, ->fault of a store never returns a locked page, so page_mkwrite is not called from here. */
export function do_shared_fault(d: MmParts, here: Here, ret: Returns<'DONE' | 'SIGBUS'>): StateConfig {
  return chart(here, {
    fault: d.fault(d, here.at('fault'), { NOPAGE: ret.DONE, LOCKED: ret.DONE, SIGBUS: ret.SIGBUS }),
  });
}
