/** Which pages a VMA still covers (munmap takes them away under mmap_sem), and what of its flags changes. */
import type { Look } from '../../explorer/chart.ts';
import { defineComponent, type Ref, selector, selectors } from '../../explorer/component.ts';
import { LOCAL, PTL } from '../sections.ts';
import { recordOf, valueMachine, without } from './machine.ts';
import { isNone, pte } from './pte.ts';

export interface Vma {
  readonly pages: readonly string[];
  /** VM_WRITE */
  readonly writable: boolean;
  /** vma->anon_vma: a copy was made or inherited. Followed only where something asks for it: fork, a fault under the VMA's lock. */
  readonly anonVma: boolean;
  /** Whether the file's tree of VMAs has any of it. Followed only where something asks for it: truncation, for pins. */
  readonly linked: boolean;
  /** Pages that munmap has cut off and taken out of that tree. Followed only where something asks for it: a walk, for TLBs. */
  readonly unlinked: readonly string[];
}
export type VmaEvent =
  | { readonly type: 'MMAP'; readonly pages: readonly string[]; readonly writable: boolean }
  /** dup_mmap(): as the parent's. */
  | { readonly type: 'DUP'; readonly as: Vma }
  | { readonly type: 'ANON_VMA' }
  | { readonly type: 'MPROTECT'; readonly writable: boolean }
  | { readonly type: 'DETACH'; readonly page: string }
  /** unlink_file_vma() of the VMA that was cut off with the page: what is left of the VMA stays in the tree. */
  | { readonly type: 'UNLINK'; readonly page: string };

const machine = valueMachine<Vma, VmaEvent>(
  'vma',
  { pages: [], writable: true, anonVma: false, linked: false, unlinked: [] },
  {
    MMAP: (v, { pages, writable }) => ({ ...v, pages, writable, linked: true }),
    DUP: (_, { as }) => as,
    ANON_VMA: (v) => ({ ...v, anonVma: true }),
    MPROTECT: (v, { writable }) => ({ ...v, writable }),
    DETACH: (v, { page }) => ({ ...v, pages: without(v.pages, page) }),
    UNLINK: (v, { page }) => ({
      ...v,
      linked: v.pages.length > 0,
      unlinked: [...without(v.unlinked, page), page].sort(),
    }),
  },
);

const kind = defineComponent<Vma, VmaEvent>({
  kind: 'vma',
  machine,
  events: {
    MMAP: { pages: true, writable: true },
    DUP: { as: true },
    ANON_VMA: {},
    MPROTECT: { writable: true },
    DETACH: { page: true },
    UNLINK: { page: true },
  },
  writableIn: [LOCAL],
  // A walk of the file's tree comes to what is in it.
  readableIn: [LOCAL, PTL],
  decode: recordOf<Vma>,
  show: ({ pages, writable, unlinked }) =>
    (pages.length === 0 ? 'unmapped' : `maps ${pages.join(' ')}${writable ? '' : ' read-only'}`) +
    (unlinked.length === 0 ? '' : `; ${unlinked.join(' ')} out of the file's tree`),
});

/** Whether find_vma() finds it for the page. */
export const covers = selectors((page) => selector(`covers ${page}`, (v: Vma) => v.pages.includes(page)));
/** VM_WRITE */
export const mayWrite = selector('VM_WRITE', (v: Vma) => v.writable);

/** Whether the file's tree of VMAs has it. */
export const isLinked = selector('linked', (v: Vma) => v.linked);

/** Whether a walk of the file's tree still comes to a page's part of it. */
export const inTree = (v: Vma, page: string): boolean => !v.unlinked.includes(page);

const isMade = selector('made', (v: Vma) => v.linked || v.pages.length > 0);

/** Whether a walk of the file's tree comes to a PTE: of a VMA that fork makes, when it is in the tree. (Where there is no PTE that makes no difference.) */
export const isMet = (
  s: Pick<Look, 'read'>,
  v: { readonly id: string; readonly copyOf?: string | undefined },
  page: string,
): boolean => v.copyOf === undefined || s.read(pte(v.id, page), isNone) || s.read(vma(v.id), isMade);

export const vma = (id: string): Ref<Vma, VmaEvent> => kind.ref(`vma[${id}]`);
