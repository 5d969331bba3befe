import { defineOperation } from '../operation.ts';

export default defineOperation({
  name: 'mprotect',
  takesPage: false,
  words: ['ro', 'rw'],
  what: 'mprotect(2) of the whole mapping: PROT_READ, or PROT_READ | PROT_WRITE',
  part: (d, here, ret) => d.mprotect(d, here, { RETURN: ret.NEXT }),
});
