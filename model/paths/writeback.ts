/** The flusher (WB_SYNC_NONE) leaves a DAX file alone: hole pages are never dirty, and entries are for fsync (WB_SYNC_ALL). */
import { chart, otherwise, type StateConfig, step } from '../../explorer/chart.ts';
import type { Here } from '../here.ts';
import type { MmParts, Returns } from '../parts.ts';
import { LOCAL } from '../sections.ts';
import { V40 } from '../sources.ts';

export const writeback = (_d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig =>
  chart(here, {
    do_writepages: step(
      LOCAL,
      '__writeback_single_inode',
      V40.fsWriteback,
      otherwise(ret.RETURN, 'a DAX file: nothing to do'),
    ),
  });
