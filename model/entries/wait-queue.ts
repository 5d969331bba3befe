/**
 * The wait queue of a mapping's locked entries: ordered, keyed, with exclusive and non-exclusive waiters, as
 * dax_wake_mapping_entry_waiter() and __wake_up() treat it. A woken process re-reads; nothing is handed to it.
 * fs/dax.c, kernel/sched/wait.c
 */
import { defineComponent, type Ref } from '../../explorer/component.ts';
import { LOCAL, TL } from '../sections.ts';
import { recordOf, valueMachine } from './machine.ts';

export interface Waiter {
  readonly who: string;
  /** The index waited for; aligned down to the range's start if the entry seen had its PMD bit. */
  readonly key: string;
  readonly exclusive: boolean;
}
export interface WaitQueue {
  readonly waiters: readonly Waiter[];
}
export type WaitQueueEvent =
  | ({ readonly type: 'SLEEP' } & Waiter)
  /** __wake_up with nr=1: the first exclusive waiter of the key and every non-exclusive one before it. */
  | { readonly type: 'WAKE_NEXT'; readonly key: string }
  | { readonly type: 'WAKE_ALL'; readonly key: string };

const machine = valueMachine<WaitQueue, WaitQueueEvent>(
  'wq',
  { waiters: [] },
  {
    SLEEP: ({ waiters }, { who, key, exclusive }) => {
      if (waiters.some((w) => w.who === who)) return undefined;
      // add_wait_queue() puts non-exclusive waiters at the head, prepare_to_wait_exclusive() at the tail.
      const me = { who, key, exclusive };
      return { waiters: exclusive ? [...waiters, me] : [me, ...waiters] };
    },
    WAKE_NEXT: ({ waiters }, { key }) => {
      const first = waiters.findIndex((w) => w.key === key && w.exclusive);
      const last = first < 0 ? waiters.length : first;
      return { waiters: waiters.filter((w, i) => w.key !== key || i > last) };
    },
    WAKE_ALL: ({ waiters }, { key }) => ({ waiters: waiters.filter((w) => w.key !== key) }),
  },
);

const kind = defineComponent<WaitQueue, WaitQueueEvent>({
  kind: 'wq',
  machine,
  events: { SLEEP: { who: true, key: true, exclusive: true }, WAKE_NEXT: { key: true }, WAKE_ALL: { key: true } },
  // A wake-up needs the queue's own lock only; sleepers queue under TL.
  writableIn: [TL, LOCAL],
  readableIn: [TL, LOCAL],
  decode: recordOf<WaitQueue>,
  show: ({ waiters }) =>
    waiters.map((w) => `${w.who} for ${w.key}${w.exclusive ? '' : ' (all)'}`).join(', ') || 'empty',
});

export const waitQueue: Ref<WaitQueue, WaitQueueEvent> = kind.ref('wq');
