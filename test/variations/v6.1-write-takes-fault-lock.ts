/** No kernel does this: v6.1 whose write(2) keeps faults out by the fault lock, over its copy from the user as well. */
import { chart } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v61 from '../../model/designs/v6.1.ts';
import { faultLock } from '../../model/entries/rwsem.ts';
import type { IomapParts } from '../../model/parts.ts';
import { down, up } from '../../model/paths/locks.ts';
import { V61 } from '../../model/sources.ts';

const fn = 'ext4_dax_write_iter';
const src = V61.ext4File;

const write: IomapParts['write'] = (d, here, ret) =>
  chart(here, {
    ...down(here, 'i_mmap_sem', { lock: faultLock, mode: 'write', fn, src, to: 'write' }),
    write: v61.parts.write(d, here.at('write'), { RETURN: here.to('up_write') }),
    up_write: up(here, faultLock, fn, src, ret.RETURN),
  });

export default defineDesign<IomapParts>({
  ...v61,
  id: 'v6.1-write-takes-fault-lock',
  title: 'v6.1, write(2) takes the fault lock',
  source: 'variation',
  parts: { ...v61.parts, write },
  filesystems: undefined,
  expects: {},
});
