/** The inode: i_size in pages, and whether mtime was updated since the scenario began. */
import { defineComponent, type Ref, type Selector, selector, selectors } from '../../explorer/component.ts';
import { LOCAL, LOCK, PTL, SLEEP, TL } from '../sections.ts';
import { recordOf, valueMachine } from './machine.ts';

export interface Inode {
  /** i_size in whole pages: index i is inside iff i < size. */
  readonly size: number;
  readonly mtime: 'old' | 'new';
}
export type InodeEvent =
  | { readonly type: 'I_SIZE_WRITE'; readonly size: number }
  | { readonly type: 'FILE_UPDATE_TIME' };

const machine = valueMachine<Inode, InodeEvent>(
  'inode',
  { size: 0, mtime: 'old' },
  {
    I_SIZE_WRITE: (i, { size }) => ({ ...i, size }),
    FILE_UPDATE_TIME: (i) => ({ ...i, mtime: 'new' }),
  },
);

const kind = defineComponent<Inode, InodeEvent>({
  kind: 'inode',
  machine,
  events: { I_SIZE_WRITE: { size: true }, FILE_UPDATE_TIME: {} },
  writableIn: [SLEEP, LOCAL],
  // i_size_read() needs no lock.
  readableIn: [SLEEP, LOCAL, LOCK, TL, PTL],
  decode: recordOf<Inode>,
  show: (i) => `size ${i.size}, mtime ${i.mtime}`,
});

export const inode: Ref<Inode, InodeEvent> = kind.ref('inode');
export const iSize = selector('i_size', (i: Inode) => i.size);
const beforeEnd = selectors((index) => selector(`i_size > ${index}`, (i: Inode) => i.size > Number(index)));
/** Whether the page with that index is inside: all that most functions want to know of i_size. */
export const reaches = (index: number): Selector<Inode, boolean> => beforeEnd(String(index));
