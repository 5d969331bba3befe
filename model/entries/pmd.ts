/**
 * The PMD of one VMA (its pages lie in one 2 MiB range): nothing, a page table, or a huge page. In the state
 * only with thp=on. A huge page is the huge zero page (pmd_trans_huge) or storage (pmd_devmap): a word like a PTE.
 */
import { assign, setup } from 'xstate';
import { defineComponent, type Ref, selector } from '../../explorer/component.ts';
import { HW, LOCAL, PMDL, PTL, TL } from '../sections.ts';
import { HZP, type Pfn } from './pfn.ts';
import { type Pte, pteFields } from './pte.ts';

export interface Pmd {
  readonly is: 'none' | 'table' | 'huge';
  /** What a huge page maps: the huge zero page, or the first of the blocks. */
  readonly huge: Pte | null;
  /** Page tables deposited for it, on architectures that want them: arch_needs_pgtable_deposit(). */
  readonly deposited: number;
  /** Who has its lock for more than one step: pmdp_huge_clear_flush(), and set_pmd_at() only later; or a zap. */
  readonly heldBy: string | null;
  /** A zap has cleared it, and what it mapped is counted as mapped: folio_remove_rmap_pmd() is yet to come. */
  readonly counted: boolean;
}

export type PmdEvent =
  /** pmd_populate() */
  | { readonly type: 'POPULATE' }
  /** set_pmd_at() of a huge page, over whatever is there. */
  | { readonly type: 'SET'; readonly huge: Pte }
  | { readonly type: 'CLEAR' }
  /** It is none for a moment, under its lock, which the next SET drops. */
  | { readonly type: 'CLEAR_HELD'; readonly by: string }
  /** The same for good, by a zap: what it mapped is counted until REMOVE_RMAP, and UNLOCK drops the lock. */
  | { readonly type: 'ZAP'; readonly by: string }
  | { readonly type: 'REMOVE_RMAP' }
  | { readonly type: 'UNLOCK' }
  | { readonly type: 'DEPOSIT' }
  | { readonly type: 'WITHDRAW' }
  | { readonly type: 'HW_DIRTY' };

interface Context {
  readonly pfn: Pfn | null;
  readonly d: boolean;
  readonly deposited: number;
  readonly heldBy: string | null;
  readonly counted: boolean;
}

const machine = setup({
  types: { context: {} as Context, events: {} as PmdEvent },
  guards: {
    writable: ({ event }) => event.type === 'SET' && event.huge.w,
    deposited: ({ context }) => context.deposited > 0,
    counted: ({ context }) => context.counted,
    held: ({ context }) => context.heldBy !== null,
  },
  actions: {
    set: assign(({ context, event }) =>
      event.type === 'SET' ? { ...context, pfn: event.huge.pfn, d: event.huge.d, heldBy: null } : context,
    ),
    clear: assign({ pfn: null, d: false }),
    hold: assign({ heldBy: ({ event }) => (event.type === 'CLEAR_HELD' || event.type === 'ZAP' ? event.by : null) }),
    count: assign({ counted: true }),
    removeRmap: assign({ counted: false }),
    unlock: assign({ heldBy: null }),
    dirty: assign({ d: true }),
    deposit: assign({ deposited: ({ context }) => context.deposited + 1 }),
    withdraw: assign({ deposited: ({ context }) => context.deposited - 1 }),
  },
}).createMachine({
  id: 'pmd',
  initial: 'none',
  context: { pfn: null, d: false, deposited: 0, heldBy: null, counted: false },
  on: {
    SET: [
      { guard: 'writable', target: '.rw', actions: 'set' },
      { target: '.ro', actions: 'set' },
    ],
    CLEAR: { target: '.none', actions: 'clear' },
    CLEAR_HELD: { target: '.none', actions: ['clear', 'hold'] },
    ZAP: { target: '.none', actions: ['clear', 'hold', 'count'] },
    REMOVE_RMAP: { guard: 'counted', actions: 'removeRmap' },
    UNLOCK: { guard: 'held', actions: 'unlock' },
    DEPOSIT: { actions: 'deposit' },
    WITHDRAW: { guard: 'deposited', actions: 'withdraw' },
  },
  states: { none: { on: { POPULATE: 'table' } }, table: {}, ro: {}, rw: { on: { HW_DIRTY: { actions: 'dirty' } } } },
});

const kind = defineComponent<Pmd, PmdEvent>({
  kind: 'pmd',
  machine,
  events: {
    POPULATE: {},
    SET: { huge: pteFields },
    CLEAR: {},
    CLEAR_HELD: { by: true },
    ZAP: { by: true },
    REMOVE_RMAP: {},
    UNLOCK: {},
    DEPOSIT: {},
    WITHDRAW: {},
    HW_DIRTY: {},
  },
  writableIn: [PMDL, HW],
  // Lockless peeks; who holds the PTL relies on the page table; and where blocks are counted pages (6.15), the count is read.
  readableIn: [PMDL, HW, LOCAL, PTL, TL],
  decode: ({ value, context }) => {
    const { pfn, d, deposited, heldBy, counted } = context as unknown as Context;
    if (value === 'none' || value === 'table') return { is: value, huge: null, deposited, heldBy, counted };
    return { is: 'huge', huge: { pfn: pfn!, w: value === 'rw', d }, deposited, heldBy, counted };
  },
  show: showPmd,
});

export function showPmd({ is, huge, deposited, heldBy, counted }: Pmd): string {
  const locked = `${heldBy === null ? '' : `, locked by ${heldBy}`}${counted ? ', still counted' : ''}`;
  const tables = `${deposited > 0 ? `, ${deposited} deposited` : ''}${locked}`;
  if (huge === null) return `${is}${tables}`;
  return `huge ${huge.w ? 'rw' : 'ro'} ${huge.pfn}${huge.d ? ' dirty' : ''}${tables}`;
}

/** @param vma id of a VMA */
export const pmd = (vma: string): Ref<Pmd, PmdEvent> => kind.ref(`pmd[${vma}]`);

/** What a lockless peek can tell: nothing, a page table, the huge zero page (pmd_trans_huge), storage (pmd_devmap). */
export type PmdPeek = 'none' | 'table' | 'trans_huge' | 'devmap';
export const peek = selector('what it is', (p: Pmd): PmdPeek => {
  if (p.huge === null) return p.is === 'table' ? 'table' : 'none';
  return p.huge.pfn === HZP ? 'trans_huge' : 'devmap';
});
export const isHuge = selector('huge', (p: Pmd) => p.huge !== null);
/** Whether a zap has cleared it, and its page's count of mappings has it still. */
export const isCounted = selector('counted', (p: Pmd) => p.counted);
/** Whether its lock can be had. Where nobody holds it for more than a step, always. */
export const isFreePmd = selector('free', (p: Pmd) => p.heldBy === null);
