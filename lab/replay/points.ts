/**
 * Where a processor can be held before a step of the model. A step names the kernel function that it is in, and often the one that
 * it calls; where such a function has an address of its own, its first instruction is such a place. Functions that compilers inline
 * have none: the table below names, for each, what is called from inside of it, or around it, with the same state before and
 * after.
 */
import type { TraceStep } from '../../explorer/trace.ts';
import { type Calls, sharedCalls } from '../../report/calls.ts';

/** Who wants a lock whose owner runs is in one of these: he may spin, and never sleep, as long as the owner is held. */
export const SPIN_ON_OWNER = ['rwsem_spin_on_owner', 'mutex_spin_on_owner'];

/** A place to hold at: the first instruction of a function, or where it returns to. */
export interface Point {
  readonly symbol: string;
  /** Only where one of these calls it. */
  readonly from?: readonly string[];
  /** Behind its call. */
  readonly returns?: true;
}

/** What is inlined, or has another name in some kernel, by the model's name. */
const INSTEAD: Readonly<Record<string, { readonly points: readonly Point[]; readonly why: string }>> = {
  grab_mapping_entry: {
    points: [{ symbol: '_raw_spin_lock_irq', from: ['dax_iomap_pte_fault', 'dax_iomap_pmd_fault'] }],
    why: 'inlined in both of its callers; it begins with xas_lock_irq(), the first lock that they take themselves',
  },
  mapping_needs_writeback: {
    points: [{ symbol: 'file_write_and_wait_range' }, { symbol: 'filemap_write_and_wait_range' }],
    why: 'inlined; the first thing that its callers ask',
  },
  dax_entry_mkclean: {
    points: [{ symbol: 'pfn_mkclean_range' }, { symbol: 'follow_invalidate_pte' }, { symbol: 'dax_entry_mkclean' }],
    why: 'inlined, or replaced by pfn_mkclean_range() (5.18)',
  },
  do_page_fault: {
    points: ['lock_vma_under_rcu', 'down_read_trylock'].map((symbol) => ({
      symbol,
      from: ['do_user_addr_fault', 'exc_page_fault'],
    })),
    why: 'another name now, and it begins with interrupts off; the first lock that it tries',
  },
  ext4_sync_file: {
    points: [{ symbol: '__filemap_fdatawait_range' }, { symbol: 'file_check_and_advance_wb_err' }],
    why: 'for whoever was held inside of its write-back: what it calls behind that',
  },
  xfs_file_fsync: {
    points: [{ symbol: '__filemap_fdatawait_range' }, { symbol: 'file_check_and_advance_wb_err' }],
    why: 'as ext4_sync_file()',
  },
  dax_fault_is_synchronous: {
    points: [{ symbol: 'dax_fault_iter' }, { symbol: 'dax_insert_entry' }],
    why: 'inlined; what is asked before the entry is put into the tree, with nothing done in between',
  },
  dax_insert_pfn_mkwrite: {
    points: [{ symbol: '_raw_spin_lock_irq', from: ['dax_finish_sync_fault'] }],
    why: 'inlined; it begins with xas_lock_irq()',
  },
  handle_pte_fault: { points: [{ symbol: '__handle_mm_fault' }], why: 'inlined in it' },
  xfs_filemap_fault: {
    points: [{ symbol: 'xfs_dax_read_fault' }, { symbol: 'xfs_write_fault' }],
    why: 'in 7.2 inlined in what calls it; the functions that it calls first, before any lock',
  },
  find_get_entries: { points: [{ symbol: 'find_lock_entries' }], why: 'its successor' },
  unmap_mapping_range: {
    points: [{ symbol: 'unmap_mapping_pages' }],
    why: 'what it calls; the callers that count in pages call that themselves',
  },
  get_locked_pte: {
    points: [{ symbol: '__pte_alloc' }],
    why: 'inlined; what puts a page table there, before the lock is taken',
  },
  zap_huge_pmd: {
    points: [{ symbol: '__split_huge_pmd' }],
    why: 'for whoever zaps a part of a huge page: zap_pmd_range() splits it itself, which clears it',
  },
  zap_pte_range: { points: [{ symbol: 'unmap_page_range' }], why: 'inlined in it' },
};

/** In dax_writeback_mapping_range() dax_writeback_one() is inlined; the lock that they take themselves begins each of their sections. */
const XAS_LOCK_IRQ: Point = { symbol: '_raw_spin_lock_irq', from: ['dax_writeback_mapping_range'] };
const BEGUN_BY: Readonly<Record<string, Point>> = {
  dax_writeback_mapping_range: XAS_LOCK_IRQ,
  dax_writeback_one: XAS_LOCK_IRQ,
};

/** The lock that a section begins with. Once a wait for an entry is over, get_unlocked_entry() takes it. */
function lockOf({ section, lines, function: innermost, stack }: TraceStep): Point[] {
  const begins = BEGUN_BY[lines[0]?.function ?? innermost];
  return begins && section === 'TL' && !stack.at(-1)?.startsWith('get_unlocked_entry') ? [begins] : [];
}

