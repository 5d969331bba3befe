import { defineOperation } from '../operation.ts';

export default defineOperation({
  name: 'thaw',
  takesPage: false,
  what: 'thaw the filesystem',
  part: (d, here, ret) => d.thaw(d, here, { RETURN: ret.NEXT }),
});
