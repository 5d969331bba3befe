/**
 * "DAX common 4k zero page", v2 (Zwisler, 2017-06-14), on 4.12-rc. Holes get a ZERO entry and a PTE of the common zero
 * page; dax_pfn_mkwrite() goes, the fault handler takes its place; insert_pfn() gets `mkwrite`.
 */
import { chart, otherwise, step, when } from '../../explorer/chart.ts';
import { defineDesign } from '../design.ts';
import { isNone } from '../entries/pte.ts';
import type { IomapParts } from '../parts.ts';
import { dax_insert_mapping_entry } from '../paths/dax_insert_mapping_entry.ts';
import { dax_insert_mapping, dax_load_hole } from '../paths/dax_iomap_pte_fault.ts';
import { put_locked_mapping_entry } from '../paths/dax_unlock_mapping_entry.ts';
import { writebackRange } from '../paths/dax_writeback.ts';
import { ext2_zero_page } from '../paths/ext2/layers.ts';
import { grab_mapping_entry } from '../paths/grab_mapping_entry.ts';
import { pfn_mkwrite_is_fault } from '../paths/pfn_mkwrite.ts';
import { xfs_zero_page } from '../paths/xfs/layers.ts';
import { PTL } from '../sections.ts';
import { ZERO_PAGE_V2 } from '../sources.ts';
import v412 from './v4.12.ts';

/** With mkwrite: whatever PTE is there is overwritten. */
export const insert_pfn: IomapParts['insert_pfn'] = (_d, here, ret, { pfn, mkwrite }) =>
  chart(here, {
    insert_pfn: step(
      PTL,
      'insert_pfn',
      ZERO_PAGE_V2.memory,
      when((s) => !s.read(here.pte, isNone) && !mkwrite, ret.EBUSY, '!pte_none(): -EBUSY'),
      otherwise(ret.OK, mkwrite ? 'set_pte_at(rw)' : 'set_pte_at(ro)', (s) =>
        s.send(here.pte, { type: 'SET', pte: { pfn: pfn(s), w: mkwrite, d: mkwrite } }),
      ),
    ),
  });

export default defineDesign<IomapParts>({
  id: 'zero-page-v2',
  title: 'common zero page v2: insert_pfn() with mkwrite overwrites the PTE',
  source: 'mail 2017-06-14, "[PATCH v2 0/3] DAX common 4k zero page"',
  facts: { ...v412.facts, mapsZeroPage: true },
  parts: {
    ...v412.parts,
    hole_pages: false,
    insert_pfn,
    pfn_mkwrite: pfn_mkwrite_is_fault,
    grab_mapping_entry,
    put_locked_mapping_entry,
    dax_load_hole,
    dax_insert_mapping,
    dax_insert_mapping_entry,
    // Its base is older than 1eb643d02b21.
    dax_writeback_mapping_range: writebackRange({ rescan: true }),
  },
  filesystems: { ext2: ext2_zero_page, xfs: xfs_zero_page },
  expects: {
    'fsync-durable': ['fsync-fsync'],
    'no-silent-overwrite': ['store-write'],
  },
});
