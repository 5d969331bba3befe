import { countSends, defineCost } from '../cost.ts';
import type { EntryEvent } from '../entries/entry.ts';

export default defineCost({
  id: 'sleeping-locks',
  title: 'sleeping locks',
  order: 2,
  what: 'times that a sleeping lock was taken, for reading or writing: the semaphores (mmap_sem, i_rwsem, i_mmap_sem, i_mmap_rwsem, s_umount), freeze protection, the page lock (also of a page that is born locked), the lock of a mapping entry',
  count: (step) => {
    const entries = step.sends.flatMap((s) => (s.kind === 'entry' ? [s.event as EntryEvent] : []));
    return (
      countSends(step, 'rwsem', 'DOWN') +
      countSends(step, 'page-lock', 'LOCK') +
      countSends(step, 'freeze', 'START_PAGEFAULT') +
      entries.filter((e) => e.type === 'LOCK' || (e.type === 'INSERT' && e.lockedBy !== null)).length
    );
  },
});
