import { defineOperation } from '../operation.ts';

export default defineOperation({
  name: 'dontneed',
  takesPage: true,
  what: 'madvise(MADV_DONTNEED) of one page of the mapping',
  part: (d, here, ret) => d.dontneed(d, here, { RETURN: ret.NEXT }),
});
