/** jbd2 (journal=on): the running transaction's handles, whether it has the inode, and who commits it. While that is so no new handle joins it. */
import { defineComponent, type Ref } from '../../explorer/component.ts';
import { LOCAL, LOCK, SLEEP } from '../sections.ts';
import { recordOf, valueMachine, withMember, without } from './machine.ts';

export interface Journal {
  /** t_updates: who has a handle that is still open. */
  readonly handles: readonly string[];
  /** T_LOCKED: who waits for the handles to be stopped. */
  readonly committing: string | null;
  /** i_sync_tid is its: it changed the inode, and is not committed. */
  readonly inode: boolean;
}
export type JournalEvent =
  | { readonly type: 'START'; readonly who: string }
  | { readonly type: 'STOP'; readonly who: string }
  /** ext4_mark_inode_dirty(), ext4_update_inode_fsync_trans(). */
  | { readonly type: 'INODE' }
  | { readonly type: 'LOCK_TRANSACTION'; readonly by: string }
  /** T_FLUSH: a new transaction can begin. */
  | { readonly type: 'FLUSH'; readonly by: string };

const machine = valueMachine<Journal, JournalEvent>(
  'journal',
  { handles: [], committing: null, inode: false },
  {
    START: (j, { who }) =>
      j.committing !== null || j.handles.includes(who) ? undefined : { ...j, handles: withMember(j.handles, who) },
    STOP: (j, { who }) => (j.handles.includes(who) ? { ...j, handles: without(j.handles, who) } : undefined),
    INODE: (j) => ({ ...j, inode: true }),
    LOCK_TRANSACTION: (j, { by }) => (j.committing === null ? { ...j, committing: by } : undefined),
    FLUSH: (j, { by }) =>
      j.committing === by && j.handles.length === 0 ? { ...j, committing: null, inode: false } : undefined,
  },
);

const kind = defineComponent<Journal, JournalEvent>({
  kind: 'journal',
  machine,
  events: { START: true, STOP: true, INODE: true, LOCK_TRANSACTION: true, FLUSH: true },
  // A handle that is started and stopped within a step leaves the inode in the transaction.
  writableIn: [LOCK, SLEEP, LOCAL],
  // start_this_handle() looks whatever else the step does: a handle that is stopped within it is no state.
  readableIn: [LOCK, SLEEP, LOCAL],
  decode: recordOf<Journal>,
  show: ({ handles, committing, inode }) =>
    [
      handles.length > 0 ? `handles of ${handles.join(' ')}` : 'no handle',
      inode && 'has the inode',
      committing && `locked by ${committing}`,
    ]
      .filter(Boolean)
      .join(', '),
});

export const journal: Ref<Journal, JournalEvent> = kind.ref('journal');
