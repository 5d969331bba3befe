import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import locksNoVma from '../designs/v6.4-fork-locks-no-vma.ts';

const where = {
  scenario: 'a=block: [private] fork || [private] store a || [private] store a; store a',
  config: 'tlb=on',
};

export default defineBug({
  id: 'C51',
  claim:
    'fb49c455323f (6.5) "fork: lock VMAs of the parent process when forking": a fault of the parent copies a page that fork has just write-protected',
  before: violates('private-keeps-stores', { design: locksNoVma, ...where }, [
    /T0 .*copy_present_pte/,
    /T1 .*vma_start_read/,
    /T1 .*cow_user_page/,
    /store a: T2.store1/,
  ]),
  after: holds('private-keeps-stores', { design: 'v6.12', ...where }),
  note:
    'The changelog fears for vma->anon_vma; what it does to memory it leaves open. Here a CPU stores through its TLB, which fork has not flushed yet, into ' +
    'the page that another thread has copied already.',
});
