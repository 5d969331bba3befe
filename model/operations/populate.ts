import { defineOperation } from '../operation.ts';

export default defineOperation({
  name: 'populate',
  takesPage: true,
  what: 'what mmap(MAP_POPULATE) does for a page: it is faulted in, without an access',
  part: (d, here, ret) => d.populate(d, here, { DONE: ret.NEXT }),
});
