/**
 * jbd2_journal_commit_transaction() as far as handles wait for it: the running transaction is locked, so that no handle
 * joins it, and those that are open are waited for. Then a new one can begin. fs/jbd2/commit.c, transaction.c
 */
import { type Alternative, chart, type StateConfig, type Target, wait, when } from '../../explorer/chart.ts';
import { journal } from '../entries/journal.ts';
import type { Here } from '../here.ts';
import type { MmParts, Returns } from '../parts.ts';
import { LOCK } from '../sections.ts';
import { V40 } from '../sources.ts';

const FN = 'jbd2_journal_commit_transaction';

/** kjournald2 is one thread: a commit comes after another. */
export const lockTransaction = (here: Here, to: Target, line: string): Alternative =>
  when(
    (s) => s.read(journal).committing === null,
    to,
    line,
    (s) => s.send(journal, { type: 'LOCK_TRANSACTION', by: here.me }),
  );

export const waitUpdates = (here: Here, to: Target): StateConfig =>
  wait(
    LOCK,
    FN,
    V40.jbd2Commit,
    (s) => ({ what: 'handles', owners: s.read(journal).handles }),
    when(
      (s) => s.read(journal).handles.length === 0,
      to,
      't_updates is 0: T_FLUSH',
      (s) => s.send(journal, { type: 'FLUSH', by: here.me }),
    ),
  );

export const jbd2_commit = (_d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig =>
  chart(here, {
    lock: wait(
      LOCK,
      FN,
      V40.jbd2Commit,
      (s) => ({ what: 'journal', owners: [s.read(journal).committing ?? []].flat() }),
      lockTransaction(here, 'wait_updates', 'T_LOCKED'),
    ),
    wait_updates: waitUpdates(here, ret.RETURN),
  });
