import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import noNestedFlush from '../designs/v4.14-no-nested-flush.ts';

const scenario = 'a=block: load a || dontneed a || truncate a';

export default defineBug({
  id: 'C37',
  claim:
    '99baac21e458 (4.13) "mm: fix MADV_[FREE|DONTNEED] TLB flush miss problem": who finds the PTE cleared does not flush what another has not flushed yet',
  before: violates('no-freed-block-mapped', { design: [noNestedFlush, 'v4.12'], scenario, config: 'tlb=on' }, [
    /T1 .*zap_pte_range/,
    /T2 .*unmap_mapping_range/,
  ]),
  after: holds('no-freed-block-mapped', { design: 'v4.14', scenario, config: 'tlb=on' }),
  note: 'The changelog has two madvise() calls; here the second is a truncate, which frees the block. 3ea277194daa, the same with flushes that reclaim batches, is out of scope: batching is not modelled.',
});
