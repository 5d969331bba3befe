/**
 * Differences between a kernel and its design that were followed through the source. All others fail the tests, and
 * `npm run lab`.
 */
import type { FoundDifference } from '../../conform/conformance.ts';

export interface KnownDifference {
  /** What shows. */
  readonly title: string;
  readonly designs: readonly string[];
  /** Its name; undefined: any. */
  readonly scenario?: RegExp;
  /** As the lab's scripts have it. */
  readonly operation: RegExp;
  readonly what: string;
  readonly kernel: RegExp;
  readonly model: RegExp;
  /** Why, with the lines of the kernel's source. */
  readonly cause: string;
}

export const KNOWN: readonly KnownDifference[] = [
  {
    title: 'the store of a forked child to a private page that still maps the file traps twice',
    designs: ['v5.10', 'v6.1', 'v6.12'],
    operation: /^child st /,
    what: 'events',
    kernel: /^PF\(0x7\); PF\(0x7\)$/,
    model: /^PF\(0x7\)$/,
    cause:
      'fork leaves the accessed bit out of the child’s PTE (`pte_mkold()`, `copy_present_pte()`, mm/memory.c). A block is no page to the core, so ' +
      '`cow_user_page()` (6.1: `__wp_page_copy_user()`) reads it through the user’s address; that sets the bit, `pte_same()` in `wp_page_copy()` sees another ' +
      'PTE, and the fault ends with nothing done. The next one succeeds. The model has no accessed bit; all else is the same. In 7.2 the page is ' +
      'copied without the user’s address.',
  },
  {
    title: 'a load beside a write(2) of 2 MiB maps its blocks by a PMD before they are filled',
    designs: ['v5.10', 'v6.1', 'v6.12', 'v7.2'],
    operation: /^par writev 0 2m \S+ \| ld /,
    what: 'outcome',
    kernel: /^returns; returns 0; .* blocks 512; a0 2 MiB ro block, entry 2 MiB block/,
    model: /^none of/,
    cause:
      'One write(2) has all of its blocks allocated (`ext4_iomap_alloc()`, fs/ext4/inode.c; `xfs_iomap_write_direct()`, fs/xfs/xfs_iomap.c) before `dax_iomap_rw()` copies the first ' +
      'page (`dax_iomap_iter()`, before 5.15 `dax_iomap_actor()`, fs/dax.c). A write(2) of the model is of one page: that of the range is one after the other, and the last page has no block ' +
      'before the others are filled. Where one page is all of the range, the model has the outcome (test/conform/known-causes.test.ts).',
  },
  {
    title:
      'beside one write(2) of two pages the second one has its block, and is unmapped again, before the first one is filled',
    designs: ['v6.1'],
    scenario: /^both-back-hole-writev-/,
    operation: /^par writev 0 2 \S+ \| (ld|st) a 1 (\d )?; (ld|st) a 0/,
    what: 'outcome',
    kernel: /a0 none, entry block, DIRTY; a1 none, entry block, DIRTY$/,
    model: /^none of/,
    cause:
      'As above: both blocks are allocated, then both pages are mapped by accesses of the other side, from the second to the first, then `invalidate_inode_pages2_range()` of both unmaps them ' +
      '(`dax_iomap_iter()`, fs/dax.c), then they are filled. From the first to the second the model has it, too (test/conform/known-causes.test.ts).',
  },
];

/** The entry that explains a difference between a kernel and its design. */
export const knownCause = (design: string, { operation, what, kernel, model }: FoundDifference, scenario: string) =>
  KNOWN.find(
    (k) =>
      k.designs.includes(design) &&
      (k.scenario?.test(scenario) ?? true) &&
      k.what === what &&
      k.operation.test(operation) &&
      k.kernel.test(kernel) &&
      k.model.test(model),
  );
