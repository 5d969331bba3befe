/** v4.9 without what bc2466e42573 (4.7) "dax: Use radix tree entry lock to protect cow faults" protects a copy by, and without i_mmap_rwsem, which did before: ->fault unlocks the entry. */
import { chart, dispatch, otherwise, type StateConfig, when } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v49 from '../../model/designs/v4.9.ts';
import type { IomapParts } from '../../model/parts.ts';
import { grabbed, heldPage } from '../../model/registers.ts';
import { V49 } from '../../model/sources.ts';

const dax_iomap_pte_fault: IomapParts['dax_iomap_pte_fault'] = (d, here, ret) => {
  const whole = v49.parts.dax_iomap_pte_fault(d, here, ret);
  if (!here.cow) return whole;
  const unlock = 'dax_unlock_mapping_entry';
  return chart(here, {
    ...(whole.states as Record<string, StateConfig>),
    copied: dispatch(
      'dax_fault',
      V49.dax,
      when(
        (s) => s.get(grabbed)!.kind === 'page',
        ret.LOCKED,
        '',
        (s) => {
          s.set(heldPage, s.get(grabbed)!.pfn);
          s.set(grabbed, null);
        },
      ),
      otherwise(unlock, '', (s) => s.set(grabbed, null)),
    ),
    [unlock]: d.dax_unlock_mapping_entry(d, here.at(unlock), { RETURN: ret.LOCKED }),
  });
};

export default defineDesign<IomapParts>({
  ...v49,
  id: 'v4.9-cow-unlocked',
  title: 'v4.9, a private copy is mapped without the entry lock',
  source: 'bc2466e42573 "dax: Use radix tree entry lock to protect cow faults", taken back, without i_mmap_rwsem',
  parts: {
    ...v49.parts,
    dax_iomap_pte_fault,
    cow_release: (_d, here, ret) =>
      chart(here, { none: dispatch('do_cow_fault', V49.memory, otherwise(ret.RETURN, '')) }),
  },
  filesystems: undefined,
  expects: {},
});
