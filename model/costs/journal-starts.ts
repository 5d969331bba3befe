import { countMarks, defineCost } from '../cost.ts';

export default defineCost({
  id: 'journal-starts',
  title: 'journal starts',
  order: 9,
  what: 'steps that start a journal handle (XFS: a transaction) of their own: the times, an allocating lookup, a conversion, a change of i_size, the freeing of blocks',
  leftOut:
    'that handles wait for a commit, run out of credits and restart; that file_update_time() starts one only when the clock has ticked',
  needs: (config) => (config.fs === 'ext2' ? 'ext2 has no journal' : undefined),
  count: (step) => countMarks(step, 'journal-start'),
});
