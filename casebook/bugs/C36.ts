import { defineBug, undecided } from '../case.ts';

export default defineBug({
  id: 'C36',
  claim:
    'ced108037c2a (4.12), 024eee0e83f0 (5.1) "thp: fix MADV_DONTNEED vs. numa balancing race", "mm: page_mkclean vs MADV_DONTNEED race": a PMD that is none for a moment',
  ...undecided(
    'not modelled yet',
    'The moment is inside one PMDL section (pmdp_huge_clear_flush(), then set_pmd_at()), which is one step; a lockless look cannot fall into it.',
  ),
});
