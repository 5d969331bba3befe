/** v4.12, where ->pfn_mkwrite() takes the fault lock before freeze protection, as XFS's PMD faults did up to 4.3: "xfs: mmap lock needs to be inside freeze protection" (4.4). */
import { chart } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v412 from '../../model/designs/v4.12.ts';
import { faultLock } from '../../model/entries/rwsem.ts';
import type { IomapParts } from '../../model/parts.ts';
import { dax_pfn_mkwrite, fileUpdateTime, sbEndPagefault, sbStartPagefault } from '../../model/paths/ext4_dax_fault.ts';
import { down, up } from '../../model/paths/locks.ts';
import { V413 } from '../../model/sources.ts';

const fn = 'xfs_filemap_pfn_mkwrite';
const src = V413.xfsFile;

const pfn_mkwrite: NonNullable<IomapParts['pfn_mkwrite']> = (d, here, ret) =>
  chart(here, {
    ...down(here, 'i_mmap_sem', { lock: faultLock, mode: 'read', fn, src, to: 'sb_start_pagefault' }),
    sb_start_pagefault: sbStartPagefault(here, fn, src, 'file_update_time'),
    file_update_time: fileUpdateTime(here, fn, src, 'dax_pfn_mkwrite'),
    dax_pfn_mkwrite: dax_pfn_mkwrite(d as IomapParts, here.at('dax_pfn_mkwrite'), { NOPAGE: here.to('end') }),
    end: sbEndPagefault(here, fn, src, 'up_read'),
    up_read: up(here, faultLock, fn, src, ret.NOPAGE),
  });

export default defineDesign<IomapParts>({
  id: 'v4.12-fault-lock-before-freeze',
  title: 'v4.12, with freeze protection of ->pfn_mkwrite() inside the fault lock',
  source: 'before "xfs: mmap lock needs to be inside freeze protection" (4.4)',
  facts: v412.facts,
  parts: { ...v412.parts, pfn_mkwrite },
  expects: {},
});
