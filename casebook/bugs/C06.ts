import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import onlyPfnMkwrite from '../designs/v4.1-only-pfn_mkwrite.ts';

const scenario = 'a=block: load a; store a';

export default defineBug({
  id: 'C06',
  claim:
    '8a04446ab0cf (4.3) "mm, dax: VMA with vm_ops->pfn_mkwrite wants to be write-notified": a load maps the block writable',
  before: violates('mtime-on-write', { design: onlyPfnMkwrite, scenario }, [
    /op0_load.*insert_pfn: set_pte_at\(vm_page_prot: rw/,
    /store a: T0/,
  ]),
  after: holds('mtime-on-write', { design: 'v4.1-pfn-mkwrite', scenario }),
  note: 'With the fix the VMA is write-notified, which is what ext4 always was: it has ->page_mkwrite() as well.',
});
