import { defineOperation } from '../operation.ts';

export default defineOperation({
  name: 'zero',
  takesPage: true,
  what: 'fallocate(FALLOC_FL_ZERO_RANGE, FALLOC_FL_KEEP_SIZE) of one page',
  part: (d, here, ret) => d.zero!(d, here, { RETURN: ret.NEXT }),
});
