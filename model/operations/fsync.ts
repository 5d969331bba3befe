import { defineOperation } from '../operation.ts';

export default defineOperation({
  name: 'fsync',
  takesPage: false,
  what: 'fsync(2) of the file',
  part: (d, here, ret) => d.fsync(d, here, { RETURN: ret.NEXT }),
});
