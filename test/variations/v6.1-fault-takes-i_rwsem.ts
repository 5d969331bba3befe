/** No kernel does this: v6.1 whose faults take i_rwsem for reading in place of the fault lock, against truncate, punch and write(2). */
import { chart } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v61 from '../../model/designs/v6.1.ts';
import { inodeLock } from '../../model/entries/rwsem.ts';
import type { IomapParts } from '../../model/parts.ts';
import { down, up } from '../../model/paths/locks.ts';
import { V61 } from '../../model/sources.ts';

const fn = 'ext4_dax_huge_fault';
const src = V61.ext4File;

const fault: IomapParts['fault'] = (d, here, ret) =>
  chart(here, {
    ...down(here, 'i_rwsem', { lock: inodeLock, mode: 'read', fn, src, to: 'fault' }),
    fault: v61.parts.fault({ ...d, fault_lock: { ...d.fault_lock, faults: false } }, here.at('fault'), {
      NOPAGE: here.to('up_read'),
      LOCKED: here.to('up_read'),
      SIGBUS: here.to('up_read_sigbus'),
    }),
    up_read: up(here, inodeLock, fn, src, ret.NOPAGE),
    up_read_sigbus: up(here, inodeLock, fn, src, ret.SIGBUS),
  });

export default defineDesign<IomapParts>({
  ...v61,
  id: 'v6.1-fault-takes-i_rwsem',
  title: 'v6.1, faults take i_rwsem',
  source: 'variation',
  parts: { ...v61.parts, fault, pfn_mkwrite: (d, here, ret) => fault(d, here, { ...ret, LOCKED: ret.NOPAGE }) },
  filesystems: undefined,
  expects: {},
});
