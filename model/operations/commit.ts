import { defineOperation } from '../operation.ts';
import { jbd2_commit } from '../paths/jbd2_commit.ts';

export default defineOperation({
  name: 'commit',
  takesPage: false,
  what: 'kjournald2 commits the running transaction (journal=on): its five seconds are over, or another file is synced',
  part: (d, here, ret) => jbd2_commit(d, here, { RETURN: ret.NEXT }),
});
