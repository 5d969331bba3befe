/** Errors that may still be injected in this run: each call that fails takes one. In the state only with errors=on. */
import { defineComponent, type Ref, selector } from '../../explorer/component.ts';
import { SECTIONS } from '../sections.ts';
import { recordOf, valueMachine } from './machine.ts';

/** Errors per run. A bound, so that no call fails for ever; every verdict prints it. */
export const ERRORS_PER_RUN = 1;

export interface Errors {
  readonly left: number;
}
export interface ErrorsEvent {
  readonly type: 'INJECT';
}

const machine = valueMachine<Errors, ErrorsEvent>(
  'errors',
  { left: ERRORS_PER_RUN },
  { INJECT: ({ left }) => (left > 0 ? { left: left - 1 } : undefined) },
);

const kind = defineComponent<Errors, ErrorsEvent>({
  kind: 'errors',
  machine,
  events: { INJECT: {} },
  // Not a part of the kernel: no lock protects it.
  writableIn: SECTIONS,
  readableIn: SECTIONS,
  decode: recordOf<Errors>,
  show: ({ left }) => `${left} left`,
});

export const errors: Ref<Errors, ErrorsEvent> = kind.ref('errors');
export const someLeft = selector('some left', (e: Errors) => e.left > 0);
