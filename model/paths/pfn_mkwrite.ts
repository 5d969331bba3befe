/** `.pfn_mkwrite = ext4_dax_fault`: the handler is the fault handler, and nothing looks at orig_pte any more. */
import { chart, dispatch, otherwise, type StateConfig } from '../../explorer/chart.ts';
import type { Here } from '../here.ts';
import type { MmParts, Returns } from '../parts.ts';
import { V414 } from '../sources.ts';
import { forgetOrigPte } from './do_wp_page.ts';

export function pfn_mkwrite_is_fault(d: MmParts, here: Here, ret: Returns<'NOPAGE' | 'SIGBUS'>): StateConfig {
  return chart(here, {
    vm_ops: dispatch('wp_pfn_shared', V414.memory, otherwise('fault', '', forgetOrigPte)),
    fault: d.fault(d, here.at('fault'), { ...ret, LOCKED: ret.NOPAGE }),
  });
}

/** The same where the fault handler's insertion compares with orig_pte, so that the snapshot has to live on. */
export function pfn_mkwrite_with_orig(d: MmParts, here: Here, ret: Returns<'NOPAGE' | 'SIGBUS'>): StateConfig {
  const forget = (to: string) => dispatch('wp_pfn_shared', V414.memory, otherwise(to, '', forgetOrigPte));
  return chart(here, {
    fault: d.fault(d, here.at('fault'), {
      NOPAGE: here.to('done'),
      LOCKED: here.to('done'),
      SIGBUS: here.to('sigbus'),
    }),
    done: forget(ret.NOPAGE),
    sigbus: forget(ret.SIGBUS),
  });
}
