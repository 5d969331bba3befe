/**
 * Differences between a recorded table and the design of its kernel that were followed through the source. All others fail the
 * tests. What is listed here and does not occur any more does so, too.
 */
export interface KnownDifference {
  /** File name of the table. */
  readonly table: string;
  readonly scenario: string;
  /** Of the table; the first line of the scenario where it shows. */
  readonly line: number;
  readonly what: string;
  /** Why, with the lines of the kernel's source. */
  readonly cause: string;
}

/** What a write-back does to a PTE is one step of the model, and two to a CPU that looks on. */
const CLEARED_MEANWHILE =
  'ptep_clear_flush(), then set_pte_at(), under the PTL: the PTE is none in between (page_vma_mkclean_one(), mm/rmap.c). A load needs no ' +
  'PTL, finds nothing mapped, and takes a fault; the model has both as one step. The value is right, a fault is added.';

const race = (table: string, scenario: string, line: number): KnownDifference => ({
  table,
  scenario,
  line,
  what: 'outcome',
  cause: CLEARED_MEANWHILE,
});

export const KNOWN: readonly KnownDifference[] = [
  race('races/linux-6.1.192-ext4.txt', 'dirty-ld-fsync', 831),
  // Punch writes the range back first in 6.1.
  race('races/linux-6.1.192-ext4.txt', 'dirty-ld-punch', 841),
  race('races/linux-6.12.117-ext4.txt', 'dirty-ld-fsync', 830),
];
