import { defineOperation } from '../operation.ts';

export default defineOperation({
  name: 'punch',
  takesPage: true,
  what: 'fallocate(FALLOC_FL_PUNCH_HOLE) of one page',
  part: (d, here, ret) => d.punch(d, here, { RETURN: ret.NEXT }),
});