/** By a function that a compiler inlines: the one that it is then part of. */
const INLINED_IN: Readonly<Record<string, string>> = {
  ext4_dax_read_iter: 'ext4_file_read_iter',
  ext4_dax_write_iter: 'ext4_file_write_iter',
  xfs_file_dax_read: 'xfs_file_read_iter',
  xfs_file_dax_write: 'xfs_file_write_iter',
};

/** A fault of XFS, and what it is parts of, or called, in some kernels. */
const XFS_FAULT = [
  '__xfs_filemap_fault',
  'xfs_ilock_for_write_fault',
  'xfs_dax_read_fault',
  'xfs_write_fault',
  '__xfs_write_fault',
];
/** Who has locks taken by a function of the filesystem, by the model's name: that one is called in place of down_read(). */
const TAKEN_BY: Readonly<Record<string, Point>> = {
  __xfs_filemap_fault: { symbol: 'xfs_ilock', from: XFS_FAULT },
};

/** Functions that everybody calls: they are a place only where the step's own function calls them. */
const COMMON = /^(_raw_|down_|up_|mutex_|wake|xas_|xa_)/;

/** Who turns its write lock into one for reading before it gives it back: mmap_write_downgrade(). */
const DOWNGRADES: ReadonlySet<string> = new Set(['vm_munmap']);

/**
 * What gives back a lock that the model's `up(…)` names. Who has it for writing never calls up_read() for it; but
 * truncate_pagecache() may end in unmap_mapping_range()'s, and compilers make jumps of both: it then seems to be the caller's.
 */
function givenBack({ lines, changes }: TraceStep, caller: string): readonly string[] {
  const lock = /^up\(([^)]*)\)/.exec(lines[0]?.text ?? '')?.[1] ?? '';
  const before = changes[lock]?.[0] ?? '';
  if (DOWNGRADES.has(caller)) return ['up_read', 'up_write'];
  if (/^W\b/.test(before)) return ['up_write'];
  return /^R\b/.test(before) ? ['up_read'] : ['up_read', 'up_write'];
}

