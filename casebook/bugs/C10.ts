import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import iomapBeforeGrab from '../designs/v4.14-iomap-before-grab.ts';

const scenario = 'a=hole: load a || write a';

export default defineBug({
  id: 'C10',
  claim:
    '876f29460cbd (4.12) "dax: fix PMD data corruption when fault races with write": iomap_begin() before the entry is locked',
  before: violates('no-stale-read', { design: iomapBeforeGrab, scenario }, [
    /T0 .*iomap_begin/,
    /T1 .*iomap_begin/,
    /T0 .*insert_pfn/,
  ]),
  after: holds('no-stale-read', { design: 'v4.14', scenario }),
  note: 'The changelog tells it of a PMD; the order of the two calls is the same for a PTE (9f141d6ef620).',
});
