/** What the filesystem's extent tree says of one page of the file. Changes are atomic: i_data_sem is held inside. */
import { defineComponent, type Ref } from '../../explorer/component.ts';
import { SLEEP } from '../sections.ts';
import { recordOf, valueMachine } from './machine.ts';

export interface Extent {
  readonly state: 'HOLE' | 'UNWRITTEN' | 'WRITTEN';
  /** The block, where there is one. */
  readonly block: string | null;
}
export type ExtentEvent =
  | { readonly type: 'MAP'; readonly block: string; readonly state: 'UNWRITTEN' | 'WRITTEN' }
  /** Unwritten to written: idempotent, as ext4_convert_unwritten_extents is. */
  | { readonly type: 'CONVERT' }
  | { readonly type: 'REMOVE' };

const machine = valueMachine<Extent, ExtentEvent>(
  'extent',
  { state: 'HOLE', block: null },
  {
    MAP: (e, { block, state }) => (e.state === 'HOLE' ? { state, block } : undefined),
    CONVERT: (e) => (e.state === 'HOLE' ? e : { ...e, state: 'WRITTEN' }),
    REMOVE: () => ({ state: 'HOLE', block: null }),
  },
);

const kind = defineComponent<Extent, ExtentEvent>({
  kind: 'extent',
  machine,
  events: { MAP: true, CONVERT: true, REMOVE: true },
  writableIn: [SLEEP],
  readableIn: [SLEEP],
  decode: recordOf<Extent>,
  show: (e) => (e.block === null ? 'HOLE' : `${e.state} ${e.block}`),
});

export const extent = (page: string): Ref<Extent, ExtentEvent> => kind.ref(`extent.${page}`);
