import { defineBug, undecided } from '../case.ts';

export default defineBug({
  id: 'C20',
  claim:
    '0cb80b484755 (4.10) "dax: Fix sleep in atomic contex in grab_mapping_entry()": unmap_mapping_range() with preemption off',
  ...undecided(
    'out of scope',
    'Preemption that is switched off (radix_tree_preload()) is no state of the model, so that sleeping there is not seen.',
  ),
});
