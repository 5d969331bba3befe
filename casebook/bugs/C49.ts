import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import waits from '../designs/v5.2-huge-fault-waits.ts';

const where = { scenario: 'a=hole, b=hole: [maps=b] store b || load a', config: 'thp=on' };

export default defineBug({
  id: 'C49',
  claim:
    '23c84eb78375 (5.3) "dax: Fix missed wakeup with PMD faults": a PMD fault waits for a 4 KiB entry in the queue of another index',
  before: violates('no-deadlock', { design: waits, ...where }, [
    /T0 .*insert EMPTY/,
    /T1 .*prepare_to_wait_exclusive/,
    /T0 .*wake the next waiter/,
  ]),
  after: holds('no-deadlock', { design: 'v5.10', ...where }),
  note: 'C46 again, since the XArray.',
});
