/**
 * v4.9 whose fsync does not search the range again after each batch (1eb643d02b21, 4.12), but still compares the entry with its lock bit:
 * what a6abc2c0e77b (4.10) mends alone.
 */
import { defineDesign } from '../../model/design.ts';
import v49 from '../../model/designs/v4.9.ts';
import type { IomapParts } from '../../model/parts.ts';
import { writebackRange } from '../../model/paths/dax_writeback.ts';

export default defineDesign<IomapParts>({
  ...v49,
  id: 'v4.9-searches-once',
  title: 'v4.9, dax_writeback_mapping_range() searches on behind each batch',
  source: '1eb643d02b21 without a6abc2c0e77b "dax: make cache flushing protected by entry lock"',
  parts: { ...v49.parts, dax_writeback_mapping_range: writebackRange({ rescan: false, lockBit: true }) },
  filesystems: undefined,
  expects: {},
});
