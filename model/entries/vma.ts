/** Which pages a VMA still covers (munmap takes them away under mmap_sem), and what of its flags changes. */
import { defineComponent, type Ref } from '../../explorer/component.ts';
import { LOCAL } from '../sections.ts';
import { recordOf, valueMachine, without } from './machine.ts';

export interface Vma {
  readonly pages: readonly string[];
  /** VM_WRITE */
  readonly writable: boolean;
  /** vma->anon_vma: a copy was made or inherited. Followed only where something asks for it: fork, a fault under the VMA's lock. */
  readonly anonVma: boolean;
}
export type VmaEvent =
  | { readonly type: 'MMAP'; readonly pages: readonly string[]; readonly writable: boolean }
  /** dup_mmap(): as the parent's. */
  | { readonly type: 'DUP'; readonly as: Vma }
  | { readonly type: 'ANON_VMA' }
  | { readonly type: 'MPROTECT'; readonly writable: boolean }
  | { readonly type: 'DETACH'; readonly page: string };

const machine = valueMachine<Vma, VmaEvent>(
  'vma',
  { pages: [], writable: true, anonVma: false },
  {
    MMAP: (v, { pages, writable }) => ({ ...v, pages, writable }),
    DUP: (_, { as }) => as,
    ANON_VMA: (v) => ({ ...v, anonVma: true }),
    MPROTECT: (v, { writable }) => ({ ...v, writable }),
    DETACH: (v, { page }) => ({ ...v, pages: without(v.pages, page) }),
  },
);

const kind = defineComponent<Vma, VmaEvent>({
  kind: 'vma',
  machine,
  events: { MMAP: true, DUP: true, ANON_VMA: true, MPROTECT: true, DETACH: true },
  writableIn: [LOCAL],
  readableIn: [LOCAL],
  decode: recordOf<Vma>,
  show: ({ pages, writable }) =>
    pages.length === 0 ? 'unmapped' : `maps ${pages.join(' ')}${writable ? '' : ' read-only'}`,
});

export const vma = (id: string): Ref<Vma, VmaEvent> => kind.ref(`vma[${id}]`);
