import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';

const race = 'a=hole: store a || [mm2] load a';

export default defineBug({
  id: 'C04',
  claim:
    'ac401cc78242 (4.7) "dax: New fault locking": a load maps a hole page over the block that a store has allocated',
  before: violates('no-stale-read', { design: ['v4.0', 'v4.5'], scenario: race }),
  after: holds('no-stale-read', { design: ['v4.9', 'v4.12', 'v4.14'], scenario: race }),
  note: 'In 4.0 the shortest run is another one: the load reads the block before it is zeroed (C01). 4.5 has the run of the changelog alone.',
});
