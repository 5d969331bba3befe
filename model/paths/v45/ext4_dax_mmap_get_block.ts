/**
 * ext4's get_block for faults of 4.5: unwritten extents are zeroed and converted here, also for loads (create == 0), and
 * what is allocated is zeroed before anybody can see it. So fs/dax.c never has to clear a block. fs/ext4/inode.c
 */
import { type Act, otherwise, type StateConfig, step, type Target, when } from '../../../explorer/chart.ts';
import { extent } from '../../entries/extent.ts';
import type { Here } from '../../here.ts';
import { startJournal, underHandle } from '../../journal.ts';
import { mark } from '../../marks.ts';
import { mapping } from '../../registers.ts';
import { SLEEP } from '../../sections.ts';
import { V45 } from '../../sources.ts';
import { allocateZeroed, zeroout } from '../ext4_iomap_begin.ts';
import { mayFail, type OnError } from '../may_fail.ts';

const FN = 'ext4_dax_mmap_get_block';
const state = (s: Pick<Act, 'read'>, here: Here) => s.read(extent(here.page)).state;
/** BH_New is cleared: "so that DAX code doesn't attempt to zero blocks again in a racy way". */
const answer = (s: Act, here: Here): void =>
  s.set(mapping, { type: 'MAPPED', block: s.read(extent(here.page)).block, fresh: false });
function convert(s: Act, here: Here): void {
  zeroout(s, s.read(extent(here.page)).block!);
  s.send(extent(here.page), { type: 'CONVERT' });
  answer(s, here);
}

/**
 * create == 0. The second look, under i_data_sem, decides whether there is anything left to convert; so it is one step.
 * A store has its journal handle since ext4_dax_fault(), a load starts one here.
 */
export const lookup = (here: Here, _fn: string, to: { HOLE: Target; BLOCK: Target }, failed: OnError): StateConfig => {
  const handle = (s: Act, needed: boolean): void => {
    if (here.write || needed) startJournal(s, here);
  };
  return underHandle(
    here,
    step(
      SLEEP,
      FN,
      V45.ext4Inode,
      ...mayFail(here, 'get_block(0)', { EIO: true, ENOMEM: true }, failed),
      when(
        (s) => state(s, here) === 'WRITTEN',
        to.BLOCK,
        'get_block(0): written',
        (s) => {
          answer(s, here);
          handle(s, false);
        },
      ),
      when(
        (s) => state(s, here) === 'UNWRITTEN',
        to.BLOCK,
        'get_block(0): unwritten: zeroed, converted',
        (s) => {
          convert(s, here);
          handle(s, true);
        },
      ),
      otherwise(to.HOLE, 'get_block(0): hole', (s) => {
        s.mark(mark({ type: 'hole', by: here.op.name, page: here.page }));
        handle(s, false);
      }),
    ),
    (s) => here.write || state(s, here) === 'UNWRITTEN',
  );
};

/** create == 1, after create == 0 has found a hole. */
export const create = (here: Here, _fn: string, to: Target, { failed }: { failed: OnError }): StateConfig =>
  step(
    SLEEP,
    FN,
    V45.ext4Inode,
    ...mayFail(here, 'get_block(1)', { ENOSPC: (s) => state(s, here) === 'HOLE', ENOMEM: true }, failed),
    when(
      (s) => state(s, here) === 'WRITTEN',
      to,
      'get_block(1): written',
      (s) => answer(s, here),
    ),
    when(
      (s) => state(s, here) === 'UNWRITTEN',
      to,
      'get_block(1): unwritten by now: zeroed, converted',
      (s) => convert(s, here),
    ),
    otherwise(to, 'get_block(1): allocated, zeroed', (s) => {
      allocateZeroed(s, here);
      answer(s, here);
    }),
  );
