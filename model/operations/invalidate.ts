import { defineOperation } from '../operation.ts';

export default defineOperation({
  name: 'invalidate',
  takesPage: true,
  what: 'invalidate_inode_pages2_range() of one page, by somebody who holds no lock of the file',
  part: (d, here, ret) => d.invalidate_inode_pages2_range(d, here, { RETURN: ret.NEXT }, { pages: [here.page] }),
});
