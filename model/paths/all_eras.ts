/**
 * What every design has, from 4.0 on: the core's fault path and the system calls on a mapping. A new operation is one
 * line here, unless eras differ.
 */
import type { MmParts } from '../parts.ts';
import { do_cow_fault, wp_page_copy } from './cow.ts';
import { do_read_fault, do_shared_fault } from './do_fault.ts';
import { do_page_fault, handle_pte_fault } from './do_page_fault.ts';
import { do_wp_page, wp_page_shared } from './do_wp_page.ts';
import { exit } from './exit.ts';
import { copy_page_range, fork } from './fork.ts';
import { freeze, sync_filesystem, thaw } from './freeze.ts';
import { populate_vma_page_range } from './gup.ts';
import { insert_pfn } from './insert_pfn.ts';
import { drop_caches, invalidate_mapping_pages } from './invalidate_mapping_pages.ts';
import { dontneed } from './madvise.ts';
import { change_pte_range, mprotect } from './mprotect.ts';
import { mremap } from './mremap.ts';
import { msync } from './msync.ts';
import { munmap } from './munmap.ts';
import { user_access } from './user_access.ts';
import { writeback } from './writeback.ts';

export const allEras = {
  page_cache: false,
  tlb_flush_nested: 'no',
  mkclean_clears_pmd: true,
  wp_huge_pmd_splits: false,
  wp_huge_pmd_private: true,
  pte_offset_map_fails: false,
  mprotect_huge_writable: false,
  mremap_flushes_first: 'none',
  dax_entry_waitqueue: 'aligned',
  es_cache: null,
  pmd_deposit: 'no',
  huge_fault: null,
  break_layouts: null,
  follow_write: 'as a read',
  thaw_under_way: 'to no level',
  follow_blocks: false,
  per_vma_lock: false,
  map_pages: false,
  blocks_are_pages: false,
  vmf_anon_prepare: null,
  user_access,
  do_page_fault,
  handle_pte_fault,
  do_read_fault,
  do_shared_fault,
  do_cow_fault,
  do_wp_page,
  wp_page_shared,
  wp_page_copy,
  insert_pfn,
  write_pages: null,
  fallocate: null,
  zero: null,
  populate: populate_vma_page_range,
  munmap,
  msync,
  dontneed,
  mprotect,
  mremap,
  change_pte_range,
  fork,
  copy_page_range,
  exit,
  writeback,
  reclaim: null,
  drop_caches,
  invalidate_mapping_pages,
  freeze,
  thaw,
  sync_filesystem,
} satisfies Partial<MmParts>;
