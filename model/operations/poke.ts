import { defineOperation } from '../operation.ts';
import { access_remote_vm } from '../paths/access_remote_vm.ts';

export default defineOperation({
  name: 'poke',
  takesPage: true,
  what: 'a write to /proc/self/mem, or by ptrace(2), at a private mapping: it may be read-only (FOLL_FORCE)',
  part: (d, here, ret) => access_remote_vm(d, here, { RETURN: ret.NEXT }),
});
