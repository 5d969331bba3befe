import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import { neverLooksAtMapping } from '../designs/page-cache-mutants.ts';

const scenario = 'a=block: load a; store a || punch a';

export default defineBug({
  id: 'C29',
  claim:
    'b827e496c893 (2.6.30) "mm: close page_mkwrite races": the page is not locked between ->page_mkwrite and the PTE',
  before: violates('no-truncated-page-mapped', { design: neverLooksAtMapping, scenario }, [
    /T0 .*ext4_page_mkwrite/,
    /T1 .*truncate_inode_page/,
    /T0 .*set_pte_at\(rw/,
  ]),
  after: holds('no-truncated-page-mapped', { design: 'wp-shared-merged', scenario }),
  note: 'Of what the changelog names, the truncated page is found. Blocks that the filesystem has reserved and lost are not modelled.',
});
