import { defineOperation } from '../operation.ts';

export default defineOperation({
  name: 'mremap',
  takesPage: false,
  what: 'mremap(2) of the whole mapping to other addresses: what follows in this process goes there',
  part: (d, here, ret) => d.mremap(d, here, { RETURN: ret.NEXT }),
});
