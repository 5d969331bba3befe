/** A scenario of the model's language as what sides.c does, and the raw trace that came of it. */
import type { Scenario } from '../../model/scenario.ts';

/** Kernel functions whose names the model's steps have, in 5.10 to 6.12; a kernel shows those that it has not inlined. */
export const TRACED_FUNCTIONS = [
  'lock_vma_under_rcu',
  'do_wp_page',
  'ext4_dax_huge_fault',
  'grab_mapping_entry',
  'dax_insert_entry',
  'vmf_insert_mixed',
  'vmf_insert_mixed_mkwrite',
  'dax_unlock_entry',
  'dax_writeback_mapping_range',
  'pfn_mkclean_range',
  'tag_pages_for_writeback',
  'dax_layout_busy_page',
  'ext4_break_layouts',
  'truncate_inode_pages_range',
];

export function sidesOf({ pages, processes }: Scenario): string {
  const position = (page: string | undefined): number => pages.findIndex((p) => p.name === page);
  const spaces = [...new Set(processes.map((p) => p.mm))];
  const lines = [
    ...pages.map((p, n) => `page ${n} ${p.initial}`),
    ...processes.flatMap((p) => [
      `space ${spaces.indexOf(p.mm) + 1}`,
      ...p.operations.map((o) => [o.name, o.word ?? (o.page === undefined ? [] : position(o.page))].flat().join(' ')),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

/** @param log what the guest printed */
export function traceIn(log: string): string {
  const lines = log.split(/\r?\n/);
  const begin = lines.indexOf('# raw trace') + 1;
  return `${lines.slice(begin, lines.indexOf('# done tracing')).join('\n')}\n`;
}
