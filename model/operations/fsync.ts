import { defineOperation } from '../operation.ts';
import { vfsFsyncRange } from '../paths/call.ts';

export default defineOperation({
  name: 'fsync',
  takesPage: false,
  what: 'fsync(2) of the file',
  part: (d, here, ret) => vfsFsyncRange(d, here, { RETURN: ret.NEXT }),
});
