/**
 * PG_locked with its waiters: lock_page() queues exclusively, unlock_page() clears the bit and wakes the first of them,
 * who tries again; someone else may be faster.
 */
import { defineComponent, type Ref, selector, selectors } from '../../explorer/component.ts';
import { LOCK } from '../sections.ts';
import { recordOf, valueMachine } from './machine.ts';

export interface PageLock {
  readonly owner: string | null;
  readonly waiters: readonly string[];
}
export type PageLockEvent =
  | { readonly type: 'LOCK'; readonly who: string }
  | { readonly type: 'UNLOCK'; readonly who: string }
  | { readonly type: 'WAIT'; readonly who: string }
  /** __clear_page_locked(): wakes nobody. For a page that nobody else can know. */
  | { readonly type: 'CLEAR'; readonly who: string };

const machine = valueMachine<PageLock, PageLockEvent>(
  'page-lock',
  { owner: null, waiters: [] },
  {
    LOCK: (l, { who }) => (l.owner === null ? { ...l, owner: who } : undefined),
    UNLOCK: (l, { who }) => (l.owner === who ? { owner: null, waiters: l.waiters.slice(1) } : undefined),
    CLEAR: (l, { who }) => (l.owner === who ? { ...l, owner: null } : undefined),
    WAIT: (l, { who }) => (l.waiters.includes(who) ? undefined : { ...l, waiters: [...l.waiters, who] }),
  },
);

const kind = defineComponent<PageLock, PageLockEvent>({
  kind: 'page-lock',
  machine,
  events: { LOCK: { who: true }, UNLOCK: { who: true }, WAIT: { who: true }, CLEAR: { who: true } },
  writableIn: [LOCK],
  readableIn: [LOCK],
  decode: recordOf<PageLock>,
  show: (l) =>
    `${l.owner === null ? 'free' : `locked by ${l.owner}`}${l.waiters.length > 0 ? `; waiting ${l.waiters.join(' ')}` : ''}`,
});

/** @param pageId `page.<index>.<n>` */
export const pageLock = (pageId: string): Ref<PageLock, PageLockEvent> => kind.ref(`PG_locked[${pageId}]`);

export const isUnlocked = selector('unlocked', (l: PageLock) => l.owner === null);
/** Whether the thread sleeps in the queue. */
export const waits = selectors((who) => selector(`${who} waits`, (l: PageLock) => l.waiters.includes(who)));
