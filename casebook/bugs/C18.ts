import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import { collide } from '../designs/pmd-mutants.ts';

const scenario = 'a=block: [private] store a || [private] load a';

export default defineBug({
  id: 'C18',
  claim:
    'e2093926a098 (4.12) "dax: fix race between colliding PMD & PTE entries": a PMD is put over a page table, which is lost',
  before: violates('no-warn', { design: collide, scenario, config: 'thp=on' }, [
    /T0 .*split_huge_pmd|T0 .*pmd_none/,
    /T1 .*insert_pfn_pmd: set_pmd_at/,
  ]),
  after: holds('no-warn', { design: ['v4.12', 'v4.14'], scenario, config: 'thp=on' }),
});
