import { takes } from '../ask.ts';
import { defineBug } from '../case.ts';
import { alwaysFallsBack } from '../designs/pmd-mutants.ts';

const where = { scenario: ['a=block: load a; store a', 'a=hole: load a'], config: 'thp=on' };
const pmd = /set_pmd_at/;

export default defineBug({
  id: 'C30',
  claim: '6370740e5f8e (5.4) "fs/dax: Fix pmd vs pte conflict detection": every PMD fault on an empty range falls back',
  means: 'no PMD is ever mapped',
  before: takes('a PMD is mapped', pmd, { design: alwaysFallsBack, ...where }, true),
  after: takes('a PMD is mapped', pmd, { design: 'v4.14', ...where }),
  note: 'It breaks no property: --coverage shows it.',
});
