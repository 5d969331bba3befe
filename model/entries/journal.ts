/**
 * The journal (journal=on): the running transaction's handles, whether it has the inode, and who commits it. While that is so no
 * new handle joins it. Where MAP_SYNC or msync asks for it also the transaction before it, which is being written.
 */
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
  /** j_committing_transaction: who writes it. Followed only where MAP_SYNC or msync asks for it; else it is written at once. */
  readonly writer?: string | null;
  /** i_sync_tid is that one's. */
  readonly writes?: boolean;
}
export type JournalEvent =
  | { readonly type: 'START'; readonly who: string }
  | { readonly type: 'STOP'; readonly who: string }
  /** ext4_mark_inode_dirty(), ext4_update_inode_fsync_trans(). */
  | { readonly type: 'INODE' }
  | { readonly type: 'LOCK_TRANSACTION'; readonly by: string }
  /** T_FLUSH: a new transaction can begin. */
  | { readonly type: 'FLUSH'; readonly by: string }
  /** From now on T_FLUSH and T_FINISHED are told apart. */
  | { readonly type: 'TRACK' }
  /** T_FINISHED: j_commit_sequence is this one's. */
  | { readonly type: 'FINISH'; readonly by: string };

/** T_FLUSH, and, where the two are told apart, what is left to T_FINISHED. */
const flushed = ({ handles, inode, writer }: Journal, by: string): Journal => ({
  handles,
  committing: null,
  inode: false,
  ...(writer !== undefined && { writer: by, writes: inode }),
});

const machine = valueMachine<Journal, JournalEvent>(
  'journal',
  { handles: [], committing: null, inode: false },
  {
    START: (j, { who }) =>
      j.committing !== null || j.handles.includes(who) ? undefined : { ...j, handles: withMember(j.handles, who) },
    STOP: (j, { who }) => (j.handles.includes(who) ? { ...j, handles: without(j.handles, who) } : undefined),
    INODE: (j) => ({ ...j, inode: true, ...(j.writer !== undefined && { writes: false }) }),
    LOCK_TRANSACTION: (j, { by }) => (j.committing === null && !j.writer ? { ...j, committing: by } : undefined),
    FLUSH: (j, { by }) => (j.committing === by && j.handles.length === 0 ? flushed(j, by) : undefined),
    TRACK: (j) => ({ ...j, writer: null, writes: false }),
    FINISH: (j, { by }) => (j.writer === by ? { ...j, writer: null, writes: false } : undefined),
  },
);

const kind = defineComponent<Journal, JournalEvent>({
  kind: 'journal',
  machine,
  events: {
    START: { who: true },
    STOP: { who: true },
    INODE: {},
    LOCK_TRANSACTION: { by: true },
    FLUSH: { by: true },
    TRACK: {},
    FINISH: { by: true },
  },
  // A handle that is started and stopped within a step leaves the inode in the transaction.
  writableIn: [LOCK, SLEEP, LOCAL],
  // start_this_handle() looks whatever else the step does: a handle that is stopped within it is no state.
  readableIn: [LOCK, SLEEP, LOCAL],
  decode: recordOf<Journal>,
  show: ({ handles, committing, inode, writer, writes }) =>
    [
      handles.length > 0 ? `handles of ${handles.join(' ')}` : 'no handle',
      inode && 'has the inode',
      committing && `locked by ${committing}`,
      writer && `${writer} writes the one before${writes ? ', which has the inode' : ''}`,
    ]
      .filter(Boolean)
      .join(', '),
});

export const journal: Ref<Journal, JournalEvent> = kind.ref('journal');
