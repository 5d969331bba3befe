import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import { exactWaitKey } from '../designs/pmd-mutants.ts';

const where = { scenario: 'a=hole, b=hole: store a || [maps=b] store b', config: 'thp=on' };

export default defineBug({
  id: 'C46',
  claim:
    '63e95b5c4f16 (4.10) "dax: coordinate locking for offsets in PMD range": the key of the wait queue is the exact index',
  before: violates('no-deadlock', { design: exactWaitKey, ...where }),
  after: holds('no-deadlock', { design: ['v4.12', 'v4.14', 'v5.10'], ...where }),
  note: 'The changelog has no run. The fault of the range wakes who waits for its first index; who waits for another sleeps on.',
});
