/** v4.14 on XFS as before (4.4) "xfs: xfs_filemap_pmd_fault treats read faults as write faults". */
import { chart } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import type { HugeFault, IomapParts } from '../../model/parts.ts';
import { fileUpdateTime, sbEndPagefault, sbStartPagefault } from '../../model/paths/ext4_dax_fault.ts';
import { V414 } from '../../model/sources.ts';

const fn = 'xfs_filemap_pmd_fault';
const { xfs } = v414.filesystems!;
const src = V414.xfsFile;

const huge_fault: HugeFault = (d, here, ret) => {
  const fault = xfs!.huge_fault!;
  if (here.write) return fault(d, here, ret);
  return chart(here, {
    sb_start_pagefault: sbStartPagefault(here, fn, src, 'file_update_time'),
    file_update_time: fileUpdateTime(here, fn, src, 'fault'),
    fault: fault(d, here.at('fault'), {
      DONE: here.to('end'),
      FALLBACK: here.to('end_fallback'),
      SIGBUS: here.to('end_sigbus'),
    }),
    end: sbEndPagefault(here, fn, src, ret.DONE),
    end_fallback: sbEndPagefault(here, fn, src, ret.FALLBACK),
    end_sigbus: sbEndPagefault(here, fn, src, ret.SIGBUS),
  });
};

export default defineDesign<IomapParts>({
  ...v414,
  id: 'v4.14-xfs-loads-as-stores',
  title: 'v4.14, the huge fault of XFS takes loads for stores',
  source: 'before "xfs: xfs_filemap_pmd_fault treats read faults as write faults"',
  filesystems: { xfs: { ...xfs, huge_fault } },
  expects: {},
});
