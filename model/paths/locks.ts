/** Taking and releasing sleeping locks, as states to spread into a chart. */
import {
  type Act,
  type Alternative,
  otherwise,
  type Source,
  type StateConfig,
  step,
  type Target,
  unreached,
  wait,
  when,
} from '../../explorer/chart.ts';
import { isUnlocked, pageLock, waits } from '../entries/page-lock.ts';
import { freeToRead, freeToWrite, heldBy, type LockRef, type Mode, owners, type Rwsem } from '../entries/rwsem.ts';
import type { Here } from '../here.ts';
import { LOCK } from '../sections.ts';

interface Taking {
  readonly lock: LockRef;
  readonly mode: Mode;
  readonly fn: string;
  readonly src: Source;
  readonly to: Target;
  /** Done with the attempt, whether it succeeds at once or queues: what a call begins with. */
  readonly begin?: (s: Act) => void;
}

/** States `name` (tries; queues if it has to wait) and `name_wait`. */
export function down(here: Here, name: string, t: Taking): Record<string, StateConfig> {
  const call = t.mode === 'read' ? 'down_read' : 'down_write';
  const free = t.mode === 'read' ? freeToRead : freeToWrite;
  const attempt = (s: Act): void => {
    t.begin?.(s);
    s.send(t.lock, { type: 'DOWN', who: here.me, mode: t.mode });
  };
  return {
    [name]: step(
      LOCK,
      t.fn,
      t.src,
      when((s) => s.read(t.lock, free), t.to, `${call}(${t.lock.id})`, attempt),
      otherwise(`${name}_wait`, `${call}(${t.lock.id}): waits`, attempt),
    ),
    [`${name}_wait`]: wait(
      LOCK,
      t.fn,
      t.src,
      (s) => {
        const l = s.read(t.lock);
        return { what: t.lock.id, owners: [...owners(l), ...ahead(l, here.me)] };
      },
      when((s) => s.read(t.lock, heldBy(here.me)), t.to, `${call}(${t.lock.id}): got it`),
    ),
  };
}

/** Those who queue before `who`: the lock is fair, so they come first. */
const ahead = (l: Rwsem, who: string): readonly string[] => {
  const i = l.queue.findIndex((q) => q.who === who);
  return l.queue.slice(0, Math.max(0, i)).map((q) => q.who);
};

/** Releases; `end` is what the call does last. @param mode up_read() or up_write(), where another function has taken the lock */
export function up(
  here: Here,
  lock: LockRef,
  fn: string,
  src: Source,
  to: Target,
  end?: (s: Act) => void,
  mode?: Mode,
  unreachedBecause?: string,
): StateConfig {
  return step(
    LOCK,
    fn,
    src,
    unreached(
      unreachedBecause,
      otherwise(to, `up(${lock.id})`, (s) => {
        s.send(lock, { type: 'UP', who: here.me, ...(mode && { mode }) });
        end?.(s);
      }),
    ),
  );
}

/** States `name` and `name_wait`: lock_page() of the page that `page` names. */
export function lockPage(
  here: Here,
  name: string,
  t: { page: (s: Pick<Act, 'get' | 'read'>) => string; fn: string; src: Source; to: Target; uncontended?: string },
): Record<string, StateConfig> {
  const lock = (s: Pick<Act, 'get' | 'read'>) => pageLock(t.page(s));
  const never = (a: Alternative): Alternative => (t.uncontended === undefined ? a : unreached(t.uncontended, a));
  return {
    [name]: step(
      LOCK,
      t.fn,
      t.src,
      when(
        (s) => s.read(lock(s), isUnlocked),
        t.to,
        'lock_page()',
        (s) => s.send(lock(s), { type: 'LOCK', who: here.me }),
      ),
      never(otherwise(`${name}_wait`, 'lock_page(): sleeps', (s) => s.send(lock(s), { type: 'WAIT', who: here.me }))),
    ),
    [`${name}_wait`]: wait(
      LOCK,
      t.fn,
      t.src,
      (s) => ({ what: lock(s).id, owners: [s.read(lock(s)).owner ?? []].flat() }),
      // Woken: try again. Someone else may have been faster.
      never(when((s) => !s.read(lock(s), waits(here.me)), name, 'woken')),
    ),
  };
}

export function unlockPage(
  here: Here,
  t: {
    page: (s: Pick<Act, 'get' | 'read'>) => string;
    fn: string;
    src: Source;
    to: Target;
    after?: (s: Act) => void;
    unreached?: string;
  },
): StateConfig {
  const unlock = otherwise(t.to, 'unlock_page()', (s) => {
    s.send(pageLock(t.page(s)), { type: 'UNLOCK', who: here.me });
    t.after?.(s);
  });
  return step(LOCK, t.fn, t.src, t.unreached === undefined ? unlock : unreached(t.unreached, unlock));
}
