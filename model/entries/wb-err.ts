/**
 * mapping->wb_err (4.13 and later): an error of a write-back, recorded for every open file until its next fsync has
 * returned it. Every thread has opened the file itself. In the state only with errors=on.
 */
import { defineComponent, type Ref } from '../../explorer/component.ts';
import { SECTIONS } from '../sections.ts';
import { recordOf, valueMachine, without } from './machine.ts';

export interface WbErr {
  /** Threads whose file has not returned the error yet. */
  readonly unseen: readonly string[];
}
export type WbErrEvent =
  | { readonly type: 'SET'; readonly files: readonly string[] }
  | { readonly type: 'ADVANCE'; readonly who: string };

const machine = valueMachine<WbErr, WbErrEvent>(
  'wb-err',
  { unseen: [] },
  {
    SET: (_, { files }) => ({ unseen: [...files].sort() }),
    ADVANCE: ({ unseen }, { who }) => ({ unseen: without(unseen, who) }),
  },
);

const kind = defineComponent<WbErr, WbErrEvent>({
  kind: 'wb-err',
  machine,
  events: { SET: { files: true }, ADVANCE: { who: true } },
  // errseq_t: an atomic word.
  writableIn: SECTIONS,
  readableIn: SECTIONS,
  decode: recordOf<WbErr>,
  show: ({ unseen }) => (unseen.length === 0 ? 'none' : `EIO, not yet returned to ${unseen.join(' ')}`),
});

export const wbErr: Ref<WbErr, WbErrEvent> = kind.ref('wb_err');
