import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import pmdFaults from '../designs/v4.5-pmd-faults.ts';

const scenario = 'a=hole, b=hole: store b || [mm2 maps=b] load b; load b';

export default defineBug({
  id: 'C03',
  claim:
    '348e967ab07c (4.7) "dax: Make huge page handling depend of CONFIG_BROKEN": a PMD fault without the entry lock, beside a load of one of its pages',
  before: violates('no-stale-read', { design: pmdFaults, scenario, config: 'thp=on' }, [
    /T1 .*get_block\(0\): hole/,
    /T0 .*allocated/,
    /T0 .*truncate_inode_pages_range/,
    /T1 .*dax_load_hole/,
    /T0 .*insert_pfn_pmd: set_pmd_at/,
  ]),
  after: [
    ...holds('no-stale-read', { design: 'v4.9', scenario }),
    ...holds('no-stale-read', { design: ['v4.12', 'v4.14'], scenario, config: 'thp=on' }),
  ],
  note: 'The fix takes PMD faults away, as 4.9 is; 4.10 brings them back with the entry lock (642261ac995e).',
});
