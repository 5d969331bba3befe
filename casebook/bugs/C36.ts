import { violated } from '../../explorer/property.ts';
import { isHuge, pmd } from '../../model/entries/pmd.ts';
import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import { neverNone } from '../designs/pmd-mutants.ts';
import { observe } from '../observe.ts';

const dontneedUnmaps = observe(
  'dontneed-unmaps',
  'At quiescence no PMD is huge, where the last operation on every mapping is madvise(MADV_DONTNEED).',
  (scene) => ({
    neverVacuous: true,
    quiescence: scene.vmas.map(({ id }) => ({
      name: pmd(id).id,
      judge: (s) => !s.read(pmd(id), isHuge) || violated(`${pmd(id).id} is mapped, and MADV_DONTNEED has returned`),
    })),
  }),
);

const where = { scenario: 'a=block: store a; dontneed a || fsync', config: 'thp=on' };
const warns = (operation: string) => ({ scenario: `a=block: store a; ${operation} || [mm2] fsync`, config: 'thp=on' });

export default defineBug({
  id: 'C36',
  claim:
    '024eee0e83f0 (5.1) "mm: page_mkclean vs MADV_DONTNEED race", after ced108037c2a (4.11) "thp: fix MADV_DONTNEED vs. numa balancing race": a PMD that is none for a moment',
  before: [
    ...violates(dontneedUnmaps, { design: ['v4.12', 'v4.14'], ...where }, [
      /T1 .*pmdp_huge_clear_flush/,
      /T0 .*zap_pmd_range: not huge/,
      /T1 .*set_pmd_at/,
    ]),
    // What the changelog does not say: one look finds nothing, the next finds the PMD again, where no huge one may be.
    ...['dontneed a', 'munmap a', 'exit'].flatMap((o) => violates('no-warn', { design: 'v4.14', ...warns(o) })),
  ],
  after: [
    ...holds(dontneedUnmaps, { design: [neverNone, 'v5.10'], ...where }),
    ...['dontneed a', 'munmap a', 'exit'].flatMap((o) =>
      holds('no-warn', { design: [neverNone, 'v5.10'], ...warns(o) }),
    ),
  ],
  note:
    'The instance of fsync on DAX, as 4.14 is. NUMA balancing is left out. The changelog has madvise() alone; munmap() and exit ' +
    'look at the PMD without its lock as well, and find it later, where they free page tables.',
});
