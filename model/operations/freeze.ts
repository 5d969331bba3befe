import { defineOperation } from '../operation.ts';

export default defineOperation({
  name: 'freeze',
  takesPage: false,
  what: 'freeze the filesystem (fsfreeze --freeze)',
  part: (d, here, ret) => d.freeze(d, here, { RETURN: ret.NEXT }),
});
