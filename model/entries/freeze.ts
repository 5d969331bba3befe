/** Freeze protection against page faults (sb_start_pagefault): the holders, and whether the filesystem is frozen. And that of writers. */
import { defineComponent, type Ref } from '../../explorer/component.ts';
import { LOCK, SLEEP } from '../sections.ts';
import { recordOf, valueMachine, withMember, without } from './machine.ts';

export interface Freeze {
  readonly holders: readonly string[];
  readonly frozen: boolean;
  /** SB_FREEZE_COMPLETE. */
  readonly complete: boolean;
}
export type FreezeEvent =
  | { readonly type: 'START_PAGEFAULT'; readonly who: string }
  | { readonly type: 'END_PAGEFAULT'; readonly who: string }
  /** New page faults wait from here on. */
  | { readonly type: 'FREEZE' }
  | { readonly type: 'COMPLETE' }
  | { readonly type: 'THAW' };

const THAWED: Freeze = { holders: [], frozen: false, complete: false };

const start = (f: Freeze, { who }: { readonly who: string }): Freeze | undefined =>
  f.frozen || f.holders.includes(who) ? undefined : { ...f, holders: withMember(f.holders, who) };
const end = (f: Freeze, { who }: { readonly who: string }): Freeze | undefined =>
  f.holders.includes(who) ? { ...f, holders: without(f.holders, who) } : undefined;
const FREEZING = {
  FREEZE: (f: Freeze): Freeze => ({ ...f, frozen: true }),
  THAW: (f: Freeze): Freeze => ({ ...f, frozen: false, complete: false }),
};

const machine = valueMachine<Freeze, FreezeEvent>('freeze', THAWED, {
  START_PAGEFAULT: start,
  END_PAGEFAULT: end,
  COMPLETE: (f) => ({ ...f, complete: true }),
  ...FREEZING,
});

const show = (f: Freeze): string =>
  `${f.frozen ? 'frozen' : 'thawed'}${f.holders.length > 0 ? `, held by ${f.holders.join(' ')}` : ''}`;

const kind = defineComponent<Freeze, FreezeEvent>({
  kind: 'freeze',
  machine,
  events: { START_PAGEFAULT: { who: true }, END_PAGEFAULT: { who: true }, FREEZE: {}, COMPLETE: {}, THAW: {} },
  writableIn: [LOCK],
  // A filesystem looks at it where it starts a transaction.
  readableIn: [LOCK, SLEEP],
  decode: recordOf<Freeze>,
  show,
});

export const freezeProtection: Ref<Freeze, FreezeEvent> = kind.ref('sb_pagefault');

/** sb_start_write(): in the state only where something freezes and something writes. */
export type WriteFreezeEvent =
  | { readonly type: 'START_WRITE'; readonly who: string }
  | { readonly type: 'END_WRITE'; readonly who: string }
  /** New writers wait from here on. */
  | { readonly type: 'FREEZE' }
  | { readonly type: 'THAW' };

const writeMachine = valueMachine<Freeze, WriteFreezeEvent>('freeze-write', THAWED, {
  START_WRITE: start,
  END_WRITE: end,
  ...FREEZING,
});

const writeKind = defineComponent<Freeze, WriteFreezeEvent>({
  kind: 'freeze-write',
  machine: writeMachine,
  events: { START_WRITE: { who: true }, END_WRITE: { who: true }, FREEZE: {}, THAW: {} },
  writableIn: [LOCK],
  readableIn: [LOCK],
  decode: recordOf<Freeze>,
  show,
});

/** SB_FREEZE_WRITE */
export const writeProtection: Ref<Freeze, WriteFreezeEvent> = writeKind.ref('sb_write');
