import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import { collide, insertsUnchecked } from '../designs/pmd-mutants.ts';

const where = { scenario: 'a=block: load a || load a', config: 'thp=on' };

export default defineBug({
  id: 'C41',
  claim:
    'e11f8b7b6c4e (4.11) "dax: fix radix tree insertion race": a PMD fault that finds the slot taken when it inserts falls back, under a PMD',
  before: violates('no-warn', { design: insertsUnchecked, ...where }, [
    /no entry/,
    /insert EMPTY of the whole range/,
    /insert_pfn_pmd: set_pmd_at/,
    /-EEXIST/,
    /taken for a page table/,
  ]),
  after: holds('no-warn', { design: [collide, 'v4.12', 'v4.14'], ...where }),
});
