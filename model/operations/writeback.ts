import { defineOperation } from '../operation.ts';

export default defineOperation({
  name: 'writeback',
  takesPage: false,
  what: 'the flusher writes what is dirty in the page cache',
  part: (d, here, ret) => d.writeback(d, here, { RETURN: ret.NEXT }),
});
