import { countMarks, defineCost } from '../cost.ts';

export default defineCost({
  id: 'traps',
  title: 'traps',
  order: 1,
  what: 'accesses of user mode that trapped into the fault handler',
  count: (step) => countMarks(step, 'trap'),
});
