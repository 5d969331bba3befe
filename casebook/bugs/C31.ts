import { defineBug, undecided } from '../case.ts';

export default defineBug({
  id: 'C31',
  claim:
    '1571c029a2ff (5.2) "dax: Fix xarray entry association for mixed mappings": page->mapping of a PMD entry is forgotten by a PTE store',
  ...undecided('out of scope', 'The model keeps no page->mapping of storage pages: only memory failure looks at it.'),
});
