import { defineOperation } from '../operation.ts';

export default defineOperation({
  name: 'dropcaches',
  takesPage: false,
  what: 'echo 1 > /proc/sys/vm/drop_caches, as far as it concerns the file',
  part: (d, here, ret) => d.drop_caches(d, here, { RETURN: ret.NEXT }),
});
