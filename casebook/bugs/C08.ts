import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import withoutUnmap from '../designs/v4.14-invalidate-without-unmap.ts';

const scenario = 'a=hole: load a; write a; load a';

export default defineBug({
  id: 'C08',
  claim:
    'cd656375f946 (4.12) "mm: fix data corruption due to stale mmap reads": write(2) into a hole leaves the hole mapped',
  before: violates('no-stale-read', { design: withoutUnmap, scenario }, [
    /op0_load.*insert_pfn/,
    /op1_write.*copy/,
    /load a -> \{\}/,
  ]),
  after: holds('no-stale-read', { design: ['v4.12', 'v4.14'], scenario }),
});
