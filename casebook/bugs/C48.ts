import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import wakesNobody from '../designs/v5.3-put-wakes-nobody.ts';

const scenario = 'a=hole: store a || write a || load a';

export default defineBug({
  id: 'C48',
  claim:
    '61c30c98ef17 (5.3) "dax: Fix missed wakeup in put_unlocked_entry()": who was woken for an entry, and does not lock it, wakes nobody',
  before: violates('no-deadlock', { design: wakesNobody, scenario }, [
    /T1 .*prepare_to_wait_exclusive/,
    /T2 .*prepare_to_wait_exclusive/,
    /T0 .*wake the next waiter/,
    /T1 .*dirty: kept/,
  ]),
  after: holds('no-deadlock', { design: 'v5.10', scenario }),
  note: 'The changelog has no run. Here write(2) has waited for the entry, which has become dirty meanwhile.',
});
