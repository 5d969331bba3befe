/**
 * The PTE of one VMA and page: a word. Any value may be written over any other, as by the kernel under the page-table
 * lock; the MMU sets `d`. Special (no struct page) is derived from the pfn.
 */
import { assign, setup } from 'xstate';
import { defineComponent, type Ref, type Selector, selector, selectors } from '../../explorer/component.ts';
import { HW, LOCAL, PTL, TL } from '../sections.ts';
import type { Pfn } from './pfn.ts';

/** A present PTE. */
export interface Pte {
  readonly pfn: Pfn;
  readonly w: boolean;
  readonly d: boolean;
}
/** Of an event that has one. */
export const pteFields = { pfn: true, w: true, d: true } as const;
/** `null` is pte_none. */
export type PteValue = Pte | null;

export type PteEvent =
  | { readonly type: 'SET'; readonly pte: Pte }
  | { readonly type: 'CLEAR' }
  | { readonly type: 'HW_DIRTY' };

const machine = setup({
  types: { context: {} as { pfn: Pfn | null; d: boolean }, events: {} as PteEvent },
  guards: { writable: ({ event }) => event.type === 'SET' && event.pte.w },
  actions: {
    set: assign(({ context, event }) => (event.type === 'SET' ? { pfn: event.pte.pfn, d: event.pte.d } : context)),
    clear: assign({ pfn: null, d: false }),
    dirty: assign({ d: true }),
  },
}).createMachine({
  id: 'pte',
  initial: 'none',
  context: { pfn: null, d: false },
  on: {
    SET: [
      { guard: 'writable', target: '.rw', actions: 'set' },
      { target: '.ro', actions: 'set' },
    ],
    CLEAR: { target: '.none', actions: 'clear' },
  },
  states: { none: {}, ro: {}, rw: { on: { HW_DIRTY: { actions: 'dirty' } } } },
});

const show = (pte: PteValue): string =>
  pte === null ? 'none' : `${pte.w ? 'rw' : 'ro'} ${pte.pfn}${pte.d ? ' dirty' : ''}`;

const kind = defineComponent<PteValue, PteEvent>({
  kind: 'pte',
  machine,
  events: { SET: { pte: pteFields }, CLEAR: {}, HW_DIRTY: {} },
  writableIn: [PTL, HW],
  // TL: as the reference count of the page that it maps.
  readableIn: [PTL, HW, LOCAL, TL],
  decode: ({ value, context }) =>
    value === 'none' ? null : { pfn: context.pfn as Pfn, w: value === 'rw', d: context.d as boolean },
  show,
});

export const pte = (vma: string, page: string): Ref<PteValue, PteEvent> => kind.ref(`pte[${vma}].${page}`);

/** Whether the PTE is pte_none: all that an insertion asks. */
export const isNone = selector('none', (v: PteValue) => v === null);
export const isDirtyPte = selector('dirty', (v: PteValue) => v?.d === true);
export const isWritable = selector('writable', (v: PteValue) => v?.w === true);
/** What it maps, if it is writable or dirty: then mkclean has something to do. */
export const uncleanPfn = selector('unclean pfn', (v: PteValue) => (v !== null && (v.w || v.d) ? v.pfn : null));
/** What it maps, however. */
export const pfnIn = selector('pfn', (v: PteValue) => v?.pfn ?? null);

/** pte_same(): compares the words, so that A-B-A passes. */
export const pteSame = (a: PteValue, b: PteValue): boolean =>
  a === null || b === null ? a === b : a.pfn === b.pfn && a.w === b.w && a.d === b.d;

const same = selectors((text) => selector(`same as ${text}`, (v: PteValue) => show(v) === text));
/** Whether it is what it was: all that pte_same() says. */
export const sameAs = (was: PteValue): Selector<PteValue, boolean> => same(show(was));
