import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import { depositsForAll, depositsForBlocks } from '../designs/pmd-mutants.ts';

const where = { scenario: 'a=hole: load a; munmap a', config: 'thp=on' };

export default defineBug({
  id: 'C25',
  claim:
    '11cf9d863dcb (5.2) "fs/dax: Deposit pagetable even when installing zero page": a page table is withdrawn that nobody deposited',
  before: violates('no-warn', { design: depositsForBlocks, ...where }),
  after: holds('no-warn', { design: [depositsForAll, 'v4.14'], ...where }),
  note: 'Of architectures that deposit page tables; the models of kernels are x86, which does not.',
});
