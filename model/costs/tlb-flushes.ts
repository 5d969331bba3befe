import { countMarks, countSends, defineCost } from '../cost.ts';

export default defineCost({
  id: 'tlb-flushes',
  title: 'TLB flushes',
  order: 6,
  what: 'PTEs that were cleared, or changed by mkclean or mprotect, each of which the TLBs have to forget',
  leftOut: 'one flush for all PTEs that a walk cleared or changed, local flushes of spurious faults',
  count: (step) => countSends(step, 'pte', 'CLEAR') + countMarks(step, 'tlb-flush'),
});
