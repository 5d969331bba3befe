import { violated } from '../../explorer/property.ts';
import { entry } from '../../model/entries/entry.ts';
import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import writesAlone from '../designs/v6.2-loads-do-not-dirty.ts';
import { observe } from '../observe.ts';

/** Over-tagging is allowed by every property; this is the cost. */
const loadsDoNotTag = observe(
  'loads-do-not-tag',
  'No entry is DIRTY in a scenario without a store or write.',
  (scene) => ({
    states: scene.pages.map(({ name }) => ({
      name: entry(name).id,
      judge: (s) => {
        const { kind, dirty } = s.read(entry(name));
        if (kind === 'nil') return undefined;
        return !dirty || violated(`${entry(name).id} is DIRTY, and nobody stored`);
      },
    })),
  }),
);
const scenario = ['a=hole: load a; fsync', 'a=block: load a; fsync'];

export default defineBug({
  id: 'C39',
  claim:
    '6.0 to 6.1: read faults mark DAX entries DIRTY; mended inside "fsdax,xfs: set the shared flag when file extent is shared"',
  before: violates(loadsDoNotTag, { design: 'v6.1', scenario }, [/dax_insert_entry/]),
  after: holds(loadsDoNotTag, { design: [writesAlone, 'v4.14', 'v5.10', 'v6.12'], scenario }),
  note: '6.1.158 has it still. 5.10 and earlier tag stores alone, as 6.2 does.',
});
