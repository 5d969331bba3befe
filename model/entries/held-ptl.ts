/**
 * The page-table lock, where it is held for more than one step: zap_pte_range() and try_to_unmap_one() move the dirty bit
 * of a PTE to its page under it, which takes the tree lock in between. Everywhere else a PTL section is one step.
 */
import { defineComponent, type Ref, selector } from '../../explorer/component.ts';
import { PTL } from '../sections.ts';
import { recordOf, valueMachine } from './machine.ts';

export interface HeldPtl {
  readonly by: string | null;
}
export type HeldPtlEvent = { readonly type: 'HOLD'; readonly who: string } | { readonly type: 'DROP' };

const machine = valueMachine<HeldPtl, HeldPtlEvent>(
  'held-ptl',
  { by: null },
  {
    HOLD: ({ by }, { who }) => (by === null ? { by: who } : undefined),
    DROP: ({ by }) => (by === null ? undefined : { by: null }),
  },
);

const kind = defineComponent<HeldPtl, HeldPtlEvent>({
  kind: 'held-ptl',
  machine,
  events: { HOLD: { who: true }, DROP: {} },
  writableIn: [PTL],
  readableIn: [PTL],
  decode: recordOf<HeldPtl>,
  show: ({ by }) => (by === null ? 'free' : `held by ${by}`),
});

export const heldPtl = (vma: string, page: string): Ref<HeldPtl, HeldPtlEvent> => kind.ref(`ptl[${vma}].${page}`);
export const isFreePtl = selector('free', (l: HeldPtl) => l.by === null);
