/**
 * Differences between a kernel and its design that were followed through the source. All others fail the tests, and
 * `npm run lab`.
 */
import type { FoundDifference } from '../../conform/conformance.ts';

export interface KnownDifference {
  /** What shows. */
  readonly title: string;
  readonly designs: readonly string[];
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
];

/** The entry that explains a difference between a kernel and its design. */
export const knownCause = (design: string, { operation, what, kernel, model }: FoundDifference) =>
  KNOWN.find(
    (k) =>
      k.designs.includes(design) &&
      k.what === what &&
      k.operation.test(operation) &&
      k.kernel.test(kernel) &&
      k.model.test(model),
  );
