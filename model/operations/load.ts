import { defineOperation } from '../operation.ts';

export default defineOperation({
  name: 'load',
  takesPage: true,
  what: 'one load instruction through the mapping, with its faults',
  part: (d, here, ret) => d.user_access(d, here, { DONE: ret.NEXT, KILLED: ret.END }),
});
