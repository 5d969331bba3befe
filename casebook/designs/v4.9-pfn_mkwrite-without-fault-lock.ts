/** v4.9 whose ext4_dax_pfn_mkwrite() does not take the fault lock, and so waits for no punch. */
import { chart } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v49 from '../../model/designs/v4.9.ts';
import type { Here } from '../../model/here.ts';
import type { IomapParts, MmParts, Returns } from '../../model/parts.ts';
import { fileUpdateTime, sbEndPagefault, sbStartPagefault } from '../../model/paths/ext4_dax_fault.ts';
import { mkwriteTags } from '../../model/paths/v49/dax_fault.ts';
import { V49 } from '../../model/sources.ts';

const FN = 'ext4_dax_pfn_mkwrite';

const pfn_mkwrite = (d: MmParts, here: Here, ret: Returns<'NOPAGE' | 'SIGBUS'>) =>
  chart(here, {
    sb_start_pagefault: sbStartPagefault(here, FN, V49.ext4File, 'file_update_time'),
    file_update_time: fileUpdateTime(here, FN, V49.ext4File, 'dax_pfn_mkwrite'),
    ...mkwriteTags.states(d as IomapParts, here, { up: 'end', sigbus: 'end' }),
    end: sbEndPagefault(here, FN, V49.ext4File, ret.NOPAGE),
  });

export default defineDesign<IomapParts>({
  ...v49,
  id: 'v4.9-pfn_mkwrite-without-fault-lock',
  title: 'v4.9, ext4_dax_pfn_mkwrite() does not take i_mmap_sem',
  source: 'variation',
  parts: { ...v49.parts, pfn_mkwrite },
  filesystems: undefined,
  expects: {},
});
