import type { Inode } from '../entries/inode.ts';
import { defineObservable } from '../observable.ts';

export default defineObservable({
  id: 'times',
  what: 'whether mtime was updated',
  byDefault: true,
  values: { inode: (i: Inode) => `mtime ${i.mtime}` },
});
