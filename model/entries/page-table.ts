/**
 * Whether a VMA's pages have their page table yet (they lie in one 2 MiB range): once it is there, inserting a PTE cannot
 * run out of memory. munmap of some pages keeps it. In the state only with errors=on.
 */
import { defineComponent, type Ref } from '../../explorer/component.ts';
import { LOCAL, PMDL, PTL } from '../sections.ts';
import { recordOf, valueMachine } from './machine.ts';

export interface PageTable {
  readonly present: boolean;
}
export interface PageTableEvent {
  readonly type: 'POPULATE';
}

const machine = valueMachine<PageTable, PageTableEvent>(
  'page-table',
  { present: false },
  { POPULATE: () => ({ present: true }) },
);

const kind = defineComponent<PageTable, PageTableEvent>({
  kind: 'page-table',
  machine,
  events: { POPULATE: {} },
  writableIn: [PMDL],
  readableIn: [PMDL, PTL, LOCAL],
  decode: recordOf<PageTable>,
  show: ({ present }) => (present ? 'present' : 'none'),
});

/** @param vma id of a VMA */
export const pageTable = (vma: string): Ref<PageTable, PageTableEvent> => kind.ref(`page_table[${vma}]`);
