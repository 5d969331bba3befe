/** An anonymous page: a private copy of a page of the file. Objects are slots of a pool per VMA and page. */
import { defineComponent, type Ref, selector } from '../../explorer/component.ts';
import { HW, LOCAL, PTL, SLEEP } from '../sections.ts';
import { type Content, type ContentEvent, contentReactions, showContent } from './content.ts';
import { recordOf, valueMachine } from './machine.ts';

export interface Anon {
  readonly used: boolean;
  readonly mem: Content;
}
export type AnonEvent =
  | ContentEvent
  | { readonly type: 'ALLOC' }
  /** Copies a page's contents into it. */
  | { readonly type: 'FILL'; readonly mem: Content }
  | { readonly type: 'FREE' };

const FREE: Anon = { used: false, mem: [] };

const machine = valueMachine<Anon, AnonEvent>('anon', FREE, {
  ...contentReactions,
  ALLOC: (a) => (a.used ? undefined : { used: true, mem: [] }),
  FILL: (a, { mem }) => (a.used ? { ...a, mem } : undefined),
  FREE: (a) => (a.used ? FREE : undefined),
});

const kind = defineComponent<Anon, AnonEvent>({
  kind: 'anon',
  machine,
  events: { STORE: true, COPY: true, ZERO: true, ALLOC: true, FILL: true, FREE: true },
  writableIn: [PTL, LOCAL, SLEEP, HW],
  readableIn: [PTL, LOCAL, SLEEP, HW],
  decode: recordOf<Anon>,
  show: (a) => (a.used ? showContent(a.mem) : 'free'),
});

/** @param id `anon.<vma>.<page>.<n>` */
export const anon = (id: string): Ref<Anon, AnonEvent> => kind.ref(id);
export const isFreeAnon = selector('free', (a: Anon) => !a.used);
