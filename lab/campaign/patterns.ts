/** What happens in the runs of the violations that are known, for the rules. */
import { ANOTHER, inOrder, SOMEBODY, THE_ONE, THE_SAME } from './lines.ts';

const raw = String.raw;

/** Somebody else locks the entry and clears TOWRITE; this call's lookup comes after that. */
export const SECOND_FSYNC = inOrder(
  raw`${THE_ONE}\w+ dax_writeback_one: lock_slot\(\); clear TOWRITE`,
  raw`${ANOTHER}\w+ find_get_entries_tag: `,
);
/** 4.5 and 4.9: it clears TOWRITE after its flush, and a store has come between. */
export const SECOND_FSYNC_49 = inOrder(
  raw`${THE_ONE}\w+ dax_writeback_one: clear TOWRITE; DIRTY stays`,
  raw`${ANOTHER}\w+ find_get_entries_tag: `,
);
/** An entry goes by the operation `invalidate`. */
export const INVALIDATED = inOrder(raw`\w+ invalidate [^\n]*entry\.\w+: [^\n]* -> nil`);
/** A PTE is set to a block that is freed by then. */
export const FREED_THEN_MAPPED = inOrder(
  raw`${SOMEBODY}[^\n]*; free (blk\.\w+)[; ]`,
  raw`${SOMEBODY}[^\n]*pte\[[^\]]*\]\.\w+: \w+[^\n|]* -> \w+ \1`,
);
export const MAPPED_THEN_FREED = inOrder(
  raw`${SOMEBODY}[^\n]*pte\[[^\]]*\]\.\w+: none -> \w+ (blk\.\w+)`,
  raw`${SOMEBODY}[^\n]*; free \1[; ]`,
);
/** 4.0, 4.1: zero-range has unmapped, a fault maps the block again, or was told of it before, and then it becomes unwritten. */
export const UNWRITTEN_UNDER_A_FAULT = inOrder(
  raw`${THE_ONE}zero unmap_mapping_range`,
  raw`${THE_SAME}zero ext4_alloc_file_blocks: all becomes unwritten[^\n]*extent\.\w+: WRITTEN`,
);
/** The same where it was unwritten still: the fault, which was told of it before, converts it afterwards. */
export const CONVERTED_AFTER_ZEROED = inOrder(
  raw`${THE_ONE}zero unmap_mapping_range`,
  raw`${THE_SAME}zero ext4_alloc_file_blocks: all becomes unwritten`,
  raw`${ANOTHER}[^\n]*ext4_end_io_unwritten: [^\n]*extent\.\w+: UNWRITTEN`,
);
/** thp=on: a private store splits a huge PMD, and a private load that has lost it puts it back. */
export const SPLIT_AND_PUT_BACK = inOrder(
  raw`${THE_ONE}[^\n]*pmd\[[^\]]*\]: huge [^\n]* -> none`,
  raw`${ANOTHER}[^\n]*pmd\[[^\]]*\]: none -> huge`,
);
/** Zeroing a block wipes the bytes that somebody has put there. */
export const wipes = (step: string): RegExp =>
  inOrder(raw`${SOMEBODY}${step}[^\n]*blk\.\w+: [^|\n]*mem \{T[^}]*\} media \{[^}]*\} -> [^|\n]*mem \{\}`);
