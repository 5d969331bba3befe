import { defineOperation } from '../operation.ts';

export default defineOperation({
  name: 'write',
  takesPage: true,
  what: 'write(2) of one page',
  part: (d, here, ret) => d.write(d, here, { RETURN: ret.NEXT }),
});
