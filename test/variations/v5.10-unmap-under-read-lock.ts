/** v5.10, and unmap_mapping_range() takes i_mmap_rwsem for reading, as 6.1 does: two walks, and a walk and mkclean, overlap. */
import { defineDesign } from '../../model/design.ts';
import v510 from '../../model/designs/v5.10.ts';
import type { IomapParts } from '../../model/parts.ts';
import { unmapMappingRange } from '../../model/paths/unmap_mapping_range.ts';

export default defineDesign<IomapParts>({
  id: 'v5.10-unmap-under-read-lock',
  title: 'v5.10, i_mmap_rwsem held for reading by unmap_mapping_range()',
  source: 'linux v6.1: unmap_mapping_pages() calls i_mmap_lock_read()',
  facts: v510.facts,
  parts: { ...v510.parts, unmap_mapping_range: unmapMappingRange('read') },
  expects: {},
});
