/** What the filesystem's extent tree says of one page of the file. Changes are atomic: i_data_sem is held inside. */
import { defineComponent, type Ref } from '../../explorer/component.ts';
import { SLEEP } from '../sections.ts';
import { recordOf, valueMachine } from './machine.ts';

export interface Extent {
  readonly state: 'HOLE' | 'UNWRITTEN' | 'WRITTEN';
  /** The block, where there is one. */
  readonly block: string | null;
  /** Whether the transaction that made it so is still to be committed. Followed only where MAP_SYNC or msync asks for it. */
  readonly uncommitted?: Uncommitted;
  /** What the transaction has of the inode besides: its mapping of this page may be committed long since. */
  readonly logged?: Uncommitted;
}
/** It is the running transaction's; or (journal=on) that of the one before, which is being written. */
export type Uncommitted = boolean | 'writing';

export type ExtentEvent =
  | { readonly type: 'MAP'; readonly block: string; readonly state: 'UNWRITTEN' | 'WRITTEN' }
  /** Unwritten to written: idempotent, as ext4_convert_unwritten_extents is. */
  | { readonly type: 'CONVERT' }
  /** Written to unwritten: what the block holds is no longer the file's. */
  | { readonly type: 'UNWRITE' }
  | { readonly type: 'REMOVE' }
  /** The inode is in a transaction that a MAP_SYNC fault or msync waits for, though nothing of its mapping has changed. */
  | { readonly type: 'LOG' }
  /** From now on it is followed whether it is committed; it is. */
  | { readonly type: 'TRACK' }
  | { readonly type: 'COMMIT' }
  /** journal=on: T_FLUSH of the transaction that has it, and T_FINISHED. What has changed between the two is the next one's. */
  | { readonly type: 'WRITE_OUT' }
  | { readonly type: 'FINISH' };

/** Changed by a transaction under way. */
const changed = (was: Extent, now: Extent): Extent =>
  was.uncommitted === undefined ? now : { ...was, ...now, uncommitted: true };
const committed = ({ state, block }: Extent): Extent => ({ state, block, uncommitted: false, logged: false });

/** What of it is `from` is `to` from now on. */
const moved = (e: Extent, from: Uncommitted, to: Uncommitted): Extent =>
  e.uncommitted === from || e.logged === from
    ? {
        ...e,
        ...(e.uncommitted === from && { uncommitted: to }),
        ...(e.logged === from && { logged: to }),
      }
    : e;

/** Whether a fault through VM_SYNC, or an msync, has to wait for it. */
export const isUncommitted = ({ uncommitted, logged }: Extent): boolean => Boolean(uncommitted) || Boolean(logged);

/** Whether the running transaction has something of it: i_datasync_tid. */
export const isRunning = ({ uncommitted, logged }: Extent): boolean => uncommitted === true || logged === true;

const machine = valueMachine<Extent, ExtentEvent>(
  'extent',
  { state: 'HOLE', block: null },
  {
    MAP: (e, { block, state }) => (e.state === 'HOLE' ? changed(e, { state, block }) : undefined),
    CONVERT: (e) => (e.state === 'HOLE' ? e : changed(e, { ...e, state: 'WRITTEN' })),
    UNWRITE: (e) => (e.state === 'WRITTEN' ? changed(e, { ...e, state: 'UNWRITTEN' }) : e),
    REMOVE: (e) => (e.state === 'HOLE' ? e : changed(e, { state: 'HOLE', block: null })),
    LOG: (e) => (e.uncommitted === undefined ? e : { ...e, logged: true }),
    TRACK: committed,
    COMMIT: (e) => (isUncommitted(e) ? committed(e) : e),
    WRITE_OUT: (e) => moved(e, true, 'writing'),
    FINISH: (e) => moved(e, 'writing', false),
  },
);

const kind = defineComponent<Extent, ExtentEvent>({
  kind: 'extent',
  machine,
  events: {
    MAP: { block: true, state: true },
    CONVERT: {},
    UNWRITE: {},
    REMOVE: {},
    LOG: {},
    TRACK: {},
    COMMIT: {},
    WRITE_OUT: {},
    FINISH: {},
  },
  writableIn: [SLEEP],
  readableIn: [SLEEP],
  decode: recordOf<Extent>,
  show: (e) =>
    `${e.block === null ? 'HOLE' : `${e.state} ${e.block}`}${e.uncommitted ? ', uncommitted' : ''}${e.logged ? ', inode logged' : ''}`,
});

export const extent = (page: string): Ref<Extent, ExtentEvent> => kind.ref(`extent.${page}`);
