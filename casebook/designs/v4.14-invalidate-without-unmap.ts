/** Before cd656375f946 (C08): write(2) empties the tree for a new block, and leaves the page tables alone. */
import { chart, dispatch, otherwise } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import type { IomapParts } from '../../model/parts.ts';
import { V414 } from '../../model/sources.ts';

const withoutUnmap: IomapParts['unmap_mapping_range'] = (_d, here, ret) =>
  chart(here, { none: dispatch('invalidate_inode_pages2_range', V414.truncate, otherwise(ret.RETURN, '')) });

export default defineDesign<IomapParts>({
  id: 'v4.14-invalidate-without-unmap',
  title: 'v4.14, invalidate_inode_pages2_range() does not unmap',
  source: 'before cd656375f946 "mm: fix data corruption due to stale mmap reads"',
  facts: v414.facts,
  parts: {
    ...v414.parts,
    invalidate_inode_pages2_range: (d, here, ret, range) =>
      v414.parts.invalidate_inode_pages2_range({ ...d, unmap_mapping_range: withoutUnmap }, here, ret, range),
  },
  expects: {},
});
