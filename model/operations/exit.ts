import { defineOperation } from '../operation.ts';

export default defineOperation({
  name: 'exit',
  takesPage: false,
  what: 'exit(2) of the thread; the last one of an address space unmaps everything',
  part: (d, here, ret) => d.exit(d, here, { GONE: ret.END }),
});
