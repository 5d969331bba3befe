/**
 * ext2_iomap_begin(), 4.9 to 4.14: no unwritten extents, so a block is zeroed when it is allocated, before it is put into
 * the tree (truncate_mutex): a lookup finds none or a zeroed one. fs/ext2/inode.c ext2_get_blocks()
 */
import { type Act, chart, otherwise, step, when } from '../../../explorer/chart.ts';
import { extent } from '../../entries/extent.ts';
import type { Here } from '../../here.ts';
import { mark } from '../../marks.ts';
import type { IomapParts } from '../../parts.ts';
import { mapping } from '../../registers.ts';
import { SLEEP } from '../../sections.ts';
import { V414 } from '../../sources.ts';
import { allocateZeroed } from '../ext4_iomap_begin.ts';

const FN = 'ext2_iomap_begin';

const isMapped = (here: Here) => (s: Pick<Act, 'read'>) => s.read(extent(here.page)).state !== 'HOLE';
const answer = (s: Act, here: Here, fresh: boolean): void =>
  s.set(mapping, { type: 'MAPPED', block: s.read(extent(here.page)).block, fresh });

export const ext2_iomap_begin: IomapParts['iomap_begin'] = (_d, here, ret, { write }) =>
  chart(here, {
    ext2_get_blocks: step(
      SLEEP,
      FN,
      V414.ext2Inode,
      when(isMapped(here), ret.MAPPED, `${FN}(): MAPPED`, (s) => answer(s, here, false)),
      write
        ? otherwise(ret.MAPPED, `${FN}(WRITE): zeroed, allocated, F_NEW`, (s) => {
            allocateZeroed(s, here);
            answer(s, here, true);
          })
        : otherwise(ret.HOLE, `${FN}(): HOLE`, (s) =>
            s.mark(mark({ type: 'hole', by: here.op.name, page: here.page })),
          ),
    ),
  });
