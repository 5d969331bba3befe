/**
 * The pins of a block: references that get_user_pages() has taken on its struct page, by holder. A block of DAX storage is
 * idle at one reference, its own. Only in scenarios in which something is pinned.
 */
import { defineComponent, type Ref, selector } from '../../explorer/component.ts';
import { LOCAL, LOCK, PMDL, PTL, SLEEP, TL } from '../sections.ts';
import { recordOf, valueMachine, withMember, without } from './machine.ts';

export interface Pins {
  /** `T0 a`: thread and page. Sorted. */
  readonly holders: readonly string[];
}
export type PinsEvent =
  | { readonly type: 'PIN'; readonly holder: string }
  | { readonly type: 'UNPIN'; readonly holder: string };

const machine = valueMachine<Pins, PinsEvent>(
  'pins',
  { holders: [] },
  {
    PIN: ({ holders }, { holder }) => ({ holders: withMember(holders, holder) }),
    UNPIN: ({ holders }, { holder }) => (holders.includes(holder) ? { holders: without(holders, holder) } : undefined),
  },
);

const kind = defineComponent<Pins, PinsEvent>({
  kind: 'pins',
  machine,
  events: { PIN: { holder: true }, UNPIN: { holder: true } },
  // An atomic counter. It is taken while the PTE cannot change.
  writableIn: [PTL, PMDL, LOCAL, LOCK],
  readableIn: [PTL, LOCAL, TL, LOCK, SLEEP],
  decode: recordOf<Pins>,
  show: ({ holders }) => (holders.length === 0 ? 'none' : holders.map((h) => h.split(' ')[0]).join(' ')),
});

export const pins = (block: string): Ref<Pins, PinsEvent> => kind.ref(`pins[${block}]`);
/** page_ref_count() > 1 */
export const isPinned = selector('pinned', (p: Pins) => p.holders.length > 0);
