/** Fixes of finding AJ: what later kernels do, and what none does. */
import { chart } from '../../explorer/chart.ts';
import { type Design, defineDesign } from '../../model/design.ts';
import type { IomapParts } from '../../model/parts.ts';
import { mkclean } from '../../model/paths/dax_mapping_entry_mkclean.ts';
import { splitHugePmd } from '../../model/paths/thp/split_huge_pmd.ts';
import { V510 } from '../../model/sources.ts';

const varied = (what: string, source: string, parts: (p: IomapParts) => Partial<IomapParts>) => {
  return (base: Design<IomapParts>): Design<IomapParts> =>
    defineDesign<IomapParts>({
      ...base,
      id: `${base.id}-${what.replaceAll(' ', '-')}`,
      title: `${base.id}, ${what}`,
      source,
      parts: { ...base.parts, ...parts(base.parts) },
      expects: {},
    });
};

/** fsync goes over all that an entry covers, in every mapping. */
export const cleansTheRange = varied('mkclean of the range', '06083a0921fd (5.19)', () => ({
  dax_mapping_entry_mkclean: mkclean({ fn: 'dax_entry_mkclean', src: V510.dax, ofRange: true }),
}));

/** No huge PMD is taken for a corrupted one. */
export const looksAtPmdOnce = varied('pte_offset_map fails', '0d940a9b270b (6.5)', () => ({
  pte_offset_map_fails: true,
}));

/** Loads through a private mapping fall back to 4 KiB as its stores do, so that neither undoes the other's work. */
export const privateIn4k = varied('private faults in 4 KiB', 'no kernel', ({ dax_iomap_pmd_fault }) => ({
  dax_iomap_pmd_fault: (d, here, ret) =>
    here.vma.shared
      ? dax_iomap_pmd_fault(d, here, ret)
      : chart(here, splitHugePmd(d, here, 'split_huge_pmd', ret.FALLBACK)),
}));

/** A zap of a part of the range is over when it has split the huge PMD: that has cleared it. */
export const splitEnds = varied('a zap ends with its split', 'no kernel', () => ({ zap_split_ends: true }));
