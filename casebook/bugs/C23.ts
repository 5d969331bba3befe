import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import { clearsFirst, withBuffers } from '../designs/page-cache-buffers.ts';
import { dirtiesFirst } from '../designs/page-cache-mutants.ts';

const where = { scenario: 'a=block: load a; store a; fsync || writeback', config: 'page-mkwrite=off' };
const buffers = { scenario: 'a=block: store a; store a; fsync || writeback', config: 'page-mkwrite=off' };

export default defineBug({
  id: 'C23',
  claim:
    '7658cc289288 (2.6.20) "VM: Fix nasty and subtle race in shared mmap\'ed page writeback": PG_dirty is cleared before the PTEs are cleaned; ' +
    '79352894b285 (2.6.23) "mm: fix clear_page_dirty_for_io vs fault race": the page is dirtied before its PTE',
  before: [
    ...violates('fsync-durable', { design: clearsFirst, ...buffers }, [
      /journal_submit_data_buffers/,
      /store a: T0.store1/,
      /TestClearPageDirty/,
      /page_mkclean/,
      /no dirty buffer: nothing is written/,
    ]),
    ...violates('fsync-durable', { design: dirtiesFirst, ...where }, [
      /T0 .*SetPageDirty/,
      /T1 .*TestClearPageDirty/,
      /T0 .*ptep_set_access_flags\(rw\)/,
      /store a: T0/,
    ]),
  ],
  after: [
    ...holds('fsync-durable', { design: withBuffers, ...buffers }),
    ...holds('fsync-durable', { design: ['wp-shared-v3.18', 'wp-shared-before', 'wp-shared-merged'], ...where }),
  ],
  note:
    'The elder one, as its changelog says, needs a filesystem that writes buffers on its own: ->writepage then writes nothing, since ' +
    'nobody told it of the stores that only the PTE knows. Where ->writepage writes the whole page, as in the designs, its order alone violates nothing.',
});
