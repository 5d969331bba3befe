import { defineBug, undecided } from '../case.ts';

export default defineBug({
  id: 'C38',
  claim: 'ee190ca6516b (2018) "fs/dax.c: release PMD lock even when there is no PMD support in DAX"',
  ...undecided('out of scope', 'Spin locks are held within one step: one that is never released cannot be told.'),
});
