import { defineOperation } from '../operation.ts';

export default defineOperation({
  name: 'read',
  takesPage: true,
  what: 'read(2) of one page',
  part: (d, here, ret) => d.read(d, here, { RETURN: ret.NEXT }),
});
