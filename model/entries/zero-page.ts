/** The common 4 KiB zero page. Nothing should ever be in it; if something is, everybody reads it. */
import { defineComponent, type Ref } from '../../explorer/component.ts';
import { HW } from '../sections.ts';
import { type Content, type ContentEvent, contentReactions, showContent } from './content.ts';
import { recordOf, valueMachine } from './machine.ts';

export interface ZeroPage {
  readonly mem: Content;
}
const machine = valueMachine<ZeroPage, ContentEvent>('zero-page', { mem: [] }, contentReactions);

const kind = defineComponent<ZeroPage, ContentEvent>({
  kind: 'zero-page',
  machine,
  events: { STORE: true, COPY: true, ZERO: true },
  writableIn: [HW],
  readableIn: [HW],
  decode: recordOf<ZeroPage>,
  show: ({ mem }) => (mem.length === 0 ? 'zeros' : `corrupted ${showContent(mem)}`),
});

export const zeroPage: Ref<ZeroPage, ContentEvent> = kind.ref('zero');
