import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import { looksOnlyForHuge } from '../designs/pmd-mutants.ts';

const where = { scenario: 'a=block: [private] store a || [private] load a; dontneed a', config: 'thp=on' };

export default defineBug({
  id: 'C52',
  claim:
    'ad33bb04b2a6 (4.5) "mm: thp: fix SMP race condition between THP page fault and MADV_DONTNEED": a PMD that is huge at one look is none at the next, and taken for a page table',
  before: violates('no-warn', { design: looksOnlyForHuge, ...where }, [
    /T1 .*set_pmd_at/,
    /T0 .*!pmd_none/,
    /T1 .*zap/,
    /T0 .*pte_offset_map\(\) of no page table/,
  ]),
  after: holds('no-warn', { design: 'v4.14', ...where }),
  note: 'Shown on 4.14, with the one look that 4.4 has for its two.',
});
