/** What the page-cache designs share: a file of ext4 with delayed allocation, 3.18 to 4.0. */
import { chart, dispatch, otherwise, type StateConfig, unreached } from '../../../explorer/chart.ts';
import type { Here } from '../../here.ts';
import type { MmParts, PageCacheParts, Returns } from '../../parts.ts';
import { V40 } from '../../sources.ts';
import { allEras } from '../all_eras.ts';
import { truncateOf } from '../ext4_truncate.ts';
import { copy_page_range_v419, forkOf } from '../fork.ts';
import { unmap_mapping_range_v40 } from '../get_block/syscalls.ts';
import { do_shared_fault } from './do_shared_fault.ts';
import { filemap_fault } from './filemap_fault.ts';
import { clear_page_dirty_for_io, page_mkclean } from './page_mkclean.ts';
import { do_page_mkwrite, ext4_page_mkwrite } from './page_mkwrite.ts';
import { read, write } from './read_write.ts';
import { reclaim } from './reclaim.ts';
import { set_page_dirty } from './set_page_dirty.ts';
import {
  invalidate_inode_pages2_range,
  invalidate_mapping_pages,
  punch,
  truncate_inode_page,
  truncate_inode_pages_range,
} from './truncate.ts';
import { filemap_fdatawait_range, fsync, write_cache_pages, writeback } from './write_cache_pages.ts';
import { writepage } from './writepage.ts';

const NEVER = 'every PTE of a page-cache file has a struct page';

export const wp_pfn_shared = (_d: MmParts, here: Here, ret: Returns<'DONE' | 'SIGBUS'>): StateConfig =>
  chart(here, { none: dispatch('do_wp_page', V40.memory, unreached(NEVER, otherwise(ret.DONE, ''))) });

export const cow_release = (_d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig =>
  chart(here, { none: dispatch('do_cow_fault', V40.memory, unreached(NEVER, otherwise(ret.RETURN, ''))) });

export const fork = forkOf({ locksTree: true });
export const truncate = truncateOf(V40, { returnsError: false });

export const pageCache = {
  ...allEras,
  page_cache: true,
  hole_pages: true,
  cow_updates_times: false,
  fault_returns_locked: true,
  page_table_first: true,
  fault_lock: { faults: false, truncate: false },
  stable_pages: false,
  zap_flushes_dirty: true,
  mkwrite_returns_locked: true,

  cow_release,
  wp_pfn_shared,
  do_shared_fault,
  unmap_mapping_range: unmap_mapping_range_v40,
  fork,
  // Neither VM_MIXEDMAP nor VM_PFNMAP: what faults can fill is not copied.
  copy_page_range: copy_page_range_v419,

  fault: filemap_fault,
  page_mkwrite: ext4_page_mkwrite,
  pfn_mkwrite: null,
  do_page_mkwrite,

  set_page_dirty,
  page_mkclean,
  clear_page_dirty_for_io,
  writepage,
  write_cache_pages,
  filemap_fdatawait_range,
  truncate_inode_page,

  fsync,
  writeback,
  reclaim,
  write,
  read,
  truncate,
  punch,
  truncate_inode_pages_range,
  invalidate_inode_pages2_range,
  invalidate_mapping_pages,
} satisfies Partial<PageCacheParts>;
