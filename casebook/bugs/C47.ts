import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import unmapCopies from '../designs/v5.2-layouts-unmap-copies.ts';

const scenario = [
  'a=block: [private] store a; load a || zero a',
  'a=block, b=block: [private] store a; load a || truncate b',
];

export default defineBug({
  id: 'C47',
  claim:
    'd75996dd022b (5.3) "dax: dax_layout_busy_page() should not unmap cow pages": who breaks layouts throws private copies away',
  before: violates('private-keeps-stores', { design: unmapCopies, scenario }, [
    /T0 .*store a: T0/,
    /T1 .*unmap_mapping_pages.*zap/,
  ]),
  after: holds('private-keeps-stores', { design: 'v5.10', scenario }),
  note: 'The changelog zeroes a range. Truncating another page does it as well.',
});
