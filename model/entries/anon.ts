/** An anonymous page: a private copy of a page of the file. Objects are slots of a pool per VMA and page. */
import { defineComponent, type Ref, selector } from '../../explorer/component.ts';
import { HW, LOCAL, PTL, SLEEP } from '../sections.ts';
import { type Content, type ContentEvent, contentReactions, showContent } from './content.ts';
import { recordOf, valueMachine } from './machine.ts';

export interface Anon {
  readonly refs: number;
  /** PTEs that map it: more than one after fork. */
  readonly mapcount: number;
  /** PageAnonExclusive(), of 5.19 and later: not shared by fork, or reused since. */
  readonly exclusive: boolean;
  readonly mem: Content;
}
export type AnonEvent =
  | ContentEvent
  /** alloc_page: one reference, which the PTE gets that maps it. */
  | { readonly type: 'ALLOC' }
  /** Copies a page's contents into it. */
  | { readonly type: 'FILL'; readonly mem: Content }
  /** fork maps it in the child as well. */
  | { readonly type: 'SHARE' }
  /** do_wp_page() reuses it. */
  | { readonly type: 'OWN' }
  | { readonly type: 'GET' }
  /** With the last reference the page is free. */
  | { readonly type: 'PUT' }
  | { readonly type: 'ADD_RMAP' }
  | { readonly type: 'REMOVE_RMAP' };

const FREE: Anon = { refs: 0, mapcount: 0, exclusive: false, mem: [] };
const live = (a: Anon): boolean => a.refs > 0;

const machine = valueMachine<Anon, AnonEvent>('anon', FREE, {
  ...contentReactions,
  ALLOC: (a) => (live(a) ? undefined : { ...FREE, refs: 1, exclusive: true }),
  FILL: (a, { mem }) => (live(a) ? { ...a, mem } : undefined),
  SHARE: (a) => (live(a) ? { ...a, exclusive: false } : undefined),
  OWN: (a) => (live(a) ? { ...a, exclusive: true } : undefined),
  GET: (a) => (live(a) ? { ...a, refs: a.refs + 1 } : undefined),
  PUT: (a) => {
    if (!live(a)) return undefined;
    if (a.refs > 1) return { ...a, refs: a.refs - 1 };
    return a.mapcount > 0 ? undefined : FREE;
  },
  ADD_RMAP: (a) => (live(a) ? { ...a, mapcount: a.mapcount + 1 } : undefined),
  REMOVE_RMAP: (a) => (live(a) && a.mapcount > 0 ? { ...a, mapcount: a.mapcount - 1 } : undefined),
});

const kind = defineComponent<Anon, AnonEvent>({
  kind: 'anon',
  machine,
  events: {
    STORE: { op: true },
    COPY: { op: true },
    ZERO: {},
    ALLOC: {},
    FILL: { mem: true },
    SHARE: {},
    OWN: {},
    GET: {},
    PUT: {},
    ADD_RMAP: {},
    REMOVE_RMAP: {},
  },
  writableIn: [PTL, LOCAL, SLEEP, HW],
  readableIn: [PTL, LOCAL, SLEEP, HW],
  decode: recordOf<Anon>,
  show: (a) => {
    if (a.refs === 0) return 'free';
    const counts = a.refs > 1 || a.mapcount > 1 ? `refs ${a.refs}, mapped ${a.mapcount} ` : '';
    return `${counts}${showContent(a.mem)}`;
  },
});

/** @param id `anon.<vma>.<page>.<n>` */
export const anon = (id: string): Ref<Anon, AnonEvent> => kind.ref(id);
export const isFreeAnon = selector('free', (a: Anon) => a.refs === 0);