const TOLD_OF_A_HOLE = raw`[^\n]*(?:hole|HOLE|UNWRITTEN|unwritten|no written)`;
/** Up to 4.9 a write drops hole pages before it allocates; one is inserted between. */
export const HOLE_PAGE_BETWEEN = inOrder(
  raw`${THE_ONE}write [^\n]*(?:nrpages == 0|invalidate_inode_pages2)`,
  raw`${ANOTHER}[^\n]*entry\.\w+: [^\n]* -> page`,
  raw`${THE_SAME}[^\n]*extent\.\w+: (?:HOLE|UNWRITTEN)`,
);
/** Told of a hole; somebody else allocates or converts; then the hole page is inserted. */
export const HOLE_PAGE_LATE = inOrder(
  raw`${THE_ONE}\w+ [^\n]*(?:iomap_begin\(\)|bmapi_read\(\)|get_block\(0\)): ${TOLD_OF_A_HOLE}`,
  raw`${ANOTHER}[^\n]*extent\.\w+: (?:HOLE|UNWRITTEN)`,
  raw`${THE_SAME}[^\n]*entry\.\w+: [^\n]* -> page`,
);
/** A fault has found the slot empty; a hole page is inserted; then the fault gets a block, and no entry for it. */
export const HOLE_PAGE_UNSEEN = inOrder(
  raw`${THE_ONE}\w+ __dax_fault: no page in the cache`,
  raw`${ANOTHER}[^\n]*entry\.\w+: nil -> page`,
  raw`${THE_SAME}\w+ dax_radix_entry: [^\n]*-EIO`,
);
/** 4.0, 4.1: a fault has found no page; a hole page is inserted and mapped; the fault maps a block that has come since, and drops no page. */
export const HOLE_PAGE_KEPT = inOrder(
  raw`${THE_ONE}\w+ do_dax_fault: no page in the cache`,
  raw`${ANOTHER}[^\n]*entry\.\w+: nil -> page`,
  raw`${ANOTHER}fallocate [^\n]*extent\.\w+: HOLE`,
  raw`${THE_SAME}\w+ ext4_end_io_unwritten: [^\n]*extent\.\w+: UNWRITTEN`,
);
/** thp=on: a page is mapped writable by a PTE; fsync of the entry of the range, which is of another page, looks at that page's address alone. */
export const ONE_PTE_OF_EACH_VMA = inOrder(
  raw`${SOMEBODY}[^\n]*pte\[[^\]]*\]\.(\w+): [^\n|]* -> rw`,
  raw`${SOMEBODY}dax_writeback_\w+: [^\n]*clear DIRTY[^\n]*entry\.(?!\1:)\w+: PMD`,
);
/** ->pfn_mkwrite() has set DIRTY and given its locks back; the entry is deleted; then the PTE, which has its value again, is made writable. */
export const GOES_AND_COMES_BACK = inOrder(
  raw`${THE_ONE}\w+ dax_pfn_mkwrite: [^\n]*DIRTY`,
  raw`${ANOTHER}[^\n]*entry\.\w+: [^\n|]*DIRTY[^\n|]* -> nil`,
  raw`${ANOTHER}[^\n]*pte\[[^\]]*\]\.\w+: none -> ro`,
  raw`${THE_SAME}[^\n]*pte\[[^\]]*\]\.\w+: ro [^\n|]* -> rw`,
);
/** read(2) is told of a hole; a store completes before the copy. */
export const READ_BEGAN_BEFORE = inOrder(raw`${THE_ONE}read ${TOLD_OF_A_HOLE}`, raw`${ANOTHER}store store: store`);
/** A write to a process's memory has the private page; MADV_DONTNEED or truncation takes its PTE away; then the bytes are copied. */
export const ZAPPED_BEFORE_COPIED = inOrder(
  raw`${THE_ONE}poke follow_page_pte: [^\n]*get_page\((anon\.\S+)\)`,
  raw`${ANOTHER}(?:dontneed|truncate) zap_pte_range: [^\n]*pte\[[^\]]*\]\.\w+: \w+ \2[^\n]* -> none`,
  raw`${THE_SAME}poke __access_remote_vm: `,
);
/** A fault has mapped an unwritten extent and not converted it yet; a store goes through the PTE, and read(2) is told of a hole. */
export const MAPPED_UNWRITTEN = inOrder(
  raw`${THE_ONE}\w+ insert_pfn: [^\n]*pte\[[^\]]*\]\.\w+: none -> \w+ blk`,
  raw`${ANOTHER}store store: store`,
  raw`${ANOTHER}read dax_io: get_block\(0\): unwritten`,
);
/** A dirty entry is deleted by this operation. */
export const dirtyDeleted = (operation: string): RegExp =>
  inOrder(raw`\w+ ${operation} [^\n]*entry\.\w+: [^\n|]*DIRTY[^\n|]* -> nil`);
/** Punch or zero-range deletes the dirty entry or page of its own range, which is still the file's with what it had before. */
export const DELETED_NOT_REMOVED = new RegExp(
  raw`^(\w+) (punch|zero) [^\n]*entry\.(\w+): [^\n|]*DIRTY[^\n|]* -> nil[^\n]* \| page \3\n(?:(?!\1 \2 [^\n]*(?:; free blk|becomes unwritten| fails: ))[^\n]*\n)*(?![^])`,
  'm',
);
/** A clean entry is deleted by this operation, and its read-only PTE stays: the next store's `->pfn_mkwrite()` finds nothing to tag. */
export const untaggedAfter = (operation: string): RegExp =>
  inOrder(
    raw`\w+ ${operation} [^\n]*entry\.\w+: blk[^\n]* -> nil`,
    raw`${SOMEBODY}dax_pfn_mkwrite: no entry: nothing to tag`,
  );
