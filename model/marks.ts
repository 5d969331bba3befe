/** What steps tell the properties: the events that a property's exact sentence speaks of. */
import type { Mark } from '../explorer/chart.ts';
import { FaultlineError, nearNames, quoted } from '../explorer/errors.ts';
import { type EventFields, misfit } from '../explorer/event-fields.ts';
import type { Content } from './entries/content.ts';
import type { Pfn } from './entries/pfn.ts';

/** The errors that a call may fail with. */
export type Errno = 'EIO' | 'ENOMEM' | 'ENOSPC' | 'EFAULT';

export type KernelMark =
  /** An access of user mode trapped. */
  | { readonly type: 'trap'; readonly op: string }
  | {
      readonly type: 'hw-store';
      readonly op: string;
      readonly vma: string;
      readonly page: string;
      readonly pfn: Pfn;
      /** What permitted it, where that was not the PTE: a TLB slot, a huge PMD. */
      readonly via?: string;
    }
  | {
      readonly type: 'hw-load';
      readonly op: string;
      readonly vma: string;
      readonly page: string;
      readonly content: Content;
    }
  /** read(2) copied a page out; `content` is what the user gets. */
  | { readonly type: 'read-copy'; readonly op: string; readonly page: string; readonly content: Content }
  /** The thread begins / has completed an operation that properties time: read, write, truncate, punch, fsync, msync, munmap, dontneed. */
  | { readonly type: 'begin'; readonly op: string; readonly name: string; readonly pages: readonly string[] }
  | {
      readonly type: 'end';
      readonly op: string;
      readonly name: string;
      readonly pages: readonly string[];
      readonly error?: string;
    }
  /** The thread got SIGBUS or SIGSEGV. */
  | { readonly type: 'killed'; readonly op: string; readonly signal: string }
  /** `by`: the operation that the thread executes. */
  | { readonly type: 'file_update_time'; readonly by?: string }
  /** A journal handle is started; a nested start joins it and has no mark. */
  | { readonly type: 'journal-start' }
  /** `by`: the operation that the thread executes. */
  | { readonly type: 'alloc-block'; readonly by: string; readonly page: string; readonly block: string }
  | { readonly type: 'alloc-page'; readonly by: string; readonly page: string }
  | { readonly type: 'free-block'; readonly page: string; readonly block: string }
  /** get_block or iomap_begin answered HOLE. */
  | { readonly type: 'hole'; readonly by: string; readonly page: string }
  /** write(2) put its bytes in place of the page's contents; `some`: of a part of them. */
  | { readonly type: 'copy'; readonly op: string; readonly page: string; readonly some?: true }
  /**
   * The bytes of these pages left the file: i_size shrank, or their blocks were freed. `perhaps`: what was put there while the
   * call runs may be gone or not, as nothing keeps the call and faults apart.
   */
  | { readonly type: 'removed'; readonly op: string; readonly pages: readonly string[]; readonly perhaps?: true }
  /** truncate made the file longer. */
  | { readonly type: 'grown'; readonly op: string }
  /** The TLBs have to forget what they hold of a PTE that stays present, as where it is write-protected. */
  | { readonly type: 'tlb-flush'; readonly pte: string }
  /** fork made a PTE of the child from one of the parent. */
  | { readonly type: 'copy-pte'; readonly from: string; readonly to: string }
  /** A flush of the block's cache lines. */
  | { readonly type: 'flush'; readonly block: string }
  /** set_page_dirty() of a page-cache page: it is dirty now, or was before. */
  | { readonly type: 'set-page-dirty'; readonly page: string }
  /** The process enters balance_dirty_pages(). */
  | { readonly type: 'balance' }
  /** The filesystem is frozen, completely; it is thawed. */
  | { readonly type: 'frozen' | 'thawed' }
  /** A call failed because errors are injected. */
  | { readonly type: 'injected-error'; readonly call: string; readonly error: Errno }
  /** A WARN_ON, BUG_ON or the like with its condition true. */
  | { readonly type: 'warn'; readonly site: string };

/** The marks of a step, typed. */
export const kernelMarks = (marks: readonly Mark[]): readonly KernelMark[] => marks as readonly KernelMark[];
const FIELDS: EventFields<KernelMark> = {
  trap: { op: true },
  'hw-store': { op: true, vma: true, page: true, pfn: true, via: 'optional' },
  'hw-load': { op: true, vma: true, page: true, content: true },
  'read-copy': { op: true, page: true, content: true },
  begin: { op: true, name: true, pages: true },
  end: { op: true, name: true, pages: true, error: 'optional' },
  killed: { op: true, signal: true },
  file_update_time: { by: 'optional' },
  'journal-start': {},
  'alloc-block': { by: true, page: true, block: true },
  'alloc-page': { by: true, page: true },
  'free-block': { page: true, block: true },
  hole: { by: true, page: true },
  copy: { op: true, page: true, some: 'optional' },
  removed: { op: true, pages: true, perhaps: 'optional' },
  grown: { op: true },
  'tlb-flush': { pte: true },
  'copy-pte': { from: true, to: true },
  flush: { block: true },
  'set-page-dirty': { page: true },
  balance: {},
  frozen: {},
  thawed: {},
  'injected-error': { call: true, error: true },
  warn: { site: true },
};

/**
 * For `s.mark(mark(…))`: checks the mark's shape, also where no compiler has looked. A property would not see a misspelt one.
 * @throws FaultlineError E_EVENT_NAME
 */
export function mark(m: KernelMark): KernelMark {
  if (!Object.hasOwn(FIELDS, m.type)) {
    const mend = nearNames(String(m.type), Object.keys(FIELDS));
    throw new FaultlineError('E_EVENT_NAME', `there is no mark ${quoted(String(m.type))}`, mend);
  }
  const fields = FIELDS[m.type];
  const wrong = fields === true ? undefined : misfit(m, fields);
  if (wrong) throw new FaultlineError('E_EVENT_NAME', `a mark ${m.type} with ${wrong.message}`, wrong.mend);
  return m;
}
