/**
 * jbd2_journal_commit_transaction() as far as handles wait for it: the running transaction is locked, so that no handle
 * joins it, and those that are open are waited for. Then a new one can begin, while this one is written. fs/jbd2/commit.c, transaction.c
 */
import {
  type Act,
  type Alternative,
  chart,
  type Look,
  otherwise,
  type StateConfig,
  step,
  type Target,
  wait,
  when,
} from '../../explorer/chart.ts';
import { extent } from '../entries/extent.ts';
import { journal } from '../entries/journal.ts';
import type { Here } from '../here.ts';
import type { MmParts, Returns } from '../parts.ts';
import { followsCommits } from '../scene.ts';
import { LOCK, SLEEP } from '../sections.ts';
import { type KernelFunction, V40, V510 } from '../sources.ts';

const JBD2: KernelFunction = { fn: 'jbd2_journal_commit_transaction', src: V40.jbd2Commit };
/** A transaction of XFS is whole before the log knows of it (xlog_cil_commit()): a checkpoint takes what there is, and waits for nobody. */
const XFS: KernelFunction = { fn: 'xlog_cil_push_work', src: V510.xfsLogCil };

const committer = (here: Here): KernelFunction => (here.scene.config.fs === 'xfs' ? XFS : JBD2);

/** One at a time: kjournald2 is one thread, and checkpoints of XFS are written in their order. */
const isIdle = (s: Look): boolean => s.read(journal).committing === null && !s.read(journal).writer;

/** Who is to be waited for before the next one can be committed. */
export const whoCommits = (s: Look) => {
  const { committing, writer } = s.read(journal);
  return { what: 'journal', owners: [committing ?? writer ?? []].flat() };
};

/** T_FLUSH. */
function flush(s: Act, here: Here): void {
  s.send(journal, { type: 'FLUSH', by: here.me });
  if (followsCommits(here.scene)) for (const p of here.allPages) s.send(extent(p), { type: 'WRITE_OUT' });
}

/** The first step of a commit, an alternative of whoever asks for it; `commitStates()` are the others. @param to where it leads from the last */
export function beginCommit(here: Here, to: Target, line: string): Alternative {
  if (here.scene.config.fs === 'xfs') {
    const next = followsCommits(here.scene) ? 'write_out' : to;
    return when(isIdle, next, 'xlog_cil_push_work(): a new context', (s) => {
      s.send(journal, { type: 'LOCK_TRANSACTION', by: here.me });
      flush(s, here);
    });
  }
  return when(isIdle, 'wait_updates', line, (s) => s.send(journal, { type: 'LOCK_TRANSACTION', by: here.me }));
}

/**
 * The other steps of a commit. That it is written is a step of its own where MAP_SYNC or msync asks what is committed; else nobody
 * could tell, and it is with T_FLUSH.
 */
export function commitStates(here: Here, to: Target): Record<string, StateConfig> {
  const { fn, src } = committer(here);
  const followed = followsCommits(here.scene);
  return {
    ...(here.scene.config.fs !== 'xfs' && {
      wait_updates: wait(
        followed ? SLEEP : LOCK,
        fn,
        src,
        (s) => ({ what: 'handles', owners: s.read(journal).handles }),
        when(
          (s) => s.read(journal).handles.length === 0,
          followed ? 'write_out' : to,
          't_updates is 0: T_FLUSH',
          (s) => flush(s, here),
        ),
      ),
    }),
    ...(followed && {
      write_out: step(
        SLEEP,
        fn,
        src,
        otherwise(to, 'committed', (s) => {
          s.send(journal, { type: 'FINISH', by: here.me });
          for (const p of here.allPages) s.send(extent(p), { type: 'FINISH' });
        }),
      ),
    }),
  };
}

/** Of a section that begins a commit: on XFS that is T_FLUSH already. */
export const commitSection = (here: Here): string =>
  followsCommits(here.scene) && here.scene.config.fs === 'xfs' ? SLEEP : LOCK;

export const jbd2_commit = (_d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
  const { fn, src } = committer(here);
  return chart(here, {
    lock: wait(commitSection(here), fn, src, whoCommits, beginCommit(here, ret.RETURN, 'T_LOCKED')),
    ...commitStates(here, ret.RETURN),
  });
};
