import { takes } from '../ask.ts';
import { defineBug } from '../case.ts';

const scenario = 'a=block: load a; store a';

export default defineBug({
  id: 'C26',
  claim:
    'cae85cb8add3 (5.1) "mm/memory.c: fix modifying of page protection by insert_pfn()": set_pte_at() over a PTE that is present',
  means: 'a present PTE is written by set_pte_at(), which architectures may refuse',
  before: takes('set_pte_at() over a present PTE', /insert_pfn: set_pte_at\(\*pte/, {
    design: ['zero-page-v3', 'v4.14'],
    scenario,
  }),
  after: [
    ...takes(
      'set_pte_at() over a present PTE',
      /insert_pfn: set_pte_at\(\*pte/,
      { design: ['v5.10', 'v6.1'], scenario },
      true,
    ),
    ...takes('ptep_set_access_flags()', /insert_pfn: ptep_set_access_flags/, { design: ['v5.10', 'v6.1'], scenario }),
  ],
  note: 'The model keeps neither the young bit nor an architecture that asserts; what is found is the call. The two commits for PMDs are C26 for thp=on.',
});
