import { defineOperation } from '../operation.ts';

export default defineOperation({
  name: 'fallocate',
  takesPage: true,
  what: 'fallocate(FALLOC_FL_KEEP_SIZE) of one page: a hole becomes unwritten',
  part: (d, here, ret) => d.fallocate!(d, here, { RETURN: ret.NEXT }),
});
