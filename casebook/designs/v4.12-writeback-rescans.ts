/** v4.12-rc6 and before: dax_writeback_mapping_range() does not advance its index, and searches from the start each time. */
import { defineDesign } from '../../model/design.ts';
import v412 from '../../model/designs/v4.12.ts';
import type { IomapParts } from '../../model/parts.ts';
import { writebackRange } from '../../model/paths/dax_writeback.ts';

export default defineDesign<IomapParts>({
  ...v412,
  id: 'v4.12-writeback-rescans',
  title: 'v4.12, dax_writeback_mapping_range() begins anew after each batch',
  source: 'before 1eb643d02b21',
  parts: { ...v412.parts, dax_writeback_mapping_range: writebackRange({ rescan: true }) },
  filesystems: undefined,
  expects: {},
});
