import { defineBug, undecided } from '../case.ts';

export default defineBug({
  id: 'C35',
  claim:
    'a8f97366452e (4.15) "mm, thp: Do not make page table dirty unconditionally in touch_p[mu]d()" (Huge Dirty COW)',
  ...undecided(
    'out of scope',
    'get_user_pages() with FOLL_FORCE is modelled of PTEs (C53), not of PMDs: only it takes the dirty bit for a copy that was made.',
  ),
});
