import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import underLock from '../designs/v4.0-fault-under-i_mmap-lock.ts';

const scenario = 'a=hole: load a; store a';

export default defineBug({
  id: 'C02',
  claim:
    '0f90cc6609c7 (4.3) "mm, dax: fix DAX deadlocks": i_mmap_lock held for writing round get_block() and unmap_mapping_range()',
  before: [
    ...violates('no-deadlock', { design: underLock, scenario }, [
      /store.*down_write\(i_mmap_rwsem\)/,
      /unmap_mapping_range.*waits/,
    ]),
    // What the lock was taken for.
    ...holds('no-stale-read', { design: underLock, scenario: 'a=hole: store a || store a' }),
  ],
  after: holds('no-deadlock', { design: ['v4.0', 'v4.5', 'v4.12'], scenario }),
  note:
    'Of its deadlocks this is the one of a fault with itself. The one with truncate goes through a journal handle, which the model ' +
    'does not wait for. The lock does what it was taken for: C01 is gone.',
});
