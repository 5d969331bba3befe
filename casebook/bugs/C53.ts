import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import follCow from '../designs/wp-shared-v3.18-foll-cow.ts';

const scenario = 'a=block: [private ro] poke a || [private ro] load a; dontneed a';

export default defineBug({
  id: 'C53',
  claim:
    '19be0eaffa3a (4.9), CVE-2016-5195 "mm: remove gup_flags FOLL_WRITE games from __get_user_pages()" (Dirty COW): a copy is made of a read-only mapping’s page, thrown away, and the write goes to the file’s page',
  before: violates('private-stays-private', { design: ['v4.5', 'wp-shared-v3.18'], scenario }, [
    /T0 .*VM_FAULT_WRITE: .*FOLL_WRITE/,
    /T1 .*zap/,
    /T0 .*not FAULT_FLAG_WRITE/,
    /T0 .*get_page\((?:blk|page)/,
    /T0 .*poke a: T0\.poke0 into/,
  ]),
  after: holds('private-stays-private', { design: ['v4.9', 'v4.14', 'v5.10', 'v6.1', 'v7.2', follCow], scenario }),
  note: 'Found in the page cache, and on DAX of 4.5, whose storage get_user_pages() can find. That of 4.0 it cannot: -EFAULT.',
});
