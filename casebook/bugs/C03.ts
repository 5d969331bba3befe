import { defineBug, undecided } from '../case.ts';

export default defineBug({
  id: 'C03',
  claim:
    '348e967ab07c (4.7) "dax: Make huge page handling depend of CONFIG_BROKEN": a PMD fault without the entry lock, beside a load of one of its pages',
  ...undecided(
    'not modelled yet',
    'PMD faults of kernels without the entry lock (4.5 to 4.9) are not modelled; C04 is the same race of two PTE faults.',
  ),
});
