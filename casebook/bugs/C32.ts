import { defineBug, undecided } from '../case.ts';

export default defineBug({
  id: 'C32',
  claim:
    'c93db7bb6ef3 (4.20) "dax: Check page->mapping isn\'t NULL": memory failure waits for an entry of an inode that goes away',
  ...undecided('out of scope', 'Neither memory failure nor the eviction of inodes is modelled.'),
});
