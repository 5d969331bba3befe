import { defineOperation } from '../operation.ts';

export default defineOperation({
  name: 'fork',
  takesPage: false,
  what: 'fork(2): what follows is run by the parent and by a child with an address space of its own',
  part: (d, here, ret) => d.fork(d, here, { RETURN: ret.NEXT }),
});
