/** A thread's own variables: the locals of the kernel functions on its stack. Each is cleared when its use ends. */
import { type Register, register } from '../explorer/chart.ts';
import type { Slot } from './entries/entry.ts';
import type { Pfn } from './entries/pfn.ts';
import type { Pmd } from './entries/pmd.ts';
import type { PteValue } from './entries/pte.ts';
import type { Errno } from './marks.ts';

/** vmf->orig_pte, the lockless snapshot. */
export const origPte: Register<PteValue> = register('orig_pte', null);
/** `entry`: what grab_mapping_entry() returned, without its lock bit. */
export const grabbed: Register<Slot | null> = register('entry', null);
/** FOLL_WRITE of a get_user_pages(FOLL_FORCE): asked for; with FOLL_COW; not asked for any more. */
export const follWrite: Register<'write' | 'cow' | 'read' | null> = register('foll', null);
/** The page that it has found. */
export const followed: Register<Pfn | null> = register('gup', null);
/** VM_FAULT_WRITE of that fault: do_wp_page() has made a copy, or reused it. */
export const vmFaultWrite: Register<boolean> = register('vm_fault_write', false);
/** The struct page that the function holds a reference to (and, where it says so, the lock of). */
export const heldPage: Register<string | null> = register('page', null);

/** The anonymous page that a copy-on-write fault has allocated and not yet mapped. */
export const cowPage: Register<string | null> = register('new_page', null);

/** What iomap_begin or get_block answered. */
export interface Mapping {
  readonly type: 'HOLE' | 'UNWRITTEN' | 'MAPPED';
  readonly block: string | null;
  /** IOMAP_F_NEW / buffer_new. */
  readonly fresh: boolean;
  /** Of one write(2) of several pages: the last one that the answer reaches to. */
  readonly last?: string;
}
export const mapping: Register<Mapping | null> = register('iomap', null);

/** VM_FAULT_NEEDDSYNC: of a fault's result, that the block in `iomap` is to be committed before it is mapped. */
export const needsDsync: Register<boolean> = register('needdsync', false);

/** Loop index over (VMA, page) pairs. */
export const zapIndex: Register<number> = register('zap', 0);
/** Loop index over the pages of a VMA, where a walk has one for the VMAs as well. */
export const zapPage: Register<number> = register('zap_page', 0);
/** Loop index over pages of a range. */
export const pageIndex: Register<number> = register('index', 0);
/** Whether a pass over a range found something. */
export const foundAny: Register<boolean> = register('found', false);
/** An index with what its slot held. */
export interface Found {
  readonly page: string;
  readonly slot: Slot;
  /** Whether the lock bit was set: part of what 4.9 compares. */
  readonly locked: boolean;
}
/** Indices that a tagged lookup saw tagged and has yet to read, and what it read in the others. */
export const tagged: Register<readonly Found[]> = register('tagged', []);
export const batch: Register<readonly Found[]> = register('pvec', []);
/** Whether a truncate makes the file longer. */
export const grows: Register<boolean> = register('grows', false);
/** Of a fault's result, the error: SIGBUS until its handler returns, OOM until mmap_sem is dropped. */
export const vmFault: Register<'OOM' | 'SIGBUS' | null> = register('vmf_ret', null);
/** What a system call will return with, where not with success. */
export const errno: Register<Errno | null> = register('ret', null);
/** Negative error of a writeback. */
export const ioError: Register<boolean> = register('error', false);

/** What set_page_dirty() returned: the page was clean before. */
export const dirtied: Register<boolean> = register('dirtied', false);
/** `mapping`, the local copy of page->mapping: whether it is not NULL. */
export const localMapping: Register<boolean> = register('mapping', false);
/** How many PTEs page_mkclean() has cleaned; only whether there were any counts. */
export const cleaned: Register<boolean> = register('cleaned', false);
/** The page whose dirty bit a zap has taken from its PTE and not brought to the tree yet, and where it was mapped. */
export const redirtied: Register<{
  readonly pfn: string;
  readonly vma: string;
  readonly page: string;
  /** The page was dirty before: it is counted and tagged. */
  readonly counted?: boolean;
} | null> = register('ptent', null);
/** What a lookup of a range has found and is still to be dealt with; the page that it has a reference to, or null: a value entry. */
export interface Listed {
  readonly index: string;
  readonly page: string | null;
  /** With thp=on: it is an entry of the whole range. */
  readonly pmd?: true;
}
export const listed: Register<readonly Listed[]> = register('entries', []);
/** `did_range_unmap`: the rest of the range was unmapped with the first page that was mapped. */
export const didRangeUnmap: Register<boolean> = register('did_range_unmap', false);
/** With thp=on: the index that a lookup has named, where that is not the one asked for. */
export const treeIndex: Register<string | null> = register('tree_index', null);
/** With thp=on: the key of those to wake, from under the tree lock to the wake-up after it. */
export const wakeKey: Register<string | null> = register('wake_key', null);
/** With thp=on: orig_pmd, the lockless snapshot. */
export const origPmd: Register<Pmd | null> = register('orig_pmd', null);
