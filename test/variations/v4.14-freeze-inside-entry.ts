/** v4.14, where a store asks for freeze protection when it has the entry locked. No kernel. */
import { chart } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import { faultLock } from '../../model/entries/rwsem.ts';
import type { IomapParts } from '../../model/parts.ts';
import { fileUpdateTime, sbEndPagefault, sbStartPagefault } from '../../model/paths/ext4_dax_fault.ts';
import { down, up } from '../../model/paths/locks.ts';
import { pfn_mkwrite_is_fault } from '../../model/paths/pfn_mkwrite.ts';
import { V414 } from '../../model/sources.ts';

const fn = 'ext4_dax_huge_fault';
const src = V414.ext4File;
const base = v414.parts;

const fault: IomapParts['fault'] = (d, here, ret) => {
  const dax = d as IomapParts;
  return chart(here, {
    ...(here.sharedWrite && { file_update_time: fileUpdateTime(here, fn, src, 'i_mmap_sem') }),
    ...down(here, 'i_mmap_sem', { lock: faultLock, mode: 'read', fn, src, to: 'dax_iomap_pte_fault' }),
    dax_iomap_pte_fault: dax.dax_iomap_pte_fault(dax, here.at('dax_iomap_pte_fault'), {
      NOPAGE: here.to('up_read'),
      LOCKED: here.to('up_read'),
      SIGBUS: here.to('up_read_sigbus'),
    }),
    up_read: up(here, faultLock, fn, src, ret.NOPAGE),
    up_read_sigbus: up(here, faultLock, fn, src, ret.SIGBUS),
  });
};

const grab_mapping_entry: IomapParts['grab_mapping_entry'] = (d, here, ret) =>
  here.sharedWrite
    ? chart(here, {
        grab_mapping_entry: base.grab_mapping_entry(d, here.at('grab_mapping_entry'), {
          RETURN: here.to('sb_start_pagefault'),
          ENOMEM: ret.ENOMEM,
        }),
        sb_start_pagefault: sbStartPagefault(here, fn, src, ret.RETURN),
      })
    : base.grab_mapping_entry(d, here, ret);

const put_locked_mapping_entry: IomapParts['put_locked_mapping_entry'] = (d, here, ret, ...rest) =>
  here.sharedWrite
    ? chart(here, {
        sb_end_pagefault: sbEndPagefault(here, fn, src, here.to('put_locked_mapping_entry')),
        put_locked_mapping_entry: base.put_locked_mapping_entry(d, here.at('put_locked_mapping_entry'), ret, ...rest),
      })
    : base.put_locked_mapping_entry(d, here, ret, ...rest);

export default defineDesign<IomapParts>({
  id: 'v4.14-freeze-inside-entry',
  title: 'v4.14, with freeze protection inside the entry lock',
  source: 'variation',
  facts: v414.facts,
  parts: {
    ...base,
    fault,
    page_mkwrite: fault,
    pfn_mkwrite: pfn_mkwrite_is_fault,
    grab_mapping_entry,
    put_locked_mapping_entry,
  },
  expects: {},
});
