import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import { neverWritable } from '../designs/pmd-mutants.ts';

const where = { scenario: 'a=block: load a; store a', config: 'thp=on' };

export default defineBug({
  id: 'C07',
  claim:
    '01871e59af5c (4.5) "mm, dax: fix livelock, allow dax pmd mappings to become writeable": a PMD that is there is left alone',
  before: violates('store-completes', { design: neverWritable, ...where }, [
    /op0_load.*insert_pfn_pmd: set_pmd_at\(ro\)/,
    /op1_store.*insert_pfn_pmd: !pmd_none/,
  ]),
  after: holds('store-completes', { design: ['v4.12', 'v4.14'], ...where }),
  note: 'Shown on 4.14; the code of 4.4 is not modelled with PMDs.',
});
