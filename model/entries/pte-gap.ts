/**
 * The PTE that somebody has cleared and will set again before he drops the page-table lock: ptep_clear_flush() or
 * ptep_modify_prot_start(), then set_pte_at(). Or the huge PMD that he has made invalid: pmdp_invalidate(), then set_pmd_at().
 * In the state only with pte-gap=on.
 */
import { defineComponent, type Ref, selector } from '../../explorer/component.ts';
import { HW, PMDL, PTL } from '../sections.ts';
import { recordOf, valueMachine } from './machine.ts';
import { type Pte, pteFields } from './pte.ts';

export interface PteGap {
  /** Who holds the lock; null: there is no gap. */
  readonly by: string | null;
  /** Id of the PTE, or of the PMD. */
  readonly pte: string | null;
  /** What he found in the PTE. A PMD keeps what it has: only the MMU takes it for none. */
  readonly was: Pte | null;
}
export type PteGapEvent =
  | { readonly type: 'OPEN'; readonly who: string; readonly pte: string; readonly was: Pte | null }
  | { readonly type: 'CLOSE' };

const NONE: PteGap = { by: null, pte: null, was: null };

const machine = valueMachine<PteGap, PteGapEvent>('pte-gap', NONE, {
  OPEN: ({ by }, { who, pte, was }) => (by === null ? { by: who, pte, was } : undefined),
  CLOSE: ({ by }) => (by === null ? undefined : NONE),
});

const kind = defineComponent<PteGap, PteGapEvent>({
  kind: 'pte-gap',
  machine,
  events: { OPEN: { who: true, pte: true, was: pteFields }, CLOSE: {} },
  writableIn: [PTL, PMDL],
  readableIn: [PTL, PMDL, HW],
  decode: recordOf<PteGap>,
  show: ({ by, pte }) => (by === null ? 'none' : `${pte}, by ${by}`),
});

/** One for all: who has it goes on without waiting for anybody. */
export const pteGap: Ref<PteGap, PteGapEvent> = kind.ref('pte-gap');
export const gapBy = selector('by', ({ by }: PteGap) => by);
export const gapAt = selector('pte', ({ pte }: PteGap) => pte);
