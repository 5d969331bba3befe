import { countSends, defineCost } from '../cost.ts';

export default defineCost({
  id: 'zaps',
  title: 'zaps',
  order: 5,
  what: 'present PTEs that were cleared',
  count: (step) => countSends(step, 'pte', 'CLEAR'),
});
