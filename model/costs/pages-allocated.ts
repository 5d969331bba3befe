import { countMarks, defineCost } from '../cost.ts';

export default defineCost({
  id: 'pages-allocated',
  title: 'pages allocated',
  order: 7,
  what: 'pages of memory that hold file contents (hole pages of the page cache, private copies)',
  leftOut: 'page tables and tree nodes',
  count: (step) => countMarks(step, 'alloc-page'),
});
