import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import { dirtiesFirst } from '../designs/page-cache-mutants.ts';

const where = { scenario: 'a=block: load a; store a; fsync || writeback', config: 'page-mkwrite=off' };

export default defineBug({
  id: 'C23',
  claim: '79352894b285 (2.6.23) "mm: fix clear_page_dirty_for_io vs fault race": the page is dirtied before its PTE',
  before: violates('fsync-durable', { design: dirtiesFirst, ...where }, [
    /T0 .*SetPageDirty/,
    /T1 .*TestClearPageDirty/,
    /T0 .*ptep_set_access_flags\(rw\)/,
    /store a: T0/,
  ]),
  after: holds('fsync-durable', { design: ['wp-shared-v3.18', 'wp-shared-before', 'wp-shared-merged'], ...where }),
  note: 'Its elder, 7658cc289288 (2006: TestClearPageDirty before page_mkclean), needs PTEs that are dirty with a page that is clean; with the faults of 3.18 and later that order alone violates nothing.',
});
