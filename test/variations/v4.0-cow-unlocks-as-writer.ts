/** v4.0 with the fault of 0df9d41ab5d4 (4.4) "mm, dax: fix DAX deadlocks (COW fault)": do_cow_fault() gives back as a writer what dax_fault() holds as a reader. */
import { chart } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v40 from '../../model/designs/v4.0.ts';
import { iMmapRwsem } from '../../model/entries/rwsem.ts';
import type { GetBlockParts } from '../../model/parts.ts';
import { up } from '../../model/paths/locks.ts';
import { V40 } from '../../model/sources.ts';

export default defineDesign<GetBlockParts>({
  ...v40,
  id: 'v4.0-cow-unlocks-as-writer',
  title: 'v4.0, do_cow_fault() calls i_mmap_unlock_write()',
  source: 'before 0df9d41ab5d4 "mm, dax: fix DAX deadlocks (COW fault)"',
  parts: {
    ...v40.parts,
    cow_release: (_d, here, ret) =>
      chart(here, {
        i_mmap_unlock_write: up(here, iMmapRwsem, 'do_cow_fault', V40.memory, ret.RETURN, undefined, 'write'),
      }),
  },
  filesystems: undefined,
  expects: {},
});
