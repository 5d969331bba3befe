import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';

const where = {
  scenario: ['a=block: load a; store a || truncate a', 'a=block: load a; store a || punch a'],
  config: 'page-mkwrite=off',
};

export default defineBug({
  id: 'C22',
  claim:
    '2d6d7f982846 (4.0) "mm: protect set_page_dirty() from ongoing truncation": the page is dirtied while truncation takes it away',
  before: violates('dirty-balance', { design: 'wp-shared-v3.18', ...where }, [
    /T0 .*ptep_set_access_flags\(rw\)/,
    /T0 .*wait_on_page_locked/,
    /T1 .*truncate_inode_page/,
  ]),
  after: holds('dirty-balance', { design: ['wp-shared-before', 'wp-shared-merged'], ...where }),
  note: 'NR_FILE_DIRTY is out of balance for ever, as the changelog says: the page is uncounted by truncation after its dirty bit was set and before it was counted.',
});
