import { defineBug, undecided } from '../case.ts';

export default defineBug({
  id: 'C46',
  claim:
    '63e95b5c4f16 (4.10) "dax: coordinate locking for offsets in PMD range": the key of the wait queue is the exact index',
  ...undecided(
    'not modelled yet',
    'The key is computed in one place for all designs (model/paths/entry_lock.ts), and no design can replace it yet.',
  ),
});
