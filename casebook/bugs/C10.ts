import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import { pmdAsksBeforeLock } from '../designs/pmd-mutants.ts';
import iomapBeforeGrab from '../designs/v4.14-iomap-before-grab.ts';

const scenario = 'a=hole: load a || write a';
const asked = [/T0 .*iomap_begin/, /T1 .*iomap_begin/];

export default defineBug({
  id: 'C10',
  claim:
    '876f29460cbd (4.12) "dax: fix PMD data corruption when fault races with write": iomap_begin() before the entry is locked',
  before: [
    ...violates('no-stale-read', { design: pmdAsksBeforeLock, scenario, config: 'thp=on' }, [
      ...asked,
      /T0 .*dax_pmd_load_hole/,
    ]),
    ...violates('no-stale-read', { design: iomapBeforeGrab, scenario }, [...asked, /T0 .*insert_pfn/]),
  ],
  after: [
    ...holds('no-stale-read', { design: 'v4.14', scenario, config: 'thp=on' }),
    ...holds('no-stale-read', { design: 'v4.14', scenario }),
  ],
  note: 'As in the changelog, and the same order of the two calls for a PTE (9f141d6ef620).',
});
