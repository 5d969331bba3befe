/** Which pages a VMA still covers: munmap takes them away under mmap_sem. */
import { defineComponent, type Ref } from '../../explorer/component.ts';
import { LOCAL } from '../sections.ts';
import { recordOf, valueMachine, without } from './machine.ts';

export interface Vma {
  readonly pages: readonly string[];
  /** VM_WRITE */
  readonly writable: boolean;
}
export type VmaEvent =
  | { readonly type: 'MMAP'; readonly pages: readonly string[]; readonly writable: boolean }
  | { readonly type: 'MPROTECT'; readonly writable: boolean }
  | { readonly type: 'DETACH'; readonly page: string };

const machine = valueMachine<Vma, VmaEvent>(
  'vma',
  { pages: [], writable: true },
  {
    MMAP: (_, { pages, writable }) => ({ pages, writable }),
    MPROTECT: (v, { writable }) => ({ ...v, writable }),
    DETACH: (v, { page }) => ({ ...v, pages: without(v.pages, page) }),
  },
);

const kind = defineComponent<Vma, VmaEvent>({
  kind: 'vma',
  machine,
  events: { MMAP: true, MPROTECT: true, DETACH: true },
  writableIn: [LOCAL],
  readableIn: [LOCAL],
  decode: recordOf<Vma>,
  show: ({ pages, writable }) =>
    pages.length === 0 ? 'unmapped' : `maps ${pages.join(' ')}${writable ? '' : ' read-only'}`,
});

export const vma = (id: string): Ref<Vma, VmaEvent> => kind.ref(`vma[${id}]`);
