/** v4.19 to v5.2, before d75996dd022b "dax: dax_layout_busy_page() should not unmap cow pages", in v5.10. */
import { defineDesign } from '../../model/design.ts';
import v510 from '../../model/designs/v5.10.ts';
import type { BreakLayouts, IomapParts, MmParts } from '../../model/parts.ts';
import { ext4_break_layouts } from '../../model/paths/v5/ext4_truncate.ts';

/** unmap_mapping_range(mapping, 0, 0, 1): the last argument is even_cows. */
const evenCows: BreakLayouts = (d, here, ret) => {
  const unmap_mapping_range: MmParts['unmap_mapping_range'] = (_d, at, to, range) =>
    d.unmap_mapping_range(d, at, to, { ...range, even_cows: true });
  return ext4_break_layouts({ ...d, unmap_mapping_range }, here, ret);
};

export default defineDesign<IomapParts>({
  ...v510,
  id: 'v5.2-layouts-unmap-copies',
  title: 'v5.10, but breaking layouts unmaps private copies as well',
  source: 'before d75996dd022b "dax: dax_layout_busy_page() should not unmap cow pages"',
  parts: { ...v510.parts, break_layouts: evenCows },
  expects: {},
});
