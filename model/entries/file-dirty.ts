/** NR_FILE_DIRTY: how many dirty pages the mm believes there are. balance_dirty_pages() throttles by it. */
import { defineComponent, type Ref } from '../../explorer/component.ts';
import { LOCAL, TL } from '../sections.ts';
import { recordOf, valueMachine } from './machine.ts';

export interface FileDirty {
  /** Below zero if something was taken off that was never counted. */
  readonly count: number;
}
export type FileDirtyEvent = { readonly type: 'INC' | 'DEC' };

const machine = valueMachine<FileDirty, { type: 'INC' } | { type: 'DEC' }>(
  'file-dirty',
  { count: 0 },
  { INC: ({ count }) => ({ count: count + 1 }), DEC: ({ count }) => ({ count: count - 1 }) },
);

const kind = defineComponent<FileDirty, FileDirtyEvent>({
  kind: 'file-dirty',
  machine,
  events: { INC: {}, DEC: {} },
  // An atomic counter.
  writableIn: [TL, LOCAL],
  readableIn: [TL, LOCAL],
  decode: recordOf<FileDirty>,
  show: ({ count }) => String(count),
});

export const fileDirty: Ref<FileDirty, FileDirtyEvent> = kind.ref('NR_FILE_DIRTY');
