import { defineOperation } from '../operation.ts';
import { get_user_pages } from '../paths/gup.ts';

export default defineOperation({
  name: 'pin',
  takesPage: true,
  what: 'get_user_pages() for writing, as for direct I/O into the mapping (4.14 and later): held until `unpin`',
  part: (d, here, ret) => get_user_pages(d, here, { DONE: ret.NEXT, KILLED: ret.END }),
});
