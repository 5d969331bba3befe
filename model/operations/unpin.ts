import { defineOperation } from '../operation.ts';
import { put_page } from '../paths/gup.ts';

export default defineOperation({
  name: 'unpin',
  takesPage: true,
  what: 'gives back the page that the same process has pinned',
  part: (_d, here, ret) => put_page(here, { RETURN: ret.NEXT }),
});
