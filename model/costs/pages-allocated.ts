import { countSends, defineCost } from '../cost.ts';

export default defineCost({
  id: 'pages-allocated',
  title: 'pages allocated',
  order: 7,
  what: 'pages of memory that hold file contents: hole pages of the page cache, and private copies',
  leftOut: 'page tables and tree nodes',
  count: (step) => countSends(step, 'page', 'ALLOC') + countSends(step, 'anon', 'ALLOC'),
});
