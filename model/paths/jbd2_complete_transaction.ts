/**
 * What fsync, msync and a synchronous fault do once the data is written. journal=on: jbd2_complete_transaction(), where the transaction that
 * changed the inode last is not committed yet, kjournald2 is made to commit it, and waited for; XFS: xfs_log_force_seq().
 * journal=off, and something is mapped with MAP_SYNC: all is committed, in one step. Else there is nothing to see.
 * fs/jbd2/journal.c, called by fs/ext4/fsync.c ext4_fsync_journal(); fs/xfs/xfs_file.c xfs_fsync_flush_log()
 */
import { type Look, otherwise, type StateConfig, step, type Target, wait, when } from '../../explorer/chart.ts';
import { extent, isRunning, isUncommitted } from '../entries/extent.ts';
import { journal } from '../entries/journal.ts';
import type { Here } from '../here.ts';
import { journalOn } from '../journal.ts';
import { syncOn } from '../scene.ts';
import { SLEEP } from '../sections.ts';
import { type KernelFunction, V40, V510 } from '../sources.ts';
import { beginCommit, commitSection, commitStates, whoCommits } from './jbd2_commit.ts';

/** Where the transaction that is asked for is. */
type Where = 'running' | 'writing' | 'committed';

/** i_sync_tid, ili_commit_seq. */
function ofInode(s: Look): Where {
  const { inode, writes } = s.read(journal);
  return inode ? 'running' : writes ? 'writing' : 'committed';
}

/** i_datasync_tid, ili_datasync_seq: that of the latest change to the mapping or i_size. */
const ofMapping =
  (here: Here) =>
  (s: Look): Where => {
    const is = (how: typeof isRunning): boolean => here.allPages.some((p) => how(s.read(extent(p))));
    return is(isRunning) ? 'running' : is(isUncommitted) ? 'writing' : 'committed';
  };

interface Asks {
  /** fdatasync(2), and a synchronous fault: what the times have changed is not asked for. */
  readonly datasync?: boolean;
}

/** Who is asked: of the journal that waits for handles, and where the commit is one step. */
const ASKED: Readonly<Record<'ext4' | 'xfs', { readonly journal: KernelFunction; readonly atOnce: KernelFunction }>> = {
  ext4: {
    journal: { fn: 'jbd2_complete_transaction', src: V40.jbd2Journal },
    atOnce: { fn: 'jbd2_complete_transaction', src: V510.ext4Fsync },
  },
  xfs: {
    journal: { fn: 'xfs_log_force_seq', src: V510.xfsFile },
    atOnce: { fn: 'xfs_log_force_seq', src: V510.xfsFile },
  },
};

/** Where a call goes that would go to `to`: to the first of the states of `completeTransaction()`, if there are any. */
export function committedThen(here: Here, to: string): string {
  if (journalOn(here.scene)) return 'complete_transaction';
  return syncOn(here.scene) ? 'commit' : to;
}

/** kjournald2's steps are its caller's, who only waits. */
export function completeTransaction(
  here: Here,
  to: Target,
  { datasync = false }: Asks = {},
): Record<string, StateConfig> {
  const asked = ASKED[here.scene.config.fs === 'xfs' ? 'xfs' : 'ext4'];
  if (!journalOn(here.scene)) return syncOn(here.scene) ? { commit: commitAtOnce(here, asked.atOnce, to) } : {};
  const where = datasync ? ofMapping(here) : ofInode;
  const { fn, src } = asked.journal;
  return {
    complete_transaction: wait(
      datasync ? SLEEP : commitSection(here),
      fn,
      src,
      whoCommits,
      when((s) => where(s) === 'committed', to, datasync ? 'i_datasync_tid is committed' : 'i_sync_tid is committed'),
      // What is being written is waited for as well: then the journal is not idle.
      beginCommit(here, to, 'jbd2_log_start_commit(): T_LOCKED'),
    ),
    ...commitStates(here, to),
  };
}

/** journal=off: what is not committed of the file's mapping to blocks is. */
const commitAtOnce = (here: Here, { fn, src }: KernelFunction, to: Target): StateConfig =>
  step(
    SLEEP,
    fn,
    src,
    otherwise(to, 'committed', (s) => {
      for (const p of here.allPages) s.send(extent(p), { type: 'COMMIT' });
    }),
  );
