/**
 * get_unlocked_mapping_entry(): inside a TL section, wait until the entry of an index is unlocked; the section then goes
 * on with what it finds. Waiting is exclusive, keyed by the index, and a woken thread re-reads; it is handed nothing.
 * fs/dax.c, the same from 4.7 to 4.14.
 */
import {
  type Act,
  type Alternative,
  type Look,
  type Source,
  type StateConfig,
  step,
  wait,
  when,
} from '../../explorer/chart.ts';
import { selector, selectors } from '../../explorer/component.ts';
import { isLocked, locked } from '../entries/entry.ts';
import { type WaitQueue, waitQueue } from '../entries/wait-queue.ts';
import type { Here } from '../here.ts';
import { TL } from '../sections.ts';
import { slotOf } from '../thp.ts';

/** Whether the thread sleeps in the queue. */
const sleeps = selectors((who) => selector(`${who} sleeps`, (q: WaitQueue) => q.waiters.some((w) => w.who === who)));

/**
 * States `name` and `name_wait`: one TL section that waits for the entry of `page`.
 * @param then what the section does with the unlocked (or absent) entry; the last alternative has no guard
 */
export function withUnlockedEntry(
  here: Here,
  name: string,
  t: {
    fn: string;
    src: Source;
    page: (s: Look) => string;
    /** The queue that one sleeps in, where it is not that of the entry. */
    key?: (s: Look) => string;
    begin?: (s: Act) => void;
    /** What is looked at before the lock bit. */
    before?: readonly Alternative[];
  },
  ...then: readonly Alternative[]
): Record<string, StateConfig> {
  const slot = (s: Look) => slotOf(s, here.scene, t.page(s));
  const lockedNow = (s: Look): boolean => s.read(slot(s), isLocked);
  const key = t.key ?? ((s: Look): string => here.waitKey(s, t.page(s)));
  const sleep = (s: Act): void => {
    t.begin?.(s);
    s.send(waitQueue, { type: 'SLEEP', who: here.me, key: key(s), exclusive: true });
  };
  const awake = (s: Look): boolean => !s.read(waitQueue, sleeps(here.me));
  const ifAwake = (a: Alternative): Alternative => ({
    ...a,
    guard: (s: Look) => awake(s) && (a.guard?.(s) ?? true),
  });
  const { before = [] } = t;
  const first = then.map((a) => ({
    ...a,
    ...(t.begin && {
      effect: (s: Act) => {
        t.begin!(s);
        a.effect?.(s);
      },
    }),
  }));
  return {
    [name]: step(
      TL,
      t.fn,
      t.src,
      ...before,
      when(lockedNow, `${name}_wait`, 'entry locked: prepare_to_wait_exclusive()', sleep),
      ...first,
    ),
    [`${name}_wait`]: wait(
      TL,
      t.fn,
      t.src,
      (s) => ({ what: `the lock of ${slot(s).id}`, owners: [s.read(slot(s), locked) ?? []].flat() }),
      ...before.map(ifAwake),
      when(
        (s) => awake(s) && lockedNow(s),
        `${name}_wait`,
        'woken, entry locked again: sleeps',
        (s) => s.send(waitQueue, { type: 'SLEEP', who: here.me, key: key(s), exclusive: true }),
      ),
      ...then.map(ifAwake),
    ),
  };
}

/**
 * dax_wake_mapping_entry_waiter(…, false): the next exclusive waiter of the index.
 * @param key as `Here.waitKey` has it of the entry given
 */
export const wakeNext = (s: Act, key: string): void => s.send(waitQueue, { type: 'WAKE_NEXT', key });
export const wakeAll = (s: Act, key: string): void => s.send(waitQueue, { type: 'WAKE_ALL', key });
