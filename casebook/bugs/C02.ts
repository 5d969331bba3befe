import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import underLock from '../designs/v4.0-fault-under-i_mmap-lock.ts';

const scenario = 'a=hole: load a; store a';
// jbd2 commits while a store faults and punch frees.
const committed = { scenario: 'a=hole: store a || punch a || commit', config: 'journal=on' };

export default defineBug({
  id: 'C02',
  claim:
    '0f90cc6609c7 (4.3) "mm, dax: fix DAX deadlocks": i_mmap_lock held for writing round get_block() and unmap_mapping_range()',
  before: [
    ...violates('no-deadlock', { design: underLock, scenario }, [
      /store.*down_write\(i_mmap_rwsem\)/,
      /unmap_mapping_range.*waits/,
    ]),
    ...violates('no-deadlock', { design: underLock, ...committed }, [
      /store.*down_write\(i_mmap_rwsem\)/,
      /punch.*ext4_journal_start/,
      /commit.*T_LOCKED/,
    ]),
    // What the lock was taken for.
    ...holds('no-stale-read', { design: underLock, scenario: 'a=hole: store a || store a' }),
  ],
  after: [
    ...holds('no-deadlock', { design: ['v4.0', 'v4.5', 'v4.12'], scenario }),
    ...holds('no-deadlock', { design: ['v4.0', 'v4.5', 'v4.12'], ...committed }),
  ],
  note:
    'Two of its deadlocks: a fault with itself, and a fault with punch. The fault has the lock and waits in get_block() for a journal handle, while the ' +
    'transaction is being committed; the commit waits for the handle of ext4_punch_hole(), and that, in its second truncate_pagecache_range(), for the ' +
    'lock. (ext4_truncate() has no handle when it unmaps.) Kara had foreseen it for i_mmap_mutex in 2014: "ext4: Avoid lock inversion between ' +
    'i_mmap_mutex and transaction start". With a hole page in the cache 4.0 has the same deadlock over the page lock (findings.md). The lock ' +
    'does what it was taken for: C01 is gone.',
});