const CALL = /^([a-z_][a-z0-9_]*)\(/;

/** The call that a step's text begins with: `ext4_iomap_begin(WRITE): MAPPED`. */
function calledBy(step: TraceStep): Point[] {
  const { lines, function: innermost } = step;
  const name = CALL.exec(lines[0]?.text ?? '')?.[1];
  if (name === undefined) return [];
  const caller = lines[0]?.function ?? innermost;
  const from = [caller, ...(INLINED_IN[caller] === undefined ? [] : [INLINED_IN[caller]])];
  if (name === 'up') return givenBack(step, caller).map((symbol) => ({ symbol, from }));
  const taken = name.startsWith('down_') && TAKEN_BY[caller] ? [TAKEN_BY[caller]] : [];
  if (COMMON.test(name)) return [{ symbol: name, from }, ...taken];
  return [{ symbol: name }, ...(INSTEAD[name]?.points ?? [])];
}

/**
 * What a thread of the kernel does for somebody who waits for it. It is held in his place: not where it begins, as what it has
 * done by then are steps before this one, but where it goes on with no lock of its own.
 */
const IN_THREADS: readonly {
  readonly fn: string;
  readonly step: RegExp;
  readonly points: readonly Point[];
  readonly why: string;
}[] = [
  {
    fn: 'jbd2_journal_commit_transaction',
    step: /T_FLUSH/,
    points: [
      { symbol: 'schedule', from: ['jbd2_journal_commit_transaction', 'jbd2_journal_wait_updates'] },
      { symbol: 'jbd2_clear_buffer_revoked_flags' },
    ],
    why: 'T_LOCKED: where it waits for handles that are open; or, if none is, what it calls before T_FLUSH',
  },
  {
    fn: 'jbd2_journal_commit_transaction',
    step: /^committed/,
    points: [{ symbol: 'jbd2_journal_write_revoke_records' }],
    why: 'what it calls next after T_FLUSH, of what it writes',
  },
];

/** What the kernel's write-back is called by, and the model's is not: who has done something of the call is inside of it. */
const ROUND_THE_CALL: ReadonlySet<string> = new Set(['ext4_sync_file', 'xfs_file_fsync']);

/**
 * Where a process can be held before a step: the functions that it enters for it.
 * @param before undefined: the process is at the beginning of the operation
 */
export function pointsBefore(step: TraceStep, calls: Calls, before: Calls | undefined): readonly Point[] {
  const thread = IN_THREADS.find((t) => t.fn === step.function && t.step.test(step.step));
  if (thread) return thread.points;
  const entered = calls.functions.slice(sharedCalls(before, calls)).reverse();
  const user =
    /^(#PF )?(load|store) /.test(step.step) && step.section === 'hw' ? [{ symbol: `user_${step.function}` }] : [];
  const points = [
    ...user,
    ...calledBy(step),
    ...lockOf(step),
    ...entered.flatMap((f) => [
      ...(before && ROUND_THE_CALL.has(f) ? [] : [{ symbol: f }]),
      ...((INSTEAD[f.replace(/^__/, '')] ?? INSTEAD[f])?.points ?? []),
    ]),
  ];
  return [...new Map(points.map((p) => [keyOf(p), p])).values()];
}

/** Calls that a step makes besides what it names: they count where the same is called again later. */
const PASSES: readonly {
  readonly fn: string;
  readonly step: RegExp;
  readonly comesBy: Point;
  readonly why: string;
}[] = [
  {
    fn: 'freeze_super',
    step: /^s_writers\.frozen = SB_FREEZE_PAGEFAULT/,
    comesBy: { symbol: 'up_write', from: ['freeze_super'] },
    why: 's_umount is given back while the level before is waited for, which the model has where there are writers only',
  },
  {
    fn: 'ext4_setattr',
    step: /^i_size = /,
    comesBy: { symbol: 'up_write', from: ['ext4_setattr'] },
    why: 'i_data_sem',
  },
  {
    fn: 'ext4_punch_hole',
    step: /ext4_ext_remove_space\(\)/,
    comesBy: { symbol: 'up_write', from: ['ext4_punch_hole'] },
    why: 'i_data_sem',
  },
  {
    fn: 'get_locked_pte',
    step: /pmd_populate\(\)/,
    comesBy: { symbol: 'insert_pfn' },
    why: 'who calls it; the next step is of insert_pfn() itself, and it has begun by then',
  },
];

/** The places that a process comes by within a step, besides those before it. */
export const pointsWithin = (step: TraceStep): readonly Point[] =>
  PASSES.filter((p) => p.fn === step.function && p.step.test(step.step)).map((p) => p.comesBy);

/** What is called next after a function, or returned from, that is not there in some kernel or is not called by all. */
const BEHIND: Readonly<Record<string, readonly Point[]>> = {
  // 6.10 and later: unlink_file_vma_batch_process(), inlined
  unlink_file_vma: [{ symbol: 'tlb_finish_mmu' }],
  // As above: of a page table that was not there, and of a part of a huge page.
  get_locked_pte: [{ symbol: '__pte_alloc', returns: true }],
  zap_huge_pmd: [{ symbol: '__split_huge_pmd', returns: true }],
  // As above: inlined in 7.2.
  __xfs_filemap_fault: [
    { symbol: 'xfs_dax_read_fault', returns: true },
    { symbol: 'xfs_write_fault', returns: true },
  ],
};

/** Whose caller holds a lock there that the model does not have: XFS's fsync the inode's, shared, while it forces the log. */
const LOCKED_BEHIND: ReadonlySet<string> = new Set(['xfs_log_force_seq']);

/** Where it can be held after a step: what it has left by the next one, the outermost first. */
export function pointsAfter(calls: Calls, next: Calls): readonly Point[] {
  const left = calls.functions.slice(sharedCalls(calls, next));
  return left.flatMap((symbol): Point[] => [
    ...(LOCKED_BEHIND.has(symbol) ? [] : [{ symbol, returns: true } as const]),
    ...(BEHIND[symbol] ?? []),
  ]);
}

/** What the model comes back to after things that it has not below it: the kernel calls it once, round them. */
const CALLED_ONCE: ReadonlySet<string> = new Set(['xfs_setattr_size']);

/** How often the kernel calls a function that the model enters so many times. */
export const calledIn = (symbol: string, times: number): number => (CALLED_ONCE.has(symbol) ? 1 : times);

export const keyOf = ({ symbol, from, returns }: Point): string =>
  `${returns ? 'the return from ' : ''}${symbol}${from ? ` from ${from.join(', ')}` : ''}`;

/** A kernel's functions with addresses of their own. */
export type Symbols = ReadonlyMap<string, { readonly begin: bigint; readonly end: bigint }>;

export interface Place {
  readonly address: bigint;
  /** Return addresses that it is a hold for; undefined: any. */
  readonly from?: readonly { readonly begin: bigint; readonly end: bigint }[];
  readonly point: Point;
}

/** @returns those of the points that this kernel has */
export function placesOf(points: readonly Point[], symbols: Symbols): readonly Place[] {
  return points.flatMap((point): Place[] => {
    const found = symbols.get(point.symbol);
    if (!found) return [];
    if (!point.from) return [{ address: found.begin, point }];
    const from = point.from.flatMap((f) => symbols.get(f) ?? []);
    return from.length > 0 ? [{ address: found.begin, from, point }] : [];
  });
}

/** Every symbol that a hold may be at, or be called from. */
export const namesIn = (points: readonly Point[]): string[] => points.flatMap((p) => [p.symbol, ...(p.from ?? [])]);
