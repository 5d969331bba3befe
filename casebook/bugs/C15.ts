import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import { mkcleanSkipsPmds } from '../designs/pmd-mutants.ts';

const [tags, media] = ['a=block: store a; fsync; store a', 'a=block: store a; fsync; store a; fsync'] as const;

export default defineBug({
  id: 'C15',
  claim: 'f729c8c9b24f (4.10) "dax: wrprotect pmd_t in dax_mapping_entry_mkclean": fsync leaves the PMD writable',
  before: [
    ...violates('writable-implies-dirty', { design: mkcleanSkipsPmds, scenario: tags, config: 'thp=on' }, [
      /insert_pfn_pmd: set_pmd_at\(rw\)/,
      /clear DIRTY/,
    ]),
    ...violates('fsync-durable', { design: mkcleanSkipsPmds, scenario: media, config: 'thp=on' }),
  ],
  after: [
    ...holds('writable-implies-dirty', { design: 'v4.14', scenario: tags, config: 'thp=on' }),
    ...holds('fsync-durable', { design: 'v4.14', scenario: media, config: 'thp=on' }),
  ],
});
