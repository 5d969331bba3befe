import { countMarks, defineCost } from '../cost.ts';

export default defineCost({
  id: 'signals',
  title: 'fatal signals',
  order: 10,
  what: 'SIGBUS or SIGSEGV: the operation ends there, and its other costs count up to that',
  count: (step) => countMarks(step, 'killed'),
});
