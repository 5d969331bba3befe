/**
 * mm->mm_users as far as scenarios see it: the threads that use an address space. The last one to exit tears it down; that
 * of a forked child has none until fork() is over, and for ever if its parent ends before.
 */
import { defineComponent, type Ref, selector } from '../../explorer/component.ts';
import { LOCAL } from '../sections.ts';
import { recordOf, valueMachine, without } from './machine.ts';

export interface Mm {
  readonly users: readonly string[];
  /** `unborn`: of a child that is not forked yet; `stillborn`: it never will be. */
  readonly life: 'unborn' | 'begun' | 'stillborn';
}
export type MmEvent =
  | { readonly type: 'USE'; readonly who: readonly string[] }
  | { readonly type: 'LEAVE'; readonly who: string }
  /** The parent has ended before it forked. */
  | { readonly type: 'NEVER' };

const machine = valueMachine<Mm, MmEvent>(
  'mm',
  { users: [], life: 'unborn' },
  {
    USE: (m, { who }) => (m.life === 'unborn' ? { users: [...who].sort(), life: 'begun' } : undefined),
    LEAVE: (m, { who }) => (m.users.includes(who) ? { ...m, users: without(m.users, who) } : undefined),
    NEVER: (m) => (m.life === 'unborn' ? { ...m, life: 'stillborn' } : undefined),
  },
);

const kind = defineComponent<Mm, MmEvent>({
  kind: 'mm',
  machine,
  events: { USE: { who: true }, LEAVE: { who: true }, NEVER: {} },
  writableIn: [LOCAL],
  readableIn: [LOCAL],
  decode: recordOf<Mm>,
  show: ({ users, life }) => (life === 'begun' ? users.join(' ') || 'no user' : life),
});

/** @param id as in `mmap_sem[mm1]` */
export const mm = (id: string): Ref<Mm, MmEvent> => kind.ref(`mm_users[${id}]`);
export const lifeOf = selector('life', (m: Mm) => m.life);
