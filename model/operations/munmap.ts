import { defineOperation } from '../operation.ts';

export default defineOperation({
  name: 'munmap',
  takesPage: true,
  what: 'munmap(2) of one page of the mapping',
  part: (d, here, ret) => d.munmap(d, here, { RETURN: ret.NEXT }),
});
