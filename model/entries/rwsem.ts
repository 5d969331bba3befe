/**
 * A fair sleeping read-write lock (rw_semaphore): first come, first served; a reader queues behind a waiting writer;
 * releasing hands the lock to the head of the queue, and to all readers there if that is a reader. A mutex is one that
 * only writers take.
 */
import { defineComponent, type Ref, selector, selectors } from '../../explorer/component.ts';
import { LOCK } from '../sections.ts';
import { recordOf, valueMachine } from './machine.ts';

export type Mode = 'read' | 'write';
export interface Rwsem {
  readonly readers: readonly string[];
  readonly writer: string | null;
  readonly queue: readonly { readonly who: string; readonly mode: Mode }[];
}
export type RwsemEvent =
  /** Takes the lock if it is free for the mode and nobody waits, else queues. */
  | { readonly type: 'DOWN'; readonly who: string; readonly mode: Mode }
  /** `mode`: as what it is given back, where another function has taken it. Given back as the other, it is never free again. */
  | { readonly type: 'UP'; readonly who: string; readonly mode?: Mode };

/** Whether `who` holds the lock in any mode. */
export const holds = (l: Rwsem, who: string): boolean => l.writer === who || l.readers.includes(who);
/** Whether a DOWN would be granted at once. */
export const freeFor = (l: Rwsem, mode: Mode): boolean =>
  l.writer === null && l.queue.length === 0 && (mode === 'read' || l.readers.length === 0);
export const owners = (l: Rwsem): readonly string[] => (l.writer === null ? l.readers : [l.writer]);

const take = (l: Rwsem, who: string, mode: Mode): Rwsem =>
  mode === 'read' ? { ...l, readers: [...l.readers, who].sort() } : { ...l, writer: who };

function handOver(l: Rwsem): Rwsem {
  let lock = l;
  for (;;) {
    const [head, ...rest] = lock.queue;
    if (!head || lock.writer !== null || (head.mode === 'write' && lock.readers.length > 0)) return lock;
    lock = take({ ...lock, queue: rest }, head.who, head.mode);
  }
}

const machine = valueMachine<Rwsem, RwsemEvent>(
  'rwsem',
  { readers: [], writer: null, queue: [] },
  {
    DOWN: (l, { who, mode }) => {
      if (holds(l, who) && mode === 'write') return { ...l, queue: [...l.queue, { who, mode }] };
      return freeFor(l, mode) ? take(l, who, mode) : { ...l, queue: [...l.queue, { who, mode }] };
    },
    UP: (l, { who, mode }) => {
      if (!holds(l, who)) return undefined;
      if (mode !== undefined && (mode === 'write') !== (l.writer === who)) return l;
      if (l.writer === who) return handOver({ ...l, writer: null });
      // A nested read lock is held twice.
      const i = l.readers.indexOf(who);
      return handOver({ ...l, readers: l.readers.filter((_, j) => j !== i) });
    },
  },
);

const kind = defineComponent<Rwsem, RwsemEvent>({
  kind: 'rwsem',
  machine,
  events: { DOWN: { who: true, mode: true }, UP: { who: true, mode: 'optional' } },
  writableIn: [LOCK],
  readableIn: [LOCK],
  decode: recordOf<Rwsem>,
  show: (l) => {
    const held = l.writer ? `W ${l.writer}` : l.readers.length > 0 ? `R ${l.readers.join(' ')}` : 'free';
    const waiting = l.queue.map((q) => `${q.who} ${q.mode === 'read' ? 'R' : 'W'}`).join(', ');
    return waiting ? `${held}; waiting ${waiting}` : held;
  },
});

export type LockRef = Ref<Rwsem, RwsemEvent>;
/** mm->mmap_sem. */
export const mmapLock = (mm: string): LockRef => kind.ref(`mmap_sem[${mm}]`);
/** vma->vm_lock; held for writing from vma_start_write() to vma_end_write_all(), as vm_lock_seq makes it look. */
export const vmaLock = (vma: string): LockRef => kind.ref(`vm_lock[${vma}]`);
/** inode->i_mutex, since 4.7 i_rwsem. */
export const inodeLock: LockRef = kind.ref('i_rwsem');
/** The filesystem's fault lock: ext4 i_mmap_sem, XFS MMAPLOCK, ext2 dax_sem. */
export const faultLock: LockRef = kind.ref('i_mmap_sem');
/** sb->s_umount: freeze and thaw exclude each other. */
export const sUmount: LockRef = kind.ref('s_umount');
/** mapping->i_mmap_rwsem, where the era uses it to exclude truncate from faults. */
export const iMmapRwsem: LockRef = kind.ref('i_mmap_rwsem');

/** Holder of the lock, and whether `who` waits: what a waiting process looks at. */
export const heldBy = selectors((who) =>
  selector(`held by ${who}`, (l: Rwsem) => holds(l, who) && !l.queue.some((q) => q.who === who)),
);
/** Whether a reader / a writer would get it at once. */
export const freeToRead = selector('free to read', (l: Rwsem) => freeFor(l, 'read'));
export const freeToWrite = selector('free to write', (l: Rwsem) => freeFor(l, 'write'));
