import { defineBug, undecided } from '../case.ts';

export default defineBug({
  id: 'C40',
  claim:
    '152d7bd80dca, ee82c9ed41e8 (4.3) "dax: fix __dax_pmd_fault crash", "dax: disable pmd mappings": a storage PMD is taken for a transparent huge page',
  ...undecided('out of scope', 'struct pages of storage, and get_user_pages() of a PMD, are not modelled.'),
});
