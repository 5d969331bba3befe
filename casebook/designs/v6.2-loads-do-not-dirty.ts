/**
 * v6.1 with what a hunk of "fsdax,xfs: set the shared flag when file extent is shared" (6.2) does: dax_insert_entry() sets DIRTY
 * for IOMAP_WRITE alone, so that an entry is again dirtied through shared mappings only (C39).
 */
import { defineDesign } from '../../model/design.ts';
import v61 from '../../model/designs/v6.1.ts';
import type { IomapParts } from '../../model/parts.ts';
import { insertEntry } from '../../model/paths/dax_insert_mapping_entry.ts';
import { mkclean } from '../../model/paths/dax_mapping_entry_mkclean.ts';
import { V61 } from '../../model/sources.ts';

export default defineDesign<IomapParts>({
  ...v61,
  id: 'v6.2-loads-do-not-dirty',
  title: 'v6.1, but only a fault for writing sets DIRTY',
  source: 'v6.1 with dax_insert_entry() of 6.2',
  parts: {
    ...v61.parts,
    dax_insert_mapping_entry: insertEntry({ fn: 'dax_insert_entry', src: V61.dax }),
    dax_mapping_entry_mkclean: mkclean({ fn: 'pfn_mkclean_range', src: V61.rmap, ofRange: true }),
  },
  expects: {},
});
