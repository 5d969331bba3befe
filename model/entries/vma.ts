/** Which pages a VMA still covers: munmap takes them away under mmap_sem. */
import { defineComponent, type Ref } from '../../explorer/component.ts';
import { LOCAL } from '../sections.ts';
import { recordOf, valueMachine, without } from './machine.ts';

export interface Vma {
  readonly pages: readonly string[];
}
export type VmaEvent =
  | { readonly type: 'MMAP'; readonly pages: readonly string[] }
  | { readonly type: 'DETACH'; readonly page: string };

const machine = valueMachine<Vma, VmaEvent>(
  'vma',
  { pages: [] },
  {
    MMAP: (_, { pages }) => ({ pages }),
    DETACH: ({ pages }, { page }) => ({ pages: without(pages, page) }),
  },
);

const kind = defineComponent<Vma, VmaEvent>({
  kind: 'vma',
  machine,
  events: { MMAP: true, DETACH: true },
  writableIn: [LOCAL],
  readableIn: [LOCAL],
  decode: recordOf<Vma>,
  show: ({ pages }) => (pages.length === 0 ? 'unmapped' : `maps ${pages.join(' ')}`),
});

export const vma = (id: string): Ref<Vma, VmaEvent> => kind.ref(`vma[${id}]`);
