/**
 * What the TLB of the CPU that a thread runs on holds for one page: a copy of the PTE as the walk found it, with its write
 * and its dirty bit. And, per address space, who has cleared PTEs and not flushed yet, and whether reclaim has.
 */
import { defineComponent, type Ref } from '../../explorer/component.ts';
import { HW, LOCAL, PTL } from '../sections.ts';
import { recordOf, valueMachine, withMember, without } from './machine.ts';
import { type Pte, type PteValue, pteFields } from './pte.ts';

export type TlbEvent =
  /** A walk found this PTE. */
  | { readonly type: 'FILL'; readonly pte: Pte }
  /** Invalidated: by a flush, or on this CPU by a page fault at the address. */
  | { readonly type: 'FLUSH' };

interface Slot {
  readonly pte: PteValue;
}
const slotMachine = valueMachine<Slot, TlbEvent>(
  'tlb',
  { pte: null },
  { FILL: (_, { pte }) => ({ pte }), FLUSH: () => ({ pte: null }) },
);

const slotKind = defineComponent<PteValue, TlbEvent>({
  kind: 'tlb',
  machine: slotMachine,
  events: { FILL: { pte: pteFields }, FLUSH: {} },
  // A shoot-down needs no lock; under the PTL it is part of that section.
  writableIn: [HW, PTL, LOCAL],
  readableIn: [HW],
  decode: (local) => recordOf<Slot>(local).pte,
  show: (pte) => (pte === null ? 'empty' : `${pte.w ? 'rw' : 'ro'} ${pte.pfn}${pte.d ? ' dirty' : ''}`),
});

export const tlbSlot = (thread: string, page: string): Ref<PteValue, TlbEvent> =>
  slotKind.ref(`tlb[${thread}].${page}`);

/** mm->tlb_flush_pending, with the names of those who count in it. */
export interface FlushPending {
  readonly who: readonly string[];
}
export type FlushPendingEvent =
  | { readonly type: 'INC'; readonly who: string }
  | { readonly type: 'DEC'; readonly who: string };

const pendingMachine = valueMachine<FlushPending, FlushPendingEvent>(
  'tlb-flush-pending',
  { who: [] },
  { INC: (p, { who }) => ({ who: withMember(p.who, who) }), DEC: (p, { who }) => ({ who: without(p.who, who) }) },
);

const pendingKind = defineComponent<FlushPending, FlushPendingEvent>({
  kind: 'tlb-flush-pending',
  machine: pendingMachine,
  events: { INC: { who: true }, DEC: { who: true } },
  writableIn: [PTL, LOCAL],
  readableIn: [LOCAL],
  decode: recordOf<FlushPending>,
  show: ({ who }) => (who.length === 0 ? 'none' : who.join(' ')),
});

export const flushPending = (mm: string): Ref<FlushPending, FlushPendingEvent> =>
  pendingKind.ref(`tlb_flush_pending[${mm}]`);

/** mm->tlb_flush_batched: reclaim has cleared PTEs, and may not have flushed yet. Only who flushes for it takes that back. */
export interface FlushBatched {
  readonly pending: boolean;
}
export type FlushBatchedEvent = { readonly type: 'SET' } | { readonly type: 'CLEAR' };

const batchedMachine = valueMachine<FlushBatched, FlushBatchedEvent>(
  'tlb-flush-batched',
  { pending: false },
  { SET: () => ({ pending: true }), CLEAR: () => ({ pending: false }) },
);

const batchedKind = defineComponent<FlushBatched, FlushBatchedEvent>({
  kind: 'tlb-flush-batched',
  machine: batchedMachine,
  events: { SET: {}, CLEAR: {} },
  writableIn: [PTL],
  readableIn: [PTL],
  decode: recordOf<FlushBatched>,
  show: ({ pending }) => (pending ? 'pending' : 'none'),
});

export const flushBatched = (mm: string): Ref<FlushBatched, FlushBatchedEvent> =>
  batchedKind.ref(`tlb_flush_batched[${mm}]`);
