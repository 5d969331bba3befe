import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import wakesOne from '../designs/v4.12-hole-page-wakes-one.ts';

const three = 'a=hole: load a || load a || load a';

export default defineBug({
  id: 'C12',
  claim:
    '965d004af540 (4.10) "dax: fix deadlock with DAX 4k holes": a hole page wakes one waiter of the entry it replaces',
  before: [
    ...violates('no-deadlock', { design: wakesOne, scenario: three }, [
      /insert EMPTY/,
      /waits|sleeps/,
      /waits|sleeps/,
      /page_cache_tree_insert|pagecache_get_page/,
    ]),
    ...holds('no-deadlock', { design: wakesOne, scenario: 'a=hole: load a || load a' }),
  ],
  after: holds('no-deadlock', { design: 'v4.12', scenario: three }),
  note: 'Two loads do not show it.',
});
