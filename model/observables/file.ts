import type { Extent } from '../entries/extent.ts';
import type { Inode } from '../entries/inode.ts';
import { defineObservable } from '../observable.ts';

export default defineObservable({
  id: 'file',
  what: 'i_size, and where every page of the file is: hole, unwritten, block',
  byDefault: false,
  values: {
    inode: (i: Inode) => `size ${i.size}`,
    extent: (e: Extent) => (e.block === null ? 'HOLE' : `${e.state} ${e.block}`),
  },
});
