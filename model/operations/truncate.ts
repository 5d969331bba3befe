import { defineOperation } from '../operation.ts';

export default defineOperation({
  name: 'truncate',
  takesPage: true,
  what: 'truncate(2) to the start of the page',
  part: (d, here, ret) => d.truncate(d, here, { RETURN: ret.NEXT }),
});
