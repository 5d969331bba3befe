/**
 * v5.10: the tree is an XArray. A fault looks its entry up and locks or inserts it in one section; fsync's walk finds and
 * locks in one section, and skips what is locked. Truncate and punch unmap the whole file first, under the fault lock.
 * insert_pfn() never fails. What is the same in the XArray since 4.20 is not told apart here.
 *
 * It is the longterm 5.10: read from 5.10.89, then compared with 5.10.265, function by function. What came since is taken: fallocate(2) begins with
 * file_modified(), on ext4 from 5.10.113 on, on XFS from 5.10.176 on. docs/model.md has what else came, and test/variations/v5.10.89.ts what was before.
 */
import { chart, otherwise, step, unreached, when } from '../../explorer/chart.ts';
import { defineDesign } from '../design.ts';
import { ZERO } from '../entries/pfn.ts';
import { isNone } from '../entries/pte.ts';
import { mark } from '../marks.ts';
import type { IomapParts } from '../parts.ts';
import { wp_page_copy_v56 } from '../paths/cow.ts';
import { insertEntry } from '../paths/dax_insert_mapping_entry.ts';
import { insertMapping, iomapPteFault, loadHole } from '../paths/dax_iomap_pte_fault.ts';
import { mkclean } from '../paths/dax_mapping_entry_mkclean.ts';
import { unlockEntry } from '../paths/dax_unlock_mapping_entry.ts';
import { invalidatePages2 } from '../paths/ext4_write.ts';
import { copy_page_range_v419 } from '../paths/fork.ts';
import { ext4BeginPages } from '../paths/iomap_begin_pages.ts';
import { insert_pfn_pmd_v51, iomapPmdFault } from '../paths/thp/dax_iomap_pmd_fault.ts';
import { truncatePages } from '../paths/truncate_inode_pages_range.ts';
import { dax_finish_sync_fault } from '../paths/v5/dax_finish_sync_fault.ts';
import { dax_writeback_mapping_range, dax_writeback_one, fsync, sync_filesystem } from '../paths/v5/dax_writeback.ts';
import { fallocateOf, zeroOf } from '../paths/v5/ext4_fallocate.ts';
import { ext4_break_layouts, punchOf, truncate } from '../paths/v5/ext4_truncate.ts';
import { writeOf, writePagesOf } from '../paths/v5/ext4_write.ts';
import { ext2_v510, xfs_v510 } from '../paths/v5/filesystems.ts';
import { grab_mapping_entry, grab_pmd_entry } from '../paths/v5/grab_mapping_entry.ts';
import { PTL } from '../sections.ts';
import { V510 } from '../sources.ts';
import v414 from './v4.14.ts';

/** Always VM_FAULT_NOPAGE. With mkwrite another pfn is left, and warned of unless it is the zero page (f2c57d91b0d9). */
export const insert_pfn: IomapParts['insert_pfn'] = (_d, here, ret, { pfn, mkwrite }) =>
  chart(here, {
    insert_pfn: step(
      PTL,
      'insert_pfn',
      V510.memory,
      when((s) => !s.read(here.pte, isNone) && !mkwrite, ret.OK, '!pte_none(): nothing'),
      when((s) => s.read(here.pte)?.pfn === ZERO, ret.OK, 'the zero page is mapped: nothing'),
      unreached(
        'the fault lock is held: ext4 frees a block under it for writing, with its PTEs gone',
        when(
          (s) => !s.read(here.pte, isNone) && s.read(here.pte)!.pfn !== pfn(s),
          ret.OK,
          'WARN_ON_ONCE(other pfn): nothing',
          (s) => s.mark(mark({ type: 'warn', site: 'insert_pfn: pte_pfn(*pte) != pfn' })),
        ),
      ),
      when(
        (s) => !s.read(here.pte, isNone),
        ret.OK,
        'ptep_set_access_flags(rw)',
        (s) => s.send(here.pte, { type: 'SET', pte: { ...s.read(here.pte)!, w: true, d: true } }),
      ),
      otherwise(ret.OK, mkwrite ? 'set_pte_at(rw)' : 'set_pte_at(ro)', (s) =>
        s.send(here.pte, { type: 'SET', pte: { pfn: pfn(s), w: mkwrite, d: mkwrite } }),
      ),
    ),
  });

/** What the functions of a fault are called since 4.20. */
export const insertions = {
  entry: 'dax_insert_entry',
  pte: (mkwrite: boolean) => (mkwrite ? 'vmf_insert_mixed_mkwrite' : 'vmf_insert_mixed'),
  access: { fn: 'dax_iomap_pfn', src: V510.dax },
};
const unlock = unlockEntry({ fn: 'dax_unlock_entry', wakes: 'dax_wake_entry', src: V510.dax });
const invalidate = { fn: '__dax_invalidate_entry', src: V510.dax };

export default defineDesign<IomapParts>({
  id: 'v5.10',
  title: 'XArray: locked entries are skipped by fsync; truncate and punch unmap the whole file',
  source: 'linux v5.10, read from 5.10.89 and 5.10.265',
  facts: { ...v414.facts, mixedMap: false },
  parts: {
    ...v414.parts,
    es_cache: { overlapping: false, queriesNocache: false },
    insert_pfn,
    tlb_flush_nested: 'mm',
    mkclean_clears_pmd: false,
    wp_huge_pmd_splits: true,
    wp_page_copy: wp_page_copy_v56,
    copy_page_range: copy_page_range_v419,

    dax_iomap_pte_fault: iomapPteFault({
      src: V510.dax,
      // Inline, with a tracepoint of this name.
      insert: 'dax_insert_mapping',
      copy: 'copy_cow_page_dax',
      unlock: 'dax_unlock_entry',
    }),
    dax_iomap_pmd_fault: iomapPmdFault({ src: V510.dax, entry: 'dax_insert_entry', unlock: 'dax_unlock_entry' }),
    insert_pfn_pmd: insert_pfn_pmd_v51,
    grab_pmd_entry,
    grab_mapping_entry,
    put_locked_mapping_entry: unlock,
    dax_unlock_mapping_entry: unlock,
    dax_load_hole: loadHole({ ...insertions, ignoresError: false }),
    dax_insert_mapping: insertMapping((here) => here.write, insertions),
    dax_insert_mapping_entry: insertEntry({ fn: 'dax_insert_entry', src: V510.dax }),

    dax_writeback_mapping_range,
    dax_writeback_one,
    dax_mapping_entry_mkclean: mkclean({ fn: 'dax_entry_mkclean', src: V510.dax }),

    dax_finish_sync_fault,
    fsync,
    sync_filesystem,
    iomap_begin_pages: ext4BeginPages({ looksFirst: true }),
    write: writeOf(V510, 'dax_iomap_iter'),
    write_pages: writePagesOf(V510, 'dax_iomap_iter'),
    break_layouts: ext4_break_layouts,
    truncate,
    fallocate: fallocateOf({ timesFirst: true, tree: V510 }),
    zero: zeroOf({ timesFirst: true, tree: V510 }),
    punch: punchOf(V510, { updatesTimes: true }),
    truncate_inode_pages_range: truncatePages('all under TL', { ...invalidate, disassociates: true }),
    invalidate_inode_pages2_range: invalidatePages2({ ...invalidate, wakes: 'all', names: 'own' }),
  },
  filesystems: { ext2: ext2_v510, xfs: xfs_v510 },
  expects: {
    'fsync-durable': ['fsync-fsync', 'three-two'],
    'mtime-by-msync': ['fsync-fsync'],
  },
});
