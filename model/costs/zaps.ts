import { countSends, defineCost } from '../cost.ts';

export default defineCost({
  id: 'zaps',
  title: 'zaps',
  order: 5,
  what: 'present PTEs that were cleared, by unmapping or to be replaced by a private copy',
  count: (step) => countSends(step, 'pte', 'CLEAR'),
});
