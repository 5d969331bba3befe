import { countMarks, defineCost } from '../cost.ts';

export default defineCost({
  id: 'blocks-allocated',
  title: 'blocks allocated',
  order: 8,
  what: 'blocks of storage that the filesystem gave to the file',
  leftOut: 'blocks of metadata',
  count: (step) => countMarks(step, 'alloc-block'),
});
