import { countSends, defineCost } from '../cost.ts';

export default defineCost({
  id: 'tlb-flushes',
  title: 'TLB flushes',
  order: 6,
  what: 'PTEs that were cleared by a zap or write-protected by mkclean, each of which the TLBs have to forget',
  leftOut:
    'the kernel flushes once for all PTEs that one walk cleared; local flushes of spurious faults are no cost here',
  count: (step) =>
    countSends(step, 'pte', 'CLEAR') +
    (step.function === 'dax_mapping_entry_mkclean' ? countSends(step, 'pte', 'SET') : 0),
});
