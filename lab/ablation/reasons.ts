/** Why leaving something out changes no verdict; by site, for all designs or, with its id before it, for one. */
import { type Site, siteText } from './kinds.ts';

const MMAP_SEM =
  'What it keeps together in the kernel is the tree of VMAs and the page tables, which are abstracted away; every PTE changes under its own lock.';
const UNMAPPED =
  'A fault can meet the VMA gone and its PTEs still there, and gets its SIGSEGV before munmap has returned: no property times that. In the kernel it would use a freed vm_area_struct, which is abstracted away.';
const S_UMOUNT =
  'Freezing and thawing are one step each under it: whoever comes second finds it frozen, or not, all the same.';
const CALL_TIMES = 'No property is about the times of this call: those of stores through a mapping are judged.';
const PURPOSE = 'That the PTE goes is what the call is for; a PTE that stays breaks no promise about the file.';
const WAKES =
  'It would take somebody else who waits for the same entry at that moment, and so a third who had it locked: no scenario of the list has that many. With four processes a lost wake-up is [found](findings.md#k-a-lost-wake-up-needs-four-processes).';
const REMOVERS = 'i_rwsem and the fault lock keep out everybody else who removes that page.';
const NEEDLESS = 'More is unmapped than need be: the next access traps once more.';

const REASONS: Readonly<Record<string, string>> = {
  'lock mmap_sem in dontneed': MMAP_SEM,
  'lock mmap_sem in exit': MMAP_SEM,
  'lock mmap_sem in fork': MMAP_SEM,
  'lock mmap_sem in mprotect': MMAP_SEM,
  'lock mmap_sem in msync': MMAP_SEM,
  'lock mmap_sem in every path': UNMAPPED,
  'lock mmap_sem in faults': UNMAPPED,
  'lock mmap_sem in munmap': UNMAPPED,
  'lock s_umount in every path': S_UMOUNT,
  'lock s_umount in freeze': S_UMOUNT,
  'lock s_umount in thaw': S_UMOUNT,
  'lock PG_locked in punch': REMOVERS,
  're-check TOWRITE is clear: skip, wake next in dax_writeback_one':
    'The second of two write-backs flushes once more what has been flushed.',
  're-check WARN_ON_ONCE(!ret): entry is gone in __dax_invalidate_mapping_entry':
    'i_rwsem and the fault lock keep out everybody who could delete it.',
  're-check at EOF: returns 0 in dax_iomap_rw':
    'read(2) returns zeros in the place of nothing: no property is about how many bytes it returns.',
  're-check beyond i_size: nothing to do in ext4_punch_hole':
    'Behind the end of the file there is nothing to unmap, to delete or to free.',
  're-check beyond i_size: SIGBUS in ext4_dax_pfn_mkwrite':
    'An entry that truncate is about to delete gets a tag; the store gets its SIGBUS one fault later, as the PTE is gone.',
  're-check pos >= i_size: SIGBUS in dax_iomap_pte_fault':
    'Truncate, which holds the fault lock then, unmaps again what was mapped; that a program gets a SIGBUS is no property.',
  're-check entry is gone: skip in dax_writeback_one':
    'An entry that is gone has no tags, and the next test is that of TOWRITE (4.12: it is taken for an empty entry, with the WARN of [P](findings.md#p-fsync-warns-and-returns--eio), which that scenario violates anyway).',
  're-check nrexceptional > 0 in ext4_sync_file': 'An empty tree has nothing that is tagged.',
  're-check nrexceptional > 0 in invalidate_inode_pages2_range': NEEDLESS,
  're-check nrpages > 0 in invalidate_inode_pages2_range': NEEDLESS,
  're-check other sector: skip, wake next in dax_writeback_one':
    'An index gets another block only after its entry was deleted, and with it the tags.',
  're-check woken, entry locked again: sleeps in dax_writeback_one':
    'Somebody would have to lock the entry between the wake-up and the next step of who was woken, and nobody here is that quick: it takes a third who wants the entry.',
  're-check page is mapped: kept in invalidate_inode_page':
    'A mapped page has a reference more than page_freeze_refs() wants: the next function refuses it as well.',
  're-check page->mapping changed: skip in invalidate_inode_page':
    'A page that has left the mapping has a reference less than page_freeze_refs() wants: the next function refuses it as well.',
  're-check page->mapping changed: skip in truncate_inode_page': REMOVERS,
  're-check pte_same(): ptep_clear_flush(), set_pte_at(copy, rw) in wp_page_copy':
    'The second of two copies replaces the first, and a store into it is lost. What a private mapping holds is judged for foreign bytes only.',
  're-check pte_same(): wp_page_reuse(rw) in finish_mkwrite_fault':
    'A PTE that was zapped meanwhile is set again. The fault lock keeps the block where it is, and the entry is locked and tagged: the PTE that is set is right.',
  'tag DIRTY in dax_insert_mapping_entry':
    'The PTE is inserted read-only, and dax_pfn_mkwrite() sets the tag before it becomes writable.',
  'time file_update_time in faults':
    'The first fault of a store leaves the PTE read-only; the second one, in ->pfn_mkwrite(), updates the times.',
  'time file_update_time in punch': CALL_TIMES,
  'time file_update_time in truncate': CALL_TIMES,
  'time file_update_time in write': CALL_TIMES,
  'unmap zap in dontneed': PURPOSE,
  'unmap zap in exit: exit_mmap': PURPOSE,
  'unmap zap in munmap': PURPOSE,
  'unmap zap in invalidate':
    'A stale PTE: in that scenario `no-stale-read` is violated anyway ([B](findings.md#b-v412-load-beside-write2-a-stale-hole-page-for-good)).',
  'wake-up WAKE_NEXT in invalidate: __dax_invalidate_mapping_entry': WAKES,
  'wake-up WAKE_NEXT in punch: __dax_invalidate_mapping_entry': WAKES,
  'wake-up WAKE_NEXT in truncate: __dax_invalidate_mapping_entry': WAKES,
  'wake-up WAKE_NEXT in write: __dax_invalidate_mapping_entry': WAKES,
  'wake-up WAKE_NEXT in write-back: dax_writeback_one': WAKES,
};

/** Asked of what changes no verdict. */
export const reasonOf = (design: string, site: Site): string | undefined =>
  REASONS[`${design}: ${siteText(site)}`] ?? REASONS[siteText(site)];
