import { defineOperation } from '../operation.ts';

export default defineOperation({
  name: 'msync',
  takesPage: false,
  what: 'msync(MS_SYNC) of the whole mapping',
  part: (d, here, ret) => d.msync(d, here, { RETURN: ret.NEXT }),
});
