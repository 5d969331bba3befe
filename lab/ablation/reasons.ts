/** Why leaving something out changes no verdict; by site, for all designs or, with its id before it, for one. */
import { type Site, siteText } from './kinds.ts';

const MMAP_SEM =
  'What it keeps together in the kernel is the tree of VMAs and the page tables, which are abstracted away; every PTE changes under its own lock.';
const TREE =
  'It keeps the tree of VMAs together. Here only fork and mremap change that, and the new VMA comes after its original ([W](findings.md#w-fork-the-childs-pte-is-met-last)); PTEs change under their own lock, and who maps a page has it locked, as has who removes it.';
const FREEZE_REFS =
  '__remove_mapping() wants two references under the tree lock: a mapped page has more, a page that has left the mapping fewer.';
const UNMAPPED_LATER = 'Each page is unmapped once more when it is removed; this one is cheaper for many.';
const COPIES =
  'A private fault only copies. The block stays where it is as long as i_mmap_sem is held, and what a store or a write changes meanwhile is as if it had come after the copy.';
const NEEDLESS = 'More is unmapped than need be: the next access traps once more.';

const REASONS: Readonly<Record<string, string>> = {
  'lock i_mmap_rwsem in every path': TREE,
  'lock i_mmap_rwsem in fork': TREE,
  'lock i_mmap_rwsem in invalidate': TREE,
  'lock i_mmap_rwsem in punch': TREE,
  'lock i_mmap_rwsem in reclaim': TREE,
  'lock i_mmap_rwsem in truncate': TREE,
  'lock i_mmap_rwsem in write-back': TREE,
  'lock PG_locked in poke': COPIES,
  'lock entry in poke': COPIES,
  'lock i_rwsem in fallocate':
    'Preallocation is one change of the extents, which i_data_sem keeps together: beside another call the file is as if one of the two had come after the other, up to a preallocated block behind the end of the file, which no program reads. Which of two calls returns first that run at the same time is nobody’s promise.',
  'lock i_rwsem in punch':
    'Punch runs beside write(2) then, and each of its steps has the page’s lock: the file is as if one of the two had come after the other. Which of two calls returns first that run at the same time is nobody’s promise.',
  're-check !PageDirty: someone wrote it for us in write_cache_pages':
    'clear_page_dirty_for_io() tests the bit again, under the same page lock.',
  're-check !mapping: kept in shrink_page_list': FREEZE_REFS,
  're-check !page->mapping: look again in do_generic_file_read':
    'The read began before the page was removed: what it copies was in the file then.',
  're-check !page_freeze_refs(2): kept in __remove_mapping':
    'A page that a fault has found goes from under it. The fault looks at page->mapping under the page lock, and starts over; a mapped page is kept by the test before.',
  're-check PageDirty or PageWriteback: kept in invalidate_inode_page':
    '__remove_mapping() tests PageDirty again, and who writes the page holds a reference.',
  're-check PageDirty: left to the flusher in shrink_page_list':
    '__remove_mapping() tests PageDirty again, under the tree lock.',
  're-check PageWriteback: kept in shrink_page_list':
    'A page under I/O is unmapped for nothing: who writes it holds a reference, and __remove_mapping() keeps it.',
  're-check nrpages > 0 in filemap_write_and_wait_range': 'An empty tree has nothing that is tagged.',
  're-check outside i_size: do_invalidatepage() in block_write_full_page':
    'Truncation waits for the page’s lock and I/O before it frees the block: what is written for nothing is freed with it.',
  're-check page->mapping changed: skip in write_cache_pages': 'A page that was removed is not dirty.',
  'tag cancel_dirty_page() in punch': '__delete_from_page_cache() takes a dirty page off the count, too.',
  'tag cancel_dirty_page() in truncate': '__delete_from_page_cache() takes a dirty page off the count, too.',
  'tag set_page_dirty() in zap_pte_range':
    'A dirty PTE of a clean page is there only until the fault that set the PTE has called set_page_dirty() itself ([AF](findings.md#af-the-page-cache-fsync-misses-a-store-through-another-threads-pte)).',
  'unmap zap in punch: truncate_pagecache_range': UNMAPPED_LATER,
  'unmap zap in punch: truncate_pagecache_range_again': UNMAPPED_LATER,
  'unmap zap in reclaim': 'A page that stays mapped is kept: reclaim frees less, and the next access traps once less.',
  'wp-shared-merged: unmap zap in truncate': UNMAPPED_LATER,
  'lock mmap_sem in dontneed': MMAP_SEM,
  'lock mmap_sem in exit': MMAP_SEM,
  'lock mmap_sem in fork': MMAP_SEM,
  'lock mmap_sem in msync': MMAP_SEM,
  're-check TOWRITE is clear: skip, wake next in dax_writeback_one':
    'The second of two write-backs flushes once more what has been flushed.',
  're-check beyond i_size: nothing to do in ext4_punch_hole':
    'Behind the end of the file there is nothing to unmap, to delete or to free.',
  're-check beyond i_size: SIGBUS in ext4_dax_pfn_mkwrite':
    'An entry that truncate is about to delete gets a tag; the store gets its SIGBUS one fault later, as the PTE is gone.',
  're-check entry is gone: skip in dax_writeback_one':
    'An entry that is gone has no tags, and the next test is that of TOWRITE.',
  're-check nrexceptional > 0 in ext4_sync_file': 'An empty tree has nothing that is tagged.',
  're-check nrexceptional > 0 in invalidate_inode_pages2_range': NEEDLESS,
  're-check nrpages > 0 in invalidate_inode_pages2_range': NEEDLESS,
  're-check page is mapped: kept in invalidate_inode_page':
    'A mapped page has a reference more than page_freeze_refs() wants: the next function refuses it as well.',
  're-check page->mapping changed: skip in invalidate_inode_page':
    'A page that has left the mapping has a reference less than page_freeze_refs() wants: the next function refuses it as well.',
  're-check pte_same(): wp_page_reuse(rw) in finish_mkwrite_fault':
    'A PTE that was zapped meanwhile is set again. The fault lock keeps the block where it is, and the entry is locked and tagged: the PTE that is set is right.',
  'tag DIRTY in dax_insert_mapping_entry':
    'The PTE is inserted read-only, and dax_pfn_mkwrite() sets the tag before it becomes writable.',
};

/** The sites that a reason is given for, with a design's id before it where it is for that one alone. */
export const reasoned: readonly string[] = Object.keys(REASONS);

/** Asked of what changes no verdict. */
export const reasonOf = (design: string, site: Site): string | undefined =>
  REASONS[`${design}: ${siteText(site)}`] ?? REASONS[siteText(site)];
