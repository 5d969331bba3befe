import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';

const race = 'a=hole: store a || store a';

export default defineBug({
  id: 'C01',
  claim:
    '843172978bb9 (4.3) "dax: fix race between simultaneous faults": two allocating faults, and the second clears what was stored',
  before: violates('no-stale-read', { design: 'v4.0', scenario: race }, [
    /get_block\(1\).*(?:new|unwritten)/,
    /T\d .*store a: T\d\.store/,
    /clear_page/,
  ]),
  after: holds('no-stale-read', { design: ['v4.5', 'v4.9', 'v4.12', 'v4.14'], scenario: race }),
  note: 'The fix itself took i_mmap_lock round all of it (C02). 4.5 zeroes in the filesystem, under its own locks.',
});