/** write(2) into the page cache: the copy is there, the page is not dirty yet, and the write-back begins. */
export const COPIED_NOT_DIRTY = new RegExp(
  raw`^(\w+) write generic_perform_write: copy_from_user[^\n]*\n(?:(?!\1 write (?:__set_page_dirty_nobuffers|set_page_dirty: PageDirty))[^\n]*\n)*\w+ (?:fsync|msync) (?:pagevec_lookup_tag|tag_pages_for_writeback|jbd2_complete_transaction)`,
  'm',
);
export const NEIGHBOUR_ZEROED = inOrder(
  raw`${SOMEBODY}[^\n]*converted[^\n]*extent\.\w: UNWRITTEN[^\n]*extent\.\w: UNWRITTEN`,
);
/** A fault allocates; write(2) of another process finds the block there. */
export const FAULT_TAKES_NEW = inOrder(
  raw`${THE_ONE}(?:store|pin) [^\n]*F_NEW`,
  raw`${ANOTHER}write [^\n]*(?:MAPPED|: written)`,
);
/** `invalidate` deletes a zero page's entry and has not unmapped the page yet; a block is inserted over it. */
export const ZERO_ENTRY_INVALIDATED = inOrder(
  raw`\w+ invalidate [^\n]*entry\.\w+: zero -> nil`,
  raw`${SOMEBODY}insert_pfn: `,
);
/** A PTE is cleared; before that CPU has flushed, somebody else takes the page out of the cache. */
export const ZAPPED_THEN_REMOVED = inOrder(
  raw`${THE_ONE}[^\n]*pte\[[^\]]*\]\.\w+: \w+ page\.[^\n|]* -> none`,
  raw`${ANOTHER}\w+ __delete_from_page_cache: `,
);
/** A zap drops the rmap and has not flushed yet: who cleans the page looks at no PTE, and waits for none (5df397dec7c4, 6.2). */
export const RMAP_GONE_BEFORE_FLUSH = inOrder(
  raw`${THE_ONE}[^\n]*zap_pte_range: page_remove_rmap\(\)`,
  raw`${ANOTHER}\w+ page_mkclean: !page_mapped`,
);
/** fsync's lookup, which follows a tag, finds a page: it takes a reference that nobody drops. */
export const TAGGED_LOOKUP_FINDS_PAGE = inOrder(raw`${SOMEBODY}find_get_entries_tag: slot \w+: page\.`);
export const ZERO_ENTRY_DELETED = inOrder(raw`\w+ write [^\n]*entry\.\w+: zero -> nil`, raw`${SOMEBODY}insert_pfn: `);
/** A write's walk has seen an entry of the whole range; one of another page alone is in its place, and is deleted. */
export const ANOTHER_PAGES_ENTRY_DELETED = inOrder(
  raw`${THE_ONE}write find_get_entries: an exceptional entry`,
  raw`${ANOTHER}[^\n]*entry\.\w+: [^\n]* -> zero`,
  raw`${THE_SAME}write [^\n]*entry\.\w+: zero -> nil`,
);
/** A truncate fails between i_size and the blocks; a punch behind i_size finds nothing to do, and a write makes the file long again. */
export const LEFT_BEHIND_EOF = inOrder(
  raw`\w+ truncate ext4_truncate: [^\n]* fails[^\n]*errors: 1 left -> 0 left`,
  raw`\w+ punch ext4_punch_hole: beyond i_size`,
  raw`\w+ write [^\n]*i_size_write\(\)`,
);
/** The step in which the one error of the run happens. */
export const fails = (step: string): RegExp =>
  inOrder(raw`${SOMEBODY}${step}[^\n]* fails[^\n]*errors: 1 left -> 0 left`);
/** A walk has seen an entry; when it comes to delete it, it is gone, or a page. */
export const ENTRY_CHANGED = inOrder(
  raw`${THE_ONE}\w+ find_get_entries: an exceptional entry`,
  raw`${ANOTHER}[^\n]*entry\.\w+: [^\n]* -> (?:page|nil)`,
  raw`${THE_SAME}[^\n]*WARN`,
);
export const FOUND_THEN_REMOVED = inOrder(
  raw`${THE_ONE}read do_generic_file_read: find_get_page\(\)`,
  raw`${ANOTHER}(?:truncate|punch|invalidate) [^\n]*__delete_from_page_cache`,
);
/** While a punch runs, a page comes back into the cache. */
export const BACK_WHILE_PUNCHED = inOrder(
  raw`${THE_ONE}punch ext4_punch_hole: `,
  raw`${ANOTHER}\w+ __add_to_page_cache_locked: `,
);
/** A PTE is set writable, and a write-back finds nothing dirty: set_page_dirty() comes later. */
export const WRITABLE_NOT_DIRTY = new RegExp(
  raw`^(\w+) \w+ \w+: (?:set_pte_at\(rw, dirty\)|[^\n]*ptep_set_access_flags)[^\n]*\n(?:(?!\1 \w+ __set_page_dirty_nobuffers)[^\n]*\n)*\w+ (?:fsync|msync|freeze) (?:pagevec_lookup_tag|tag_pages_for_writeback|filemap_write_and_wait_range)`,
  'm',
);
const WRITABLE = raw`(?:set_pte_at\(rw, dirty\)|[^\n]*ptep_set_access_flags)`;
/** wp-shared-unlocked: between the handler and the PTE the freeze writes the page back. */
export const FROZEN_BETWEEN = inOrder(
  raw`${THE_ONE}\w+ ext4_page_mkwrite: unlock_page\(\)`,
  raw`${ANOTHER}freeze write_cache_pages: lock_page\(\)`,
  raw`${THE_SAME}\w+ \w+: ${WRITABLE}`,
);
const FREEZE_BEGINS = raw`\w+ freeze freeze_super: s_writers\.frozen`;
export const REUSED_WHEN_FROZEN = inOrder(FREEZE_BEGINS, raw`${SOMEBODY}(?:do_wp_page|wp_pfn_shared): [^\n]*reuse`);
export const MPROTECTED_WHEN_FROZEN = inOrder(FREEZE_BEGINS, raw`\w+ mprotect change_pte_range: [^\n]* -> rw`);
