/**
 * The functions of a design: what its paths call, late-bound through the design `d`, so that replacing one replaces it
 * for every caller. A part is (design, call site, where each return value goes) → chart.
 *
 * Methods, not function-typed properties, on purpose: a part may ask for the richer design of its own era.
 */

import type { Act, Look, Source, StateConfig, Target } from '../explorer/chart.ts';
import type { Slot } from './entries/entry.ts';
import type { EsCacheEra } from './entries/extent-status.ts';
import type { Pfn } from './entries/pfn.ts';
import type { Here } from './here.ts';
import type { OnError } from './paths/may_fail.ts';
import type { SceneVma } from './scene.ts';
import type { EntryWaitqueue } from './thp.ts';

/** Where each return value goes. A missing or misspelt one does not compile. */
export type Returns<R extends string> = Readonly<Record<R, Target>>;

/** A range of the file, as the pages of the scenario in it. */
export interface Range {
  /** Also private copies: even_cows. */
  readonly even_cows?: boolean;
  readonly pages: readonly string[];
  /**
   * A folio is looked for (details->single_folio): a PMD that is none is looked at once more when its lock was free (22061a1ffabd). No kernel
   * does so for DAX.
   */
  readonly single_folio?: boolean;
}

/** What vfs_fsync_range() is called for. */
export interface FsyncRange extends Range {
  /** msync: an fdatasync(2), which does not wait for what the times alone have changed. */
  readonly datasync?: boolean;
}

/** A VMA and what fork makes of it. */
export interface Duplicate {
  readonly from: SceneVma;
  readonly to: SceneVma;
}

/** Of parts that are one of a few words, the words: a design file's is checked where no compiler has looked. */
export const WORDS = {
  tlb_flush_nested: { no: true, range: true, mm: true },
  mremap_flushes_first: { none: true, dirty: true, all: true },
  dax_entry_waitqueue: { aligned: true, exact: true },
  pmd_deposit: { no: true, blocks: true, all: true },
  follow_write: { 'as a read': true, 'a dirty PTE': true, 'an exclusive copy': true },
  thaw_under_way: { 'to no level': true, 'gives rwsems': true, refused: true },
} satisfies {
  readonly [K in keyof MmParts as MmParts[K] extends string ? K : never]: Record<MmParts[K] & string, true>;
};

