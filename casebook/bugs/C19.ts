import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import { asksUnstableFirst } from '../designs/pmd-mutants.ts';

const where = { scenario: 'a=block: [private] store a || [private] load a', config: 'thp=on' };

export default defineBug({
  id: 'C19',
  claim:
    'd0f0931de936 (4.12) "mm: avoid spurious \'bad pmd\' warning messages": a PMD of storage is taken for a bad one',
  before: violates('no-warn', { design: asksUnstableFirst, ...where }, [
    /T1 .*insert_pfn_pmd: set_pmd_at/,
    /T0 .*pmd_bad/,
  ]),
  after: holds('no-warn', { design: 'v4.14', ...where }),
});
