/**
 * jbd2_complete_transaction() of fsync (journal=on): where the transaction that changed the inode last is not committed yet,
 * kjournald2 is made to, and waited for. fs/jbd2/journal.c, called by fs/ext4/fsync.c
 */
import { type StateConfig, wait, when } from '../../explorer/chart.ts';
import { journal } from '../entries/journal.ts';
import type { Here } from '../here.ts';
import { journalOn } from '../journal.ts';
import { LOCK } from '../sections.ts';
import { V40 } from '../sources.ts';
import { lockTransaction, waitUpdates } from './jbd2_commit.ts';

const FN = 'jbd2_complete_transaction';

/** Where a call goes that would go to `to`: with journal=on to the states of `completeTransaction()` first. */
export const committedThen = (here: Here, to: string): string => (journalOn(here.scene) ? 'complete_transaction' : to);

/** States `complete_transaction` and `wait_updates`; none without journal=on. kjournald2's steps are its caller's, who only waits. */
export const completeTransaction = (here: Here, to: string): Record<string, StateConfig> =>
  journalOn(here.scene)
    ? {
        complete_transaction: wait(
          LOCK,
          FN,
          V40.jbd2Journal,
          (s) => ({ what: 'journal', owners: [s.read(journal).committing ?? []].flat() }),
          when((s) => !s.read(journal).inode, to, 'i_sync_tid is committed'),
          lockTransaction(here, 'wait_updates', 'jbd2_log_start_commit(): T_LOCKED'),
        ),
        wait_updates: waitUpdates(here, to),
      }
    : {};