/** mm/ and the system calls: what every design has. */
export interface MmParts {
  /** Whether load faults on holes put struct pages into the file's page cache (up to 4.13). */
  readonly hole_pages: boolean;
  /** Whether the file is cached in struct pages, not DAX: then page-cache designs' parts are there, too. */
  readonly page_cache: boolean;
  /** Whether ->fault may return a locked page for the core to map (4.0 to 4.9). */
  readonly fault_returns_locked: boolean;
  /** Whether a copy-on-write fault takes freeze protection and updates the times (up to 4.13: no VM_SHARED test). */
  readonly cow_updates_times: boolean;
  /**
   * Whether tlb_finish_mmu() flushes, even if it cleared nothing, where another thread of the address space has cleared PTEs
   * and not flushed yet (99baac21e458, 4.13): no, what its own walk went over, or (5.x) all of the address space.
   */
  readonly tlb_flush_nested: 'no' | 'range' | 'mm';
  /**
   * Whether ext4 zeroes and converts the neighbours of an unwritten block that write(2) converts, as it does unless
   * extent_max_zeroout_kb is 0 (in sysfs). Faults go by `iomap_begin`.
   */
  readonly extent_max_zeroout?: boolean;
  /** No kernel does this: a block's PTE that was dirty is out of the TLBs before the PTL is dropped, as a page's is (force_flush). */
  readonly zap_flushes_blocks?: boolean;
  /** No kernel does this: a zap that has split a huge PMD of a file, which clears it, goes on behind it and does not look again. */
  readonly zap_split_ends?: boolean;
  /**
   * Which PTEs that it moves mremap flushes before it drops the PTLs: none, and all of them later (up to 4.8); those that are dirty
   * (5d1904204c99, 4.9); all (eb66ae030829, 4.19 and 4.14.78).
   */
  readonly mremap_flushes_first: 'none' | 'dirty' | 'all';
  /** Whether __handle_mm_fault() allocates the page table before anything else (up to 4.7), not the insertion. */
  readonly page_table_first: boolean;
  /**
   * Whether the walk that write-protects a huge PMD for fsync clears it first (pmdp_huge_clear_flush(), up to 5.0), so that it is
   * none for a moment; else pmdp_invalidate() (024eee0e83f0).
   */
  readonly mkclean_clears_pmd: boolean;
  /** Whether wp_huge_pmd() splits what is there once more where ->huge_fault has fallen back (327e9fd48972, 5.8). */
  readonly wp_huge_pmd_splits: boolean;
  /** Whether wp_huge_pmd() asks ->huge_fault of a private mapping as well; from 6.2 on it splits at once (aea06577a900). */
  readonly wp_huge_pmd_private: boolean;
  /**
   * Whether pte_offset_map() looks at the PMD once more and fails where that is no page table (0d940a9b270b, 6.5), so that no huge
   * PMD is taken for a corrupted one.
   */
  readonly pte_offset_map_fails: boolean;
  /** Whether mprotect leaves a dirty huge PMD of a shared mapping its write bit: can_change_pmd_writable(), 6.2. */
  readonly mprotect_huge_writable: boolean;
  /** The key of the queue in which one waits for an entry: the index, aligned down where the entry covers the range, or exact. */
  readonly dax_entry_waitqueue: EntryWaitqueue;
  /** What ext4's cache of extents is like, for es-cache=on; null: not modelled. */
  readonly es_cache: EsCacheEra | null;
  /** For which huge PMDs a page table is deposited: none where arch_needs_pgtable_deposit() is false, as on x86. */
  readonly pmd_deposit: 'no' | 'blocks' | 'all';
  /**
   * What a lookup for writing with FOLL_FORCE takes for the copy that a fault has made of a read-only private mapping's page: anything,
   * as it is then made as if for reading (up to 4.8); a dirty PTE, after such a fault (19be0eaffa3a, 4.9); a page that is
   * exclusively the process's own (5535be309971, 6.0).
   */
  readonly follow_write: 'as a read' | 'a dirty PTE' | 'an exclusive copy';
  /**
   * What thaw_super() does while freeze_super() waits for writers, without s_umount. It sets the level of no freeze (up to 4.2), on which
   * freeze_super() then sets one that stands for those below as well; it gives back an rwsem of each level, held or not (8129ed29644b, 4.3);
   * it returns -EINVAL (89f39af12938, 4.9).
   */
  readonly thaw_under_way: 'to no level' | 'gives rwsems' | 'refused';
  /** Whether get_user_pages() finds a page behind a storage PTE: pte_devmap() (4.5 and later). */
  readonly follow_blocks: boolean;
  /** Whether each VMA has a lock of its own, which a fault tries before mmap_sem (6.4 and later). */
  readonly per_vma_lock: boolean;
  /** Whether vm_ops has ->map_pages: then a fault under the lock of its VMA may call the filesystem. */
  readonly map_pages: boolean;
  /** Whether a block of storage is mapped as a page that is counted: with a reference for each PTE (6.15 and later). */
  readonly blocks_are_pages: boolean;
  /** anon_vma_prepare() of a fault under the lock of its VMA; null: the fault holds mmap_sem, and that is no step of its own. */
  readonly vmf_anon_prepare: AnonPrepare | null;
  /** Gives back what ->fault of a copy returned with, where that is no page: i_mmap_rwsem (4.0), the entry lock (4.9). */
  cow_release(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
  /** Who takes the filesystem's fault lock (ext4 i_mmap_sem): faults for reading, truncate and punch for writing. */
  readonly fault_lock: { readonly faults: boolean; readonly truncate: boolean };

  /** One load or store instruction, with its faults. */
  user_access(d: MmParts, here: Here, ret: Returns<'DONE' | 'KILLED'>): StateConfig;
  do_page_fault(d: MmParts, here: Here, ret: Returns<'RETRY' | 'KILLED'>): StateConfig;
  handle_pte_fault(d: MmParts, here: Here, ret: Returns<'DONE' | 'SIGBUS'>): StateConfig;
  do_read_fault(d: MmParts, here: Here, ret: Returns<'DONE' | 'SIGBUS'>): StateConfig;
  do_shared_fault(d: MmParts, here: Here, ret: Returns<'DONE' | 'SIGBUS'>): StateConfig;
  /** Of private mappings. */
  do_cow_fault(d: MmParts, here: Here, ret: Returns<'DONE' | 'SIGBUS'>): StateConfig;
  wp_page_copy(d: MmParts, here: Here, ret: Returns<'DONE'>): StateConfig;
  do_wp_page(d: MmParts, here: Here, ret: Returns<'DONE' | 'SIGBUS'>): StateConfig;
  wp_page_shared(d: MmParts, here: Here, ret: Returns<'DONE' | 'SIGBUS'>): StateConfig;
  wp_pfn_shared(d: MmParts, here: Here, ret: Returns<'DONE' | 'SIGBUS'>): StateConfig;
  /** One PTL section. `pfn` is evaluated in it. */
  insert_pfn(
    d: MmParts,
    here: Here,
    ret: Returns<'OK' | 'EBUSY'>,
    args: { readonly pfn: (s: Look) => Pfn; readonly mkwrite: boolean },
  ): StateConfig;
  unmap_mapping_range(d: MmParts, here: Here, ret: Returns<'RETURN'>, range: Range): StateConfig;

  /** vm_ops->fault. LOCKED: with the locked page in `heldPage`, for the core to map. */
  fault(d: MmParts, here: Here, ret: Returns<'NOPAGE' | 'LOCKED' | 'SIGBUS'>): StateConfig;
  /**
   * vm_ops->huge_fault, for a PMD (thp=on); null: the era or its filesystem has none, or it is not modelled. DONE: the access
   * is tried again.
   */
  readonly huge_fault: HugeFault | null;
  /** vm_ops->page_mkwrite, for a store on a read-only PTE of a struct page. */
  page_mkwrite(d: MmParts, here: Here, ret: Returns<'NOPAGE' | 'SIGBUS'>): StateConfig;
  /** vm_ops->pfn_mkwrite, for a store on a read-only PTE without struct page; null: the filesystem has none. */
  readonly pfn_mkwrite: PfnMkwrite | null;

  // System calls on the file.
  /** vfs_fsync_range(): of the whole file, or of what msync(2) asks for. A synchronous fault (MAP_SYNC) calls one that a design has in place of the built-in ones. */
  fsync(d: MmParts, here: Here, ret: Returns<'RETURN'>, range?: FsyncRange): StateConfig;
  write(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
  /** One write(2) of several pages; null: not modelled. */
  readonly write_pages: WritePages | null;
  read(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
  truncate(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
  /**
   * ext4_break_layouts(), xfs_break_dax_layouts(): what truncate, punch and zero begin with, i_rwsem and the fault lock held for
   * writing. null: up to 4.18 they do not.
   */
  readonly break_layouts: BreakLayouts | null;
  punch(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
  /** fallocate(2) within the file's size; null: not modelled (page cache). */
  readonly fallocate: Fallocate | null;
  /** FALLOC_FL_ZERO_RANGE */
  readonly zero: Fallocate | null;
  /** populate_vma_page_range() of one page, whether it can be faulted in or not. */
  populate(d: MmParts, here: Here, ret: Returns<'DONE'>): StateConfig;
  munmap(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
  msync(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
  dontneed(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
  mprotect(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
  /** Moves the thread's mapping to the VMA that was `movedFrom` it, which the thread accesses from then on. */
  mremap(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
  /** The PTEs of the mapping, one PTL section each. */
  change_pte_range(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
  fork(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
  /** What of the parent's PTEs the child gets. */
  copy_page_range(d: MmParts, here: Here, ret: Returns<'RETURN'>, areas: Duplicate): StateConfig;
  exit(d: MmParts, here: Here, ret: Returns<'GONE'>): StateConfig;
  /** freeze_super() down to the page-fault level, with the writeback that it does. */
  freeze(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
  thaw(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
  /** The write-back of the file within freeze_super(): what fsync does, without the locks that only its caller takes. */
  sync_filesystem(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
  /** Removes what the page tree holds for the range: no PTE is touched unless a mapped struct page is met. */
  truncate_inode_pages_range(d: MmParts, here: Here, ret: Returns<'RETURN'>, range: Range): StateConfig;
  invalidate_inode_pages2_range(d: MmParts, here: Here, ret: Returns<'RETURN'>, range: Range): StateConfig;
  /** The flusher: writes what is dirty, and waits for nothing that others write. */
  writeback(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
  /** shrink_page_list() of the file's pages; null: not modelled. */
  readonly reclaim: Reclaim | null;
  drop_caches(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
  /** Removes what it easily can: it waits for no page lock. */
  invalidate_mapping_pages(d: MmParts, here: Here, ret: Returns<'RETURN'>, range: Range): StateConfig;
}
export type Reclaim = {
  bivarianceHack(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
}['bivarianceHack'];
export type WritePages = {
  bivarianceHack(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
}['bivarianceHack'];
export type Fallocate = {
  bivarianceHack(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
}['bivarianceHack'];
export type PfnMkwrite = {
  bivarianceHack(d: MmParts, here: Here, ret: Returns<'NOPAGE' | 'SIGBUS'>): StateConfig;
}['bivarianceHack'];

/** @param leave what a fault gives back that has to begin anew */
export type AnonPrepare = (here: Here, ret: Returns<'RETURN'>, leave: (s: Act) => void) => StateConfig;

export type BreakLayouts = {
  bivarianceHack(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
}['bivarianceHack'];

export type HugeFault = {
  bivarianceHack(d: MmParts, here: Here, ret: Returns<'DONE' | 'FALLBACK' | 'SIGBUS'>): StateConfig;
}['bivarianceHack'];

/** The get_block-era DAX of 4.0 to 4.6: no entry lock; hole pages in the page cache. */
export interface GetBlockParts extends MmParts {
  do_dax_fault(d: GetBlockParts, here: Here, ret: Returns<'NOPAGE' | 'LOCKED' | 'SIGBUS'>): StateConfig;
  dax_load_hole(d: GetBlockParts, here: Here, ret: Returns<'LOCKED' | 'SIGBUS' | 'OOM'>): StateConfig;
  dax_insert_mapping(d: GetBlockParts, here: Here, ret: Returns<'NOPAGE' | 'SIGBUS'>): StateConfig;
}

/** Who asks iomap_begin, and what for. */
export interface IomapCall {
  readonly write: boolean;
  /** Where an injected error leads. */
  readonly failed?: OnError;
  /** The function that a step of the answer belongs to. */
  readonly fn: string;
  readonly src: Source;
  /** write(2) of ext4 since 5.10: a block that is there is found without a journal handle. */
  readonly looksFirst?: boolean;
  /** Whether neighbours of an unwritten block are converted along, where the call decides that: `extent_max_zeroout`. */
  readonly neighbours?: boolean;
}

/** DAX with entries in the tree, dirty tags, and an fsync that flushes the cache: 4.5 and later. */
export interface TaggedParts extends MmParts {
  /** Whether a failed write-back is recorded for the next fsync of every open file: mapping->wb_err (4.13 and later). */
  readonly wb_err: boolean;
  /** Whether every entry is a block's (4.5: without an entry lock there is no empty entry). */
  readonly only_block_entries: boolean;
  /** What the filesystem's fault handler calls: __dax_fault (4.5), dax_fault (4.9), dax_iomap_pte_fault. */
  dax_iomap_pte_fault(d: TaggedParts, here: Here, ret: Returns<'NOPAGE' | 'LOCKED' | 'SIGBUS'>): StateConfig;
  dax_writeback_mapping_range(d: TaggedParts, here: Here, ret: Returns<'RETURN'>, range: Range): StateConfig;
  dax_writeback_one(d: TaggedParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
}

/** The DAX of 4.5: get_block, entries without a lock, dirty tags, fault lock. */
export interface RadixEntryParts extends GetBlockParts, TaggedParts {}

/** The DAX of 4.7 and later: entry lock, fault lock, dirty tags, cache flush. */
export interface IomapParts extends TaggedParts {
  dax_iomap_pte_fault(d: IomapParts, here: Here, ret: Returns<'NOPAGE' | 'LOCKED' | 'SIGBUS'>): StateConfig;
  /**
   * What the filesystem says of the operation's page, in `mapping`. For writing (IOMAP_WRITE) it allocates and converts and
   * never answers HOLE; an unwritten extent is a hole for who reads.
   */
  iomap_begin(d: IomapParts, here: Here, ret: Returns<'MAPPED' | 'HOLE'>, call: IomapCall): StateConfig;
  /**
   * The same of one write(2) of several pages: of these, which are still to be written, the first extent (IOMAP_WRITE). The answer says
   * how far it reaches.
   */
  iomap_begin_pages(
    d: IomapParts,
    here: Here,
    ret: Returns<'MAPPED'>,
    call: Omit<IomapCall, 'failed' | 'write'> & Range,
  ): StateConfig;
  /** Returns with the entry locked (or, up to 4.13, the hole page), in `grabbed`. */
  grab_mapping_entry(d: IomapParts, here: Here, ret: Returns<'RETURN' | 'ENOMEM'>): StateConfig;
  /** With thp=on: the fault of the whole range; the entry of the whole range, in `grabbed`; what the filesystem says of it. */
  dax_iomap_pmd_fault(d: IomapParts, here: Here, ret: Returns<'DONE' | 'FALLBACK' | 'SIGBUS'>): StateConfig;
  grab_pmd_entry(d: IomapParts, here: Here, ret: Returns<'RETURN' | 'FALLBACK'>): StateConfig;
  /** SHORT: something for less than the whole range. */
  iomap_begin_range(
    d: IomapParts,
    here: Here,
    ret: Returns<'MAPPED' | 'HOLE' | 'SHORT'>,
    call: Omit<IomapCall, 'failed'>,
  ): StateConfig;
  /** vmf_insert_pfn_pmd() of the range's blocks. One PMDL section. */
  insert_pfn_pmd(d: IomapParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
  /** A store through MAP_SYNC that found its block uncommitted: commits, then maps it, writable. null: no MAP_SYNC (up to 4.14). */
  readonly dax_finish_sync_fault: FinishSyncFault | null;
  put_locked_mapping_entry(d: IomapParts, here: Here, ret: Returns<'RETURN'>, page?: (s: Look) => string): StateConfig;
  dax_unlock_mapping_entry(d: IomapParts, here: Here, ret: Returns<'RETURN'>, page?: (s: Look) => string): StateConfig;
  dax_load_hole(d: IomapParts, here: Here, ret: Returns<'RETURN' | 'LOCKED'>): StateConfig;
  dax_insert_mapping(d: IomapParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
  dax_insert_mapping_entry(
    d: IomapParts,
    here: Here,
    ret: Returns<'RETURN' | 'ENOMEM'>,
    slot: (s: Look) => Slot,
    kind: 'zero' | 'blk',
  ): StateConfig;
  dax_writeback_mapping_range(d: IomapParts, here: Here, ret: Returns<'RETURN'>, range: Range): StateConfig;
  dax_writeback_one(d: IomapParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
  dax_mapping_entry_mkclean(d: IomapParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
}

/** @param pmd whether it is the fault of a whole range */
export type FinishSyncFault = {
  bivarianceHack(
    d: IomapParts,
    here: Here,
    ret: Returns<'RETURN' | 'SIGBUS'>,
    of: { readonly pmd: boolean },
  ): StateConfig;
}['bivarianceHack'];

/** Which page of the page cache a call is about. */
export type WhichPage = (s: Pick<Look, 'get'>) => string;

/** A file in the page cache: 3.18 to 4.0. */
export interface PageCacheParts extends MmParts {
  /** Whether the device wants pages not to change while it reads them: BDI_CAP_STABLE_WRITES. */
  readonly stable_pages: boolean;
  /** Whether a zap flushes the TLBs of a dirty PTE before it drops the PTL (1cf35d47712d, 3.15). */
  readonly zap_flushes_dirty: boolean;
  /** Whether such a zap removes the rmap of the page only after that flush (5df397dec7c4, 6.2). */
  readonly zap_delays_rmap?: boolean;
  /**
   * Whether reclaim flushes the TLBs of what it unmaps once, behind all pages that it looks at, some of which it has unlocked by then
   * (72b252aed506, 4.3).
   */
  readonly reclaim_defers_flush?: boolean;
  /**
   * Whether who zaps, protects or moves PTEs of an address space first flushes what such a reclaim has left (flush_tlb_batched_pending(),
   * 3ea277194daa, 4.13).
   */
  readonly flushes_batched?: boolean;
  /** Whether ->page_mkwrite returns VM_FAULT_LOCKED, as those of 4.0 do, or 0 with the page unlocked. */
  readonly mkwrite_returns_locked: boolean;
  /** vm_ops->page_mkwrite, with page-mkwrite=on, of the page in `heldPage`. LOCKED: VM_FAULT_LOCKED; UNLOCKED: 0. */
  page_mkwrite(d: PageCacheParts, here: Here, ret: Returns<'LOCKED' | 'UNLOCKED' | 'NOPAGE' | 'SIGBUS'>): StateConfig;
  /** RETRY: the page was truncated. */
  do_page_mkwrite(d: PageCacheParts, here: Here, ret: Returns<'LOCKED' | 'RETRY' | 'NOPAGE' | 'SIGBUS'>): StateConfig;
  /** Tells in `dirtied` whether the page was clean. */
  set_page_dirty(d: PageCacheParts, here: Here, ret: Returns<'RETURN'>, page: WhichPage): StateConfig;
  /** The section of set_page_dirty() under the tree lock, after PG_dirty was set: count it, tag it. */
  account_page_dirtied(d: PageCacheParts, here: Here, ret: Returns<'RETURN'>, page: WhichPage): StateConfig;
  /** Of the locked page in `heldPage`: tells in `cleaned` whether a PTE was writable or dirty. */
  page_mkclean(d: PageCacheParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
  clear_page_dirty_for_io(d: PageCacheParts, here: Here, ret: Returns<'DIRTY' | 'CLEAN'>): StateConfig;
  /** Of the locked page in `heldPage`, which it unlocks. */
  writepage(d: PageCacheParts, here: Here, ret: Returns<'RETURN'>): StateConfig;
  /** @param how.sync WB_SYNC_ALL */
  write_cache_pages(
    d: PageCacheParts,
    here: Here,
    ret: Returns<'RETURN'>,
    how: Range & { readonly sync: boolean },
  ): StateConfig;
  filemap_fdatawait_range(d: PageCacheParts, here: Here, ret: Returns<'RETURN'>, range: Range): StateConfig;
  /** truncate_inode_page() of the locked page in `heldPage`. */
  truncate_inode_page(d: PageCacheParts, here: Here, ret: Returns<'RETURN'>, page: string): StateConfig;
}
