import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';

const access = 'a=block: load a; store a';
const frozen = 'a=block: load a; store a || freeze';

export default defineBug({
  id: 'C05',
  claim:
    'dd9061846a3b, 0e3b210ce172 (4.1) "mm: new pfn_mkwrite …", "dax: use pfn_mkwrite to update c/mtime + freeze protection"',
  before: [
    ...violates('mtime-on-write', { design: 'v4.0', scenario: access }, [
      /op0_load.*insert_pfn: set_pte_at/,
      /op1_store.*do_wp_page: .*reuse/,
      /store a: T0/,
    ]),
    ...violates('no-write-when-frozen', { design: 'v4.0', scenario: frozen }, [
      /op0_load.*insert_pfn/,
      /freeze/,
      /store a: T0/,
    ]),
  ],
  after: holds('mtime-on-write', { design: ['v4.1-pfn-mkwrite', 'v4.12', 'v4.14'], scenario: access }),
  note: 'The fix mends the times. Of the frozen filesystem it mends a part only: S1.16.',
});
